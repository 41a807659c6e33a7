/* SPDX-License-Identifier: MIT */
/*
 * Stacks at their limits: as many layers as there may be, one more; pushes and pops
 * without end; starts that fail; and no memory for pops, ends and children.
 */
#include "move.h"

#include "alloc.h"
#include "enc.h"

static struct encase_cage *cage;

static int starts, stops;

static int count_start(void **state, const char *options)
{
	int wanted = options ? -*options : 0;

	if (wanted)
		return options[1] ? -wanted : wanted;
	*state = &starts;
	starts++;
	return 0;
}

static void count_stop(void *state)
{
	stops += state == &starts;
}

static unsigned visits;

static long count_visit(struct encase_call *call)
{
	visits++;
	return encase_forward(call);
}

static const struct encase_rule count_rules[] = { ENCASE_ON_ANY(count_visit), ENCASE_END };
static const struct encase_layer counter = {
	.name = "counter", .rules = count_rules, .start = count_start, .stop = count_stop
};

/* -- Many ------------------------------------------------------------------- */

Test(limits, two_hundred_and_fifty_five_layers)
{
	struct encase_setup setup = { .parent = NULL };
	struct encase_cage *child;

	cage = unit_host_cage();
	for (unsigned i = 0; i < 255; i++)
		unit_push(cage, &counter);
	same(encase_push(cage, &counter, NULL), -ENOSPC);
	same(starts, 255);
	probe.result = 11;
	same(enter_lab(cage, arity0), 11);
	same(visits, 255);
	setup.parent = cage;
	same(encase_cage_new(&setup, &child), 0);
	same(encase_push(child, &counter, NULL), -ENOSPC);
	same(enter_lab(child, arity0), 11);
	same(visits, 510);
	same(encase_pop(cage, &counter), 0);
	unit_push(cage, &counter);
	same(encase_push(cage, &counter, NULL), -ENOSPC);
	unit_free(child);
	same(stops, 1);
	unit_free(cage);
	same(stops, 256);
	same(starts, 256);
}

/* -- Often ------------------------------------------------------------------ */

Test(limits, a_hundred_thousand_pushes_and_pops)
{
	const int rounds = 100000;
	struct alloc_live before;

	cage = unit_host_cage();
	unit_push(cage, &counter);
	same(enter_lab(cage, arity0), 0);
	before = alloc_live();
	for (int i = 0; i < rounds; i++) {
		unit_push(cage, &counter);
		if (i % 1000 == 0) {
			visits = 0;
			same(enter_lab(cage, arity0), 0);
			same(visits, 2);
		}
		same(encase_pop(cage, &counter), 0);
		same(stops, i + 1);
	}
	holds(alloc_same(before, alloc_live()));
	same(starts, rounds + 1);
	visits = 0;
	same(enter_lab(cage, arity0), 0);
	same(visits, 1);
	unit_free(cage);
}

Test(limits, ten_thousand_children)
{
	struct alloc_live before;

	cage = unit_host_cage();
	unit_push(cage, &counter);
	before = alloc_live();
	for (int i = 0; i < 10000; i++) {
		struct encase_setup setup = { .parent = cage };
		struct encase_cage *child;

		same(encase_cage_new(&setup, &child), 0);
		unit_free(child);
		holds(alloc_same(before, alloc_live()));
	}
	same(stops, 0);
	unit_free(cage);
	same(stops, 1);
}

/* What retires while a call is in flight goes when it has left, at the next chance. */
Test(limits, what_a_call_held_up_is_given_back)
{
	struct move_guest guest;
	struct alloc_live before;

	cage = unit_host_cage();
	move_push(cage, "a");
	move_enter(&guest, cage, NULL);
	move_leave(&guest);
	same(encase_drain(cage), 0);
	before = alloc_live();
	move_enter(&guest, cage, NULL);
	for (int i = 0; i < 500; i++) {
		unit_push(cage, &counter);
		same(encase_pop(cage, &counter), 0);
	}
	same(stops, 0);
	move_leave(&guest);
	same(encase_drain(cage), 0);
	same(stops, 500);
	holds(alloc_same(before, alloc_live()));
	unit_free(cage);
}

/* -- Starts that fail ------------------------------------------------------- */

