/* SPDX-License-Identifier: MIT */
/*
 * Threads: many of them in one cage at a time, each with its own copies and frames;
 * and threads that end in odd places.
 */
#include "unit.h"

#include <pthread.h>

#include "alloc.h"

#define THREADS 8
#define ROUNDS  2000

static struct encase_cage *cage;

/* -- A lower layer and layers without a global that is written ------------ */

/* Adds 1 to each byte; fails for lengths that are multiples of 64, with the length as errno. */
static long add_one(void *below, const void *bound, struct encase_call *call)
{
	unsigned char *buf;
	size_t n = encase_arg_word(call, 1);
	int err = encase_reach(call);

	(void) below;
	(void) bound;
	if (err)
		return err;
	if (encase_self() || encase_caller() != cage)
		return -EDOM;
	if (n % 64 == 0)
		return -(long) (n % 4095 + 1);
	buf = encase_arg(call, 0);
	for (size_t i = 0; i < n; i++)
		buf[i]++;
	return (long) n;
}

static const struct encase_lower adder = { .name = "adder", .call = add_one };

static unsigned long passed, copied; /* by layers; atomic */

static ssize_t pass(void *buf, size_t n)
{
	ssize_t result;

	if (buf || errno || encase_self() != &passed || encase_caller() != cage)
		return 0;
	__atomic_fetch_add(&passed, 1, __ATOMIC_RELAXED);
	result = lab_next_swap(buf, n);
	return encase_self() == &passed ? result : 0;
}

static long forward(struct encase_call *call)
{
	long result = encase_forward(call);

	return encase_self() == &copied ? result : 0;
}

/* All bytes of a thread's buffer are the same: a copy that is another's shows. */
static ssize_t copy(void *buf, size_t n)
{
	const unsigned char *p = buf;
	unsigned char first = n ? p[0] : 0;
	ssize_t result;

	for (size_t i = 0; i < n; i++)
		if (p[i] != first)
			return 0;
	__atomic_fetch_add(&copied, 1, __ATOMIC_RELAXED);
	result = lab_next_swap(buf, n);
	for (size_t i = 0; i < n; i++)
		if (p[i] != (unsigned char) (result < 0 ? first : first + 1))
			return 0;
	return result;
}

static int start_passed(void **state, const char *options)
{
	*state = options ? &passed : (void *) &copied;
	return 0;
}

static const struct encase_rule pass_rules[] = {
	ENCASE_ON_IN(lab, swap, pass, .buf = ENCASE_PASS),
	ENCASE_END,
};
static const struct encase_rule raw_rules[] = { ENCASE_ON_ANY(forward), ENCASE_END };
static const struct encase_rule copy_rules[] = { ENCASE_ON_IN(lab, swap, copy), ENCASE_END };
static const struct encase_layer pass_layer = { .name = "pass",
						.rules = pass_rules,
						.start = start_passed };
static const struct encase_layer raw_layer = { .name = "raw",
					       .rules = raw_rules,
					       .start = start_passed };
static const struct encase_layer copy_layer = { .name = "copy",
						.rules = copy_rules,
						.start = start_passed };

/* -- All at once ---------------------------------------------------------- */

struct worker {
	pthread_t thread;
	unsigned number;
	unsigned long failed, bytes[2]; /* read, written */
	lab_swap_fn *swap;
};

static size_t size_of(unsigned round, unsigned number)
{
	return round % 50 == 49 ? 70000 + number : (round * 7 + number * 13) % 700;
}

static bool is_good(struct worker *w, long result, size_t n, int e)
{
	w->bytes[0] += n;
	if (n % 64 == 0)
		return result == -1 && e == (int) (n % 4095 + 1);
	w->bytes[1] += n;
	return result == (long) n && e == 0;
}

static void *work(void *arg)
{
	static _Thread_local unsigned char buf[71000];
	struct worker *w = arg;

	for (unsigned i = 0; i < ROUNDS; i++) {
		size_t n = size_of(i, w->number);
		unsigned char byte = (unsigned char) (w->number * 31 + i);
		long result;

		memset(buf, byte, n + 1);
		errno = 0;
		result = w->swap(buf, n);
		if (!is_good(w, result, n, errno))
			w->failed++;
		for (size_t k = 0; k < n; k++)
			if (buf[k] != (unsigned char) (byte + (result > 0)))
				w->failed++;
		if (buf[n] != byte)
			w->failed++;
	}
	return NULL;
}

