/* SPDX-License-Identifier: MIT */
/*
 * Threads that come, call and end, some inside a handler and some with calls in
 * their destructors, while layers are pushed and popped.
 */
#include <errno.h>
#include <string.h>

#include "threads.h"

static struct encase_cage *cage;
static pthread_key_t key;
static unsigned long came, left_inside, late; /* atomic */

/* Ends the thread where the call says so. */
static long end_inside(struct encase_call *call)
{
	struct life *life = life_enter();
	long result;

	if ((long) encase_arg_word(call, 1) < 0) {
		life_leave_all();
		__atomic_fetch_add(&left_inside, 1, __ATOMIC_RELAXED);
		pthread_exit(NULL);
	}
	result = encase_forward(call);
	life_leave(life);
	return result;
}

static const struct encase_rule rules[] = { ENCASE_ON_IN(threads, visit, end_inside), ENCASE_END };
static const struct encase_layer ender = {
	.name = "ender", .rules = rules, .start = life_start, .stop = life_stop
};

static void call_late(void *arg)
{
	struct trace trace = { .n = 0 };

	(void) arg;
	expect(visit(cage, &trace, 0) == (long) trace.n && trace.landed == 1);
	__atomic_fetch_add(&late, 1, __ATOMIC_RELAXED);
}

static void *come_and_go(void *arg)
{
	struct trace trace = { .n = 0 };
	unsigned how = any(4);

	__atomic_fetch_add(&came, 1, __ATOMIC_RELAXED);
	if (how & 1)
		pthread_setspecific(key, &key);
	for (unsigned i = any(4); i; i--) {
		memset(&trace, 0, sizeof(trace));
		expect(visit(cage, &trace, 1) == (long) trace.n && trace.landed == 1);
	}
	if (how & 2 && encase_state(cage, &ender))
		visit(cage, &trace, -1);
	return arg;
}

static void spawner(unsigned number)
{
	(void) number;
	while (!is_over()) {
		pthread_t threads[4];
		unsigned n = 0;

		while (n < 4 && !pthread_create(&threads[n], NULL, come_and_go, NULL))
			n++;
		while (n)
			pthread_join(threads[--n], NULL);
	}
}

static void changer(unsigned number)
{
	for (unsigned i = 0; !is_over(); i++) {
		expect(push(cage, &visitors[i % 3], number) == 0);
		if (any(2))
			expect(encase_drain(cage) == 0);
		expect(encase_pop(cage, &visitors[i % 3]) == 0);
	}
}

bool ends_are_enough(void)
{
	return count_of(&came) > 10 && count_of(&left_inside) > 0 && count_of(&late) > 0 &&
	       count_of(&sums.calls) > 0;
}

void test_threads_that_end(void)
{
	came = left_inside = late = 0;
	expect(pthread_key_create(&key, call_late) == 0);
	cage = make_cage(NULL);
	expect(push(cage, &ender, 1) == 0);
	run_three(3, spawner, changer, NULL);
	expect(ends_are_enough());
	free_cage(cage);
	pthread_key_delete(key);
}
