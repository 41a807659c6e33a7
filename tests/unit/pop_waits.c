/* SPDX-License-Identifier: MIT */
/*
 * Waiting for layers to stop: encase_drain(), who must not wait, and what start(),
 * stop() and end() must not ask for.
 */
#include "move.h"

#include <unistd.h>

static struct encase_cage *cage, *other;

/* -- Drain ------------------------------------------------------------------ */

Test(drain, nothing)
{
	cage = unit_host_cage();
	same(encase_drain(cage), 0);
	move_push(cage, "a");
	same(encase_drain(cage), 0);
	same(encase_pop(cage, &move_layer), 0);
	same(encase_drain(cage), 0);
	unit_free(cage);
}

static void *leave_later(void *arg)
{
	struct move_guest *guests = arg;

	for (unsigned i = 0; i < 3; i++) {
		usleep(20000);
		sem_post(&guests[i].go);
	}
	return NULL;
}

Test(drain, waits_until_all_have_left)
{
	struct move_guest guests[3];
	pthread_t thread;

	cage = unit_host_cage();
	move_push(cage, "a");
	for (unsigned i = 0; i < 3; i++)
		move_enter(&guests[i], cage, NULL);
	same(encase_pop(cage, &move_layer), 0);
	same(pthread_create(&thread, NULL, leave_later, guests), 0);
	same(encase_drain(cage), 0);
	same(strcmp(move_log(), "+a-a"), 0);
	same(pthread_join(thread, NULL), 0);
	for (unsigned i = 0; i < 3; i++)
		move_leave(&guests[i]);
	same(move_wrong, 0);
	unit_free(cage);
}

static void drain_inside(void)
{
	same(encase_drain(cage), -EDEADLK);
	same(encase_drain(other), 0);
	same(encase_cage_free(cage), -EBUSY);
}

Test(drain, not_in_a_call)
{
	cage = unit_host_cage();
	other = unit_host_cage();
	move_push(cage, "a");
	same(move_call(cage, drain_inside), 0);
	unit_free(other);
	unit_free(cage);
}

static void drain_outer(void)
{
	same(encase_drain(cage), -EDEADLK);
	same(encase_drain(other), -EDEADLK);
	same(encase_cage_free(cage), -EBUSY);
	same(encase_cage_free(other), -EBUSY);
}

static void enter_other(void)
{
	same(move_call(other, drain_outer), 0);
	same(encase_drain(other), 0);
}

Test(drain, not_in_a_call_around_this_one)
{
	cage = unit_host_cage();
	other = unit_host_cage();
	move_push(other, "o");
	move_push(cage, "a");
	same(move_call(cage, enter_other), 0);
	unit_free(other);
	unit_free(cage);
}

/* -- What callbacks ask for ------------------------------------------------- */

static struct encase_cage *innocent;
static int answers[9];
static void *state_then;
static int sight_then;
static encase_fn *entry_then;

static void ask_all(void)
{
	struct encase_setup setup = { .parent = cage };
	struct encase_cage *child = NULL;

	answers[0] = encase_push(cage, &move_layer, "x");
	answers[1] = encase_pop(cage, &move_layer);
	answers[2] = encase_end(cage, 1);
	answers[3] = encase_cage_free(cage);
	answers[4] = encase_cage_new(&setup, &child);
	answers[5] = encase_push(innocent, &move_layers[2], "i");
	answers[6] = encase_pop(innocent, &move_layers[2]);
	answers[7] = encase_drain(innocent);
	state_then = encase_state(cage, &move_layer);
	sight_then = encase_sight(cage, &lab_desc_arity1);
	entry_then = encase_entry(cage, &lab_desc_arity3);
}

static void expect_answers(void)
{
	for (unsigned i = 0; i < 5; i++) {
		unit_row("question %u", i);
		same(answers[i], -EBUSY);
	}
	for (unsigned i = 5; i < 8; i++) {
		unit_row("question %u", i);
		same(answers[i], 0);
	}
	holds(entry_then);
}

static int ask_in_start(void **state, const char *options)
{
	(void) options;
	ask_all();
	*state = &answers;
	return 0;
}

static void ask_in_stop(void *state)
{
	(void) state;
	ask_all();
	answers[8] = encase_drain(cage);
}

static void ask_in_end(void *state, struct encase_cage *of, int status)
{
	(void) state;
	(void) status;
	same(of, cage);
	ask_all();
}

static int of_child[4];

static void ask_in_child(void *state, struct encase_cage *child)
{
	(void) state;
	ask_all();
	of_child[0] = encase_push(child, &move_layer, NULL);
	of_child[1] = encase_pop(child, &move_layer);
	of_child[2] = encase_end(child, 0);
	of_child[3] = encase_cage_free(child);
}

static long go_on(struct encase_call *call)
{
	return encase_forward(call);
}

