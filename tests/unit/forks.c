/* SPDX-License-Identifier: MIT */
/*
 * fork() with calls in flight and layers that wait to stop: the child has its own
 * thread's calls and no other's, and can drain, free and push.  Rule: docs/forwarding.md, 9.5.
 */
#include "move.h"

#include <sys/wait.h>
#include <unistd.h>

static struct encase_cage *cage, *other;

/* What a child does: all of it must work, and end. */
static void use_cages(void)
{
	same(encase_drain(cage), 0);
	same(encase_drain(other), 0);
	same(encase_push(cage, &move_layers[2], "n"), 0);
	same(enter_lab(cage, arity1, 0), 0);
	same(encase_pop(cage, &move_layers[2]), 0);
	same(encase_drain(cage), 0);
	same(encase_cage_free(cage), 0);
	same(encase_cage_free(other), 0);
	same(move_wrong, 0);
	_exit(0);
}

static void set_up(void)
{
	cage = unit_host_cage();
	other = unit_host_cage();
	move_push(cage, "a");
	move_push(other, "o");
}

static void tear_down(void)
{
	same(encase_drain(cage), 0);
	unit_free(cage);
	unit_free(other);
	same(move_wrong, 0);
}

static void fork_and_use(void)
{
	pid_t child = fork();

	if (!child)
		use_cages();
	unit_wait(child);
}

/* Others' calls have ended in the child, and what waited for them stops there. */
Test(forks, others_calls_have_ended)
{
	struct move_guest guests[3];

	set_up();
	for (unsigned i = 0; i < 3; i++)
		move_enter(&guests[i], i == 2 ? other : cage, NULL);
	fork_and_use();
	same(encase_pop(cage, &move_layer), 0);
	fork_and_use(); /* with a stop that waits */
	for (unsigned i = 0; i < 3; i++)
		move_leave(&guests[i]);
	moved("+a+o-a");
	fork_and_use();
	tear_down();
}

/* Those inside other calls, too. */
static void wait_in_other(void)
{
	move_call(other, NULL);
}

Test(forks, others_nested_calls_have_ended)
{
	struct move_guest guest;

	set_up();
	move_enter(&guest, cage, wait_in_other);
	same(encase_pop(other, &move_layer), 0);
	same(encase_cage_free(other), -EBUSY);
	fork_and_use();
	moved("+a+o");
	move_leave(&guest);
	moved("+a+o-o");
	tear_down();
}

/* In a handler: its own call goes on in both. */
static pid_t forked;

static void fork_here(void)
{
	forked = fork();
	if (forked)
		return;
	same(encase_drain(cage), -EDEADLK);
	same(encase_cage_free(cage), -EBUSY);
	same(encase_caller(), cage);
}

static void pop_and_fork(void)
{
	same(encase_pop(cage, &move_layer), 0);
	fork_here();
}

Test(forks, its_own_call_goes_on)
{
	void (*const ways[])(void) = { fork_here, pop_and_fork };

	for (unsigned i = 0; i < 2; i++) {
		struct move_guest guest;

		set_up();
		move_enter(&guest, cage, NULL);
		same(move_call(cage, ways[i]), 0);
		if (!forked)
			use_cages();
		unit_wait(forked);
		move_leave(&guest);
		tear_down();
	}
}

/* While the library's thread is in a stop(): the child does not wait for it. */
static sem_t in_stop, go_on;
static int stops;

static void slow_stop(void *state)
{
	(void) state;
	sem_post(&in_stop);
	while (sem_wait(&go_on))
		;
	stops++;
}

static long forward(struct encase_call *call)
{
	return encase_forward(call);
}

static const struct encase_rule any_rules[] = { ENCASE_ON_ANY(forward), ENCASE_END };
static const struct encase_layer slow = { .name = "slow", .rules = any_rules, .stop = slow_stop };

Test(forks, while_a_layer_stops)
{
	struct move_guest guest;

	set_up();
	sem_init(&in_stop, 0, 0);
	sem_init(&go_on, 0, 0);
	unit_push(cage, &slow);
	move_enter(&guest, cage, NULL);
	same(encase_pop(cage, &slow), 0);
	same(encase_pop(cage, &move_layer), 0); /* waits behind it */
	move_leave(&guest);
	while (sem_wait(&in_stop))
		;
	fork_and_use();
	sem_post(&go_on);
	tear_down();
	same(stops, 1);
	same(strcmp(move_log(), "+a+o-a!o-o"), 0);
}

/* Of an ended cage's layers those that had not begun to stop do so in the child. */

static void use_ended(void)
{
	same(encase_drain(cage), 0);
	same(strcmp(move_log(), "+a+o!a-a"), 0);
	same(encase_cage_free(cage), 0);
	_exit(0);
}

Test(forks, while_an_ended_cages_layers_stop)
{
	struct move_guest guest;
	pid_t child;

	set_up();
	sem_init(&in_stop, 0, 0);
	sem_init(&go_on, 0, 0);
	unit_push(cage, &slow);
	move_enter(&guest, cage, NULL);
	same(encase_end(cage, 0), 0);
	move_leave(&guest);
	while (sem_wait(&in_stop))
		;
	child = fork();
	if (!child)
		use_ended();
	unit_wait(child);
	sem_post(&go_on);
	tear_down();
	same(stops, 1);
}

/* A stop() that forks goes on in both. */
static void forking_stop(void *state)
{
	(void) state;
	forked = fork();
	stops++;
}

static const struct encase_layer forking = { .name = "forking",
					     .rules = any_rules,
					     .stop = forking_stop };

Test(forks, in_a_stop)
{
	set_up();
	unit_push(cage, &forking);
	same(encase_end(cage, 0), 0);
	same(stops, 1);
	moved("+a+o!a-a");
	if (!forked) {
		same(encase_cage_free(cage), 0);
		_exit(0);
	}
	unit_wait(forked);
	tear_down();
}

/* Threads of the child's own, and a thread that stops layers, too. */
static void use_threads(void)
{
	struct move_guest guest;

	move_clear();
	move_enter(&guest, cage, NULL);
	same(encase_pop(cage, &move_layer), 0);
	same(strcmp(move_log(), "-o"), 0); /* whose guest is not here */
	move_leave(&guest);
	moved("-o-a");
	use_cages();
}

Test(forks, the_child_has_a_thread_that_stops_layers)
{
	struct move_guest guest;
	pid_t child;

	set_up();
	move_enter(&guest, other, NULL);
	same(encase_pop(other, &move_layer), 0); /* the parent's thread waits */
	child = fork();
	if (!child)
		use_threads();
	unit_wait(child);
	move_leave(&guest);
	tear_down();
}