Test(limits, starts_that_fail)
{
	struct alloc_live before;

	cage = unit_host_cage();
	unit_push(cage, &counter);
	same(enter_lab(cage, arity0), 0);
	before = alloc_live();
	same(encase_push(cage, &counter, "\x0d"), -EACCES);
	same(encase_push(cage, &counter, "\x0dp"), -EINVAL); /* a positive number */
	same(starts, 1);
	visits = 0;
	same(enter_lab(cage, arity0), 0);
	same(visits, 1);
	holds(alloc_same(before, alloc_live()));
	unit_free(cage);
	same(stops, 1);
}

/* -- No memory -------------------------------------------------------------- */

Test(limits, no_memory_for_a_pop)
{
	unsigned n = 0;
	int err;

	cage = unit_host_cage();
	unit_push(cage, &counter);
	unit_push(cage, &counter);
	do {
		unit_row("allocation %u", ++n);
		alloc_fail_at(n);
		err = encase_pop(cage, &counter);
		same(err, alloc_failed() ? -ENOMEM : 0);
		same(stops, !err);
		visits = 0;
		same(enter_lab(cage, arity0), 0);
		same(visits, err ? 2 : 1);
	} while (err);
	same(n, 3);
	unit_free(cage);
	same(stops, 2);
}

Test(limits, no_memory_for_an_end)
{
	unsigned n = 0;
	int err;

	cage = unit_host_cage();
	move_push(cage, "a");
	do {
		unit_row("allocation %u", ++n);
		alloc_fail_at(n);
		err = encase_end(cage, 1);
		same(err, alloc_failed() ? -ENOMEM : 0);
		same(strcmp(move_log(), err ? "+a" : "+a!a-a"), 0);
		same(enter_lab(cage, arity1, 0), err ? 0 : -ESRCH);
	} while (err);
	same(n, 3);
	unit_free(cage);
}

Test(limits, no_memory_for_a_child)
{
	struct encase_setup setup = { .parent = NULL };
	struct encase_cage *child = NULL;
	struct alloc_live before;
	unsigned n = 0;
	int err;

	cage = unit_host_cage();
	move_push(cage, "a");
	setup.parent = cage;
	before = alloc_live();
	do {
		unit_row("allocation %u", ++n);
		alloc_fail_at(n);
		err = encase_cage_new(&setup, &child);
		same(err, alloc_failed() ? -ENOMEM : 0);
		same(strcmp(move_log(), err ? "+a" : "+a>a"), 0);
		holds(alloc_same(before, alloc_live()) == (err != 0));
		same(!child, err != 0);
	} while (err);
	holds(n > 4);
	unit_free(child);
	holds(alloc_same(before, alloc_live()));
	unit_free(cage); /* it counts no child that was not made */
	same(strcmp(move_log(), "+a>a!a!a-a"), 0);
}

static int failed_in_time;

static void pop_without_memory(void)
{
	alloc_fail_at(1);
	same(encase_pop(cage, &move_layer), -ENOMEM);
	failed_in_time = alloc_failed();
	same(encase_pop(cage, &move_layer), 0);
}

Test(limits, no_memory_for_a_pop_in_a_handler)
{
	cage = unit_host_cage();
	move_push(cage, "a");
	same(move_call(cage, pop_without_memory), 0);
	holds(failed_in_time);
	moved("+a-a");
	unit_free(cage);
}

/* A thread whose end cannot be watched makes calls all the same, and its layers stop. */
static void *call_unwatched(void *arg)
{
	long result;

	(void) arg;
	alloc_fail_at(1); /* pthread_setspecific() */
	result = enter_lab(cage, arity1, 0);
	failed_in_time = alloc_failed();
	return (void *) result;
}

Test(limits, a_thread_that_cannot_be_watched)
{
	struct move_guest guest;
	pthread_t thread;
	void *result;

	cage = unit_host_cage();
	move_push(cage, "a");
	probe.result = 3;
	for (unsigned i = 0; i < 3; i++) {
		failed_in_time = 0;
		same(pthread_create(&thread, NULL, call_unwatched, NULL), 0);
		same(pthread_join(thread, &result), 0);
		same((long) result, 3);
		holds(failed_in_time);
	}
	move_enter(&guest, cage, NULL);
	same(encase_pop(cage, &move_layer), 0);
	moved("+a");
	move_leave(&guest);
	moved("+a-a");
	unit_free(cage);
}
