/* SPDX-License-Identifier: MIT */
/*
 * No memory: each allocation of making a cage, pushing a layer, making an entry and
 * copying fails in turn.  It is told as ENOMEM, nothing is half done, nothing is
 * lost, errno stays, and afterwards all works.
 */
#include "unit.h"

#include <pthread.h>

#include "alloc.h"
#include "enc.h"

/* -- Setting up ----------------------------------------------------------- */

static void make_cages(const struct encase_lower *lower, unsigned least)
{
	static const struct encase_interface *const both[] = { &encase_calls, &lab_calls, NULL };
	static const struct encase_function none[] = { ENCASE_FUNCTION_END };
	struct encase_setup setup = { .interfaces = both, .lower = lower, .below = none };
	struct alloc_live before = alloc_live();
	struct encase_cage *cage = NULL;
	unsigned n = 0;
	int err;

	do {
		unit_row("%s, allocation %u", lower->name, ++n);
		alloc_fail_at(n);
		err = encase_cage_new(&setup, &cage);
		same(err, alloc_failed() ? -ENOMEM : 0);
		same(!cage, err != 0);
		holds(alloc_same(before, alloc_live()) == (err != 0));
	} while (err);
	holds(n > least);
	unit_free(cage);
	holds(alloc_same(before, alloc_live()));
}

Test(oom, making_a_cage)
{
	make_cages(&encase_lower_void, 3);
	make_cages(&encase_lower_kernel, 4);
	make_cages(&encase_lower_functions, 4);
}

static unsigned starts, stops, visits;

static int start(void **state, const char *options)
{
	(void) options;
	*state = &starts;
	starts++;
	return 0;
}

static void stop(void *state)
{
	stops += state == &starts;
}

static long visit(struct encase_call *call)
{
	visits++;
	return encase_forward(call);
}

static const struct encase_rule visit_rules[] = { ENCASE_ON_ANY(visit), ENCASE_END };
static const struct encase_layer visit_layer = {
	.name = "visit", .rules = visit_rules, .start = start, .stop = stop
};

/* On a cage with some layers the push of one more fails; then it succeeds. */
static bool fail_push(unsigned nlayers, unsigned nth)
{
	struct encase_cage *cage = unit_host_cage();
	bool failed;
	int err;

	for (unsigned i = 0; i < nlayers; i++)
		unit_push(cage, &visit_layer);
	starts = stops = visits = 0;
	alloc_fail_at(nth);
	err = encase_push(cage, &visit_layer, NULL);
	failed = alloc_failed();
	same(err, failed ? -ENOMEM : 0);
	same(starts, !failed);
	same(encase_state(cage, &visit_layer), nlayers || !failed ? &starts : NULL);
	same(enter_lab(cage, arity0), 0);
	same(visits, nlayers + !failed);
	unit_push(cage, &visit_layer);
	same(enter_lab(cage, arity0), 0);
	same(visits, 2 * nlayers + 2 * !failed + 1);
	unit_free(cage);
	same(stops, nlayers + !failed + 1);
	return failed;
}

Test(oom, pushing_a_layer)
{
	for (unsigned nlayers = 0; nlayers < 4; nlayers++) {
		struct alloc_live before = alloc_live();
		unsigned n = 1;

		for (;; n++) {
			unit_row("%u layers, allocation %u", nlayers, n);
			if (!fail_push(nlayers, n))
				break;
			holds(alloc_same(before, alloc_live()));
		}
		holds(n > 4);
	}
}

/* -- Entries -------------------------------------------------------------- */

/* One of integers, one of floating point, and whether they work. */
static void call_entry(encase_fn *fn, const struct encase_desc *desc)
{
	probe.result = 6;
	if (desc == &lab_desc_arity7)
		same(((lab_arity7_fn *) fn)(1, 2, 3, 4, 5, 6, 7), 6);
	else
		same(((lab_mixed8_fn *) fn)(1, 2, 3, NULL, 5, 6, 7, 8) > 0, 1);
	same(probe.desc, desc);
	same(probe.words[6], 7);
}