static void push_with(const struct encase_layer *layer, const char *options)
{
	same(encase_push(cage, layer, options), 0);
}

Test(threads, eight_in_one_cage)
{
	struct worker workers[THREADS] = { 0 };
	unsigned long from = 0, to = 0;

	cage = unit_cage_on(NULL, NULL, &adder, NULL);
	push_with(&copy_layer, NULL);
	push_with(&raw_layer, NULL);
	push_with(&pass_layer, "passed");
	for (unsigned i = 0; i < THREADS; i++) {
		workers[i].number = i;
		workers[i].swap = ENCASE_ENTRY_IN(lab, cage, swap);
		same(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		same(pthread_join(workers[i].thread, NULL), 0);
		same(workers[i].failed, 0);
		from += workers[i].bytes[0];
		to += workers[i].bytes[1];
	}
	same(passed, THREADS * ROUNDS);
	same(copied, THREADS * ROUNDS);
	same(encase_traffic(cage).from_cage, from);
	same(encase_traffic(cage).to_cage, to);
	unit_free(cage);
}

/* -- Threads that end ----------------------------------------------------- */

static long end_here(struct encase_call *call)
{
	if (encase_arg_word(call, 1) == 77 || encase_arg_word(call, 1) == 77777)
		pthread_exit(NULL);
	return encase_forward(call);
}

static void *end_inside(void *arg)
{
	static char buf[100000];

	memset(buf, 0, sizeof(buf));
	enter_lab(cage, swap, WORD(buf), 65);
	memset(buf, 0, sizeof(buf));
	enter_lab(cage, swap, WORD(buf), 90001);
	memset(buf, 0, sizeof(buf));
	enter_lab(cage, swap, WORD(buf), *(const size_t *) arg);
	return &passed;
}

/* Inside a handler with copies alive: they go with the thread, and what was counted stays. */
Test(threads, that_ends_inside_a_handler)
{
	struct unit_layer ends;
	struct alloc_live before;
	uint64_t sum = 0;

	cage = unit_cage_on(NULL, NULL, &adder, NULL);
	unit_push_raw(cage, &ends, swap, end_here, ENCASE_COPY);
	push_with(&copy_layer, NULL);
	push_with(&pass_layer, "passed");
	before = alloc_live();
	for (unsigned i = 0; i < 6; i++) {
		size_t last = i % 2 ? 77777 : 77;
		pthread_t thread;
		void *result;

		same(pthread_create(&thread, NULL, end_inside, &last), 0);
		same(pthread_join(thread, &result), 0);
		same(result, NULL);
		holds(alloc_same(before, alloc_live()));
		same(encase_traffic(cage).from_cage, sum += 65 + 90001 + last);
	}
	unit_free(cage);
}

static unsigned long last_calls;

static void call_at_end(void *arg)
{
	static _Thread_local unsigned round;
	char buf[100] = { 0 };

	last_calls += enter_lab(cage, swap, WORD(buf), 99) == 99;
	if (round++ < 2)
		pthread_setspecific(*(pthread_key_t *) arg, arg); /* once more */
}

static pthread_key_t keys[2];

static void *end_with_calls(void *arg)
{
	char buf[100] = { 0 };

	if (enter_lab(cage, swap, WORD(buf), 99) != 99)
		return arg;
	pthread_setspecific(keys[0], &keys[0]);
	pthread_setspecific(keys[1], &keys[1]);
	return NULL;
}

/* Destructors may make calls, whether they run before or after the library's own. */
Test(threads, whose_destructors_make_calls)
{
	struct alloc_live before;
	char buf[100] = { 0 };
	pthread_t thread;
	void *result;

	same(pthread_key_create(&keys[0], call_at_end), 0);
	cage = unit_cage_on(NULL, NULL, &adder, NULL);
	push_with(&copy_layer, NULL);
	same(enter_lab(cage, swap, WORD(buf), 99), 99); /* the library makes its keys */
	same(pthread_key_create(&keys[1], call_at_end), 0);
	before = alloc_live();
	same(pthread_create(&thread, NULL, end_with_calls, cage), 0);
	same(pthread_join(thread, &result), 0);
	same(result, NULL);
	same(last_calls, 6 - 2); /* the second destructor of a thread counts its rounds on */
	holds(alloc_same(before, alloc_live()));
	same(encase_traffic(cage).from_cage, 99 * (2 + last_calls));
	unit_free(cage);
}