static const struct encase_rule any_rules[] = { ENCASE_ON_ANY(go_on), ENCASE_END };
static const struct encase_layer in_start = { .name = "s",
					      .rules = any_rules,
					      .start = ask_in_start };
static const struct encase_layer in_stop = { .name = "t", .rules = any_rules, .stop = ask_in_stop };
static const struct encase_layer in_end = { .name = "e", .rules = any_rules, .end = ask_in_end };
static const struct encase_layer in_child = { .name = "c",
					      .rules = any_rules,
					      .child = ask_in_child };

static void make_cages(void)
{
	cage = unit_host_cage();
	innocent = unit_host_cage();
	move_push(cage, "a");
}

static void free_cages(void)
{
	same(encase_cage_free(cage), 0);
	unit_free(innocent);
	same(move_wrong, 0);
}

Test(busy, in_start)
{
	make_cages();
	unit_push(cage, &in_start);
	expect_answers();
	same(state_then, move_state(cage));
	same(sight_then, ENCASE_SEES_SCALARS);
	same(encase_state(cage, &in_start), &answers);
	free_cages();
}

Test(busy, in_stop)
{
	make_cages();
	unit_push(cage, &in_stop);
	same(encase_pop(cage, &in_stop), 0);
	expect_answers();
	same(answers[8], -EDEADLK);
	same(state_then, move_state(cage));
	free_cages();
}

/* The same on a thread of the library's, which does not have the cage's lock. */
Test(busy, in_stop_on_another_thread)
{
	struct move_guest guest;

	make_cages();
	unit_push(cage, &in_stop);
	move_enter(&guest, cage, NULL);
	same(encase_pop(cage, &in_stop), 0);
	same(answers[8], 0);
	move_leave(&guest);
	same(encase_drain(cage), 0);
	expect_answers();
	same(answers[8], -EDEADLK);
	same(state_then, move_state(cage));
	free_cages();
}

Test(busy, in_stop_of_a_cage_that_is_freed)
{
	make_cages();
	unit_push(cage, &in_stop);
	free_cages();
	expect_answers();
	same(answers[8], -EDEADLK);
}

/* It looks at the cage while another thread waits for it to free that. */
static sem_t begun;

static void look_late(void *state)
{
	(void) state;
	sem_post(&begun);
	usleep(100000);
	ask_all();
}

static const struct encase_layer late = { .name = "l", .rules = any_rules, .stop = look_late };

Test(busy, in_stop_while_the_cage_is_freed)
{
	struct move_guest guest;

	sem_init(&begun, 0, 0);
	make_cages();
	unit_push(cage, &late);
	move_enter(&guest, cage, NULL);
	same(encase_pop(cage, &late), 0);
	move_leave(&guest);
	while (sem_wait(&begun))
		;
	free_cages();
	expect_answers();
}

Test(busy, in_end)
{
	make_cages();
	unit_push(cage, &in_end);
	same(encase_end(cage, 1), 0);
	expect_answers();
	memset(answers, 0, sizeof(answers));
	free_cages();
	same(answers[0], 0); /* it was told already */
}

Test(busy, in_end_of_a_cage_that_is_freed)
{
	make_cages();
	unit_push(cage, &in_end);
	free_cages();
	expect_answers();
}

Test(busy, in_child)
{
	struct encase_setup setup = { .parent = NULL };
	struct encase_cage *child;

	make_cages();
	unit_push(cage, &in_child);
	setup.parent = cage;
	same(encase_cage_new(&setup, &child), 0);
	expect_answers();
	for (size_t i = 0; i < LENGTH(of_child); i++)
		same(of_child[i], -EBUSY);
	unit_free(child);
	free_cages();
}

/* A stop() inside a stop() must not wait for the outer one. */
static int inner_answers[3];

static void ask_for_outer(void *state)
{
	(void) state;
	inner_answers[0] = encase_drain(cage);
	inner_answers[1] = encase_cage_free(cage);
	inner_answers[2] = encase_push(cage, &move_layer, "x");
}

static const struct encase_layer inner = { .name = "i", .rules = any_rules, .stop = ask_for_outer };

static void free_other(void *state)
{
	(void) state;
	answers[0] = encase_cage_free(other);
}

static const struct encase_layer outer = { .name = "o", .rules = any_rules, .stop = free_other };

Test(busy, in_stop_inside_stop)
{
	struct move_guest guest;

	answers[0] = 1;
	cage = unit_host_cage();
	other = unit_host_cage();
	unit_push(other, &inner);
	move_push(cage, "a");
	unit_push(cage, &outer);
	move_enter(&guest, cage, NULL);
	same(encase_pop(cage, &outer), 0);
	move_leave(&guest);
	same(encase_drain(cage), 0);
	same(answers[0], 0);
	same(inner_answers[0], -EDEADLK);
	same(inner_answers[1], -EBUSY);
	same(inner_answers[2], -EBUSY);
	unit_free(cage);
}