/* An entry may be had in a second way where the first fails; if not, it is null and ENOMEM. */
static bool fail_entry(const struct encase_desc *desc, unsigned nth)
{
	struct encase_cage *cage = unit_host_cage();
	encase_fn *fn;
	bool failed;

	alloc_fail_at(nth);
	errno = 0;
	fn = encase_entry(cage, desc);
	failed = alloc_failed();
	if (!fn) {
		holds(failed);
		same(errno, ENOMEM);
		fn = encase_entry(cage, desc);
		holds(fn);
	}
	call_entry(fn, desc);
	same(encase_entry(cage, desc), fn);
	unit_free(cage);
	return failed;
}

static unsigned fail_entries(const struct encase_desc *desc)
{
	unsigned n = 1;

	for (; fail_entry(desc, n); n++)
		unit_row("%s, allocation %u", encase_text(desc)->name, n + 1);
	return n;
}

Test(oom, making_an_entry)
{
	struct alloc_live before;

	holds(fail_entries(&lab_desc_mixed8) > 3);
	holds(fail_entries(&lab_desc_arity7) > 2);
	before = alloc_live(); /* what is kept for the next entries is there by now */
	fail_entries(&lab_desc_mixed8);
	for (unsigned i = 0; i < 300; i++) /* a page of code has room for less than that */
		fail_entries(&lab_desc_arity7);
	holds(alloc_same(before, alloc_live()));
}

/* -- Copying -------------------------------------------------------------- */

static char source[200 << 10], sink[200 << 10];
static unsigned runs;

static long fill_sink(struct encase_call *call)
{
	int err = encase_reach(call);

	runs++;
	if (err)
		return encase_fail(call, -err);
	memcpy(encase_arg(call, 3), encase_arg(call, 1), encase_arg_word(call, 2));
	return (long) encase_arg_word(call, 2);
}

/* The host's memory, but not to be addressed: the lower layer copies, too. */
static int copy_in(void *space, encase_word from, void *to, size_t n)
{
	(void) space;
	memcpy(to, (const void *) from, n);
	return 0;
}

static int copy_out(void *space, encase_word to, const void *from, size_t n)
{
	(void) space;
	memcpy((void *) to, from, n);
	return 0;
}

static long copy_string(void *space, encase_word from, char *to, size_t room)
{
	size_t n = strlen((const char *) from) + 1;

	(void) space;
	if (n > room)
		return -E2BIG;
	memcpy(to, (const char *) from, n);
	return (long) n;
}

static const struct encase_memory mirror = {
	.name = "mirror", .read = copy_in, .write = copy_out, .read_string = copy_string
};

static long fetch_all(struct encase_call *call)
{
	for (unsigned i = 0; i < 6; i++) {
		int err = i == 2 || i == 4 ? 0 : encase_arg_data(call, i, NULL, NULL);

		if (err)
			return encase_fail(call, -err);
	}
	return encase_forward(call);
}

/* One call on a thread that has nothing yet, with the n-th allocation failing, and one without. */
struct attempt {
	struct encase_cage *cage;
	size_t size;
	unsigned nth;
	bool failed;
	long result, again;
	int before, after;
	unsigned runs;
	size_t used;
};

static long call_several(const struct attempt *a)
{
	struct lab_pair pair = { 1, 2 };

	return enter_lab(a->cage, several, WORD("path"), WORD(source), a->size, WORD(sink), a->size,
			 WORD(&pair));
}

static void *attempt(void *arg)
{
	struct attempt *a = arg;

	errno = a->before;
	alloc_fail_at(a->nth);
	a->result = call_several(a);
	a->failed = alloc_failed();
	a->after = errno;
	a->runs = runs;
	a->used = enc_thread.used + (enc_thread.shadows ? 1 : 0);
	a->again = call_several(a);
	return NULL;
}

/* Traffic's own memory may fail without anybody noticing: then the count is kept otherwise. */
static bool fail_copy(struct encase_cage *cage, size_t size, unsigned nth, bool reaches)
{
	struct attempt a = { .cage = cage, .size = size, .nth = nth, .before = nth & 1 ? 44 : 0 };
	struct encase_traffic old = encase_traffic(cage), traffic;
	uint64_t each = sizeof("path") + size + sizeof(struct lab_pair), made;
	pthread_t thread;

	runs = 0;
	memset(sink, 0, sizeof(sink));
	same(pthread_create(&thread, NULL, attempt, &a), 0);
	same(pthread_join(thread, NULL), 0);
	if (!a.failed || a.result != -ENOMEM)
		same(a.result, size);
	same(a.runs, a.result == -ENOMEM ? reaches : 1);
	same(a.after, a.before);
	same(a.used, 0);
	same(a.again, size);
	holds(!memcmp(source, sink, size));
	traffic = encase_traffic(cage);
	made = a.result == -ENOMEM ? 1 : 2;
	same(traffic.to_cage - old.to_cage, made * (size + sizeof(struct lab_pair)));
	holds(traffic.from_cage - old.from_cage >= made * each);
	holds(traffic.from_cage - old.from_cage < (made + 1) * each + (made == 2 ? 0 : 1) * each);
	return a.failed;
}

static void fail_copies(struct encase_cage *cage, size_t size, bool reaches, const char *what)
{
	struct alloc_live before = alloc_live();
	unsigned n = 0, least = size > 1 << 16 ? 4 : 2;

	memset(source, 's', sizeof(source));
	do
		unit_row("%s, %zu bytes, allocation %u", what, size, ++n);
	while (fail_copy(cage, size, n, reaches));
	holds(n > least);
	holds(alloc_same(before, alloc_live()));
}

Test(oom, copying)
{
	static const size_t sizes[] = { 10, 1000, 40000, 70000, 200 << 10 };

	probe.answer = fill_sink;
	for (unsigned how = 0; how < 4; how++) {
		static const char *const names[] = { "copied", "natural", "fetched", "below" };
		struct encase_cage *cage = unit_cage(&mirror, NULL);
		struct unit_layer layer;

		if (how == 0)
			unit_push_any(cage, &layer, lab_forward, ENCASE_COPY);
		if (how == 1)
			unit_natural(&layer, &lab_desc_several, lab_forwarder(&lab_desc_several),
				     ENCASE_COPY);
		if (how == 1)
			unit_push(cage, &layer.layer);
		if (how == 2)
			unit_push_any(cage, &layer, fetch_all, ENCASE_PASS);
		for (size_t i = 0; i < LENGTH(sizes); i++)
			fail_copies(cage, sizes[i], how == 3, names[how]);
		unit_free(cage);
	}
}

/* A failure of a layer's is the ENOMEM of the layer above, as any other. */
static ssize_t put_sees(const void *buf, size_t n)
{
	ssize_t result;

	alloc_fail_at(1);
	result = lab_next_put(buf, n);
	same(result, -1);
	same(errno, ENOMEM);
	holds(alloc_failed());
	return lab_next_put(buf, n);
}

Test(oom, is_an_error_as_any_other)
{
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layers[2];

	unit_push_any(cage, &layers[0], lab_forward, ENCASE_COPY);
	unit_push_natural(cage, &layers[1], put, put_sees, ENCASE_PASS);
	probe.result = 70000;
	same(enter_lab(cage, put, WORD(source), 70000), 70000);
	same(probe.calls, 1);
	unit_free(cage);
}

static long data_fails(struct encase_call *call)
{
	alloc_fail_at(1);
	same(encase_arg_data(call, 0, NULL, NULL), -ENOMEM);
	holds(alloc_failed());
	return encase_forward(call);
}

/* 5.4: a gate's caller finds his errno, also where a copy failed and the call did not. */
Test(oom, errno_stays)
{
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layer;

	unit_push_any(cage, &layer, data_fails, ENCASE_PASS);
	errno = 0;
	same(enter_lab(cage, put, WORD(source), 70000), 0);
	same(errno, 0);
	unit_free(cage);
}
