/* SPDX-License-Identifier: MIT */
/*
 * Single-stepped entries and exits: at each instruction a signal's handler makes
 * calls, or another thread changes the stacks meanwhile; no wait is lost, and none ends
 * too early.
 */
#include "move.h"
#include "step.h"

#include "enc.h"

static struct encase_cage *cage, *other;

static long nothing(void *below, const void *bound, struct encase_call *call)
{
	(void) below;
	(void) bound;
	(void) call;
	return 0;
}

static const struct encase_lower floor_below = { .name = "floor", .call = nothing };

static void enter_both(void)
{
	step_expect(enter_lab(other, arity1, 0) == 0);
	step_expect(enter_lab(cage, arity1, 0) == 0);
}

static void set_up(void)
{
	cage = unit_cage_on(NULL, NULL, &floor_below, NULL);
	other = unit_cage_on(NULL, NULL, &floor_below, NULL);
	move_push(cage, "a");
	move_push(other, "o");
	enter_both();
	step_set_up();
	step_wrong = 0;
}

static void tear_down(void)
{
	same(step_wrong, 0);
	same(move_wrong, 0);
	unit_free(cage);
	unit_free(other);
}

/* -- Calls at each instruction ---------------------------------------------- */

static void nest_in_handler(void)
{
	step_expect(enter_lab(cage, arity2, 0, 0) == 0);
}

static void call_in_signal(void)
{
	void *self = encase_self();
	struct encase_cage *caller = encase_caller();

	enter_both();
	step_expect(move_call(other, nest_in_handler) == 0);
	step_expect(encase_self() == self && encase_caller() == caller);
}

static void step_through(void)
{
	step_expect(enter_lab(other, arity1, 0) == 0);
	step_expect(move_call(cage, nest_in_handler) == 0);
}

static void step_all(void (*on_trap)(void), void (*fn)(void), void (*after)(void))
{
	unsigned long n = 1, total;

	step_until(__LONG_MAX__, fn);
	total = step_traps;
	on_trap();
	after();
	step_on_trap = on_trap;
	for (; step_until(n, fn); n += step_stride(total)) {
		unit_row("instruction %lu", n);
		after();
		same(step_wrong, 0);
		same(enc_thread.nest, 0);
		same(enc_thread.slot[0].base, 0);
		same(enc_thread.shadows, NULL);
	}
	holds(n > 100);
}

static void all_have_left(void)
{
	same(encase_drain(cage), 0);
	same(encase_drain(other), 0);
}

Test(moving_steps, calls_in_signals)
{
	set_up();
	step_all(call_in_signal, step_through, all_have_left);
	tear_down();
}

/* -- Changes at each instruction -------------------------------------------- */

/* The thread that changes; the one that is stepped through waits for it in its trap. */
static sem_t turn, done;
static bool over;
static unsigned long changes;

static void change(void)
{
	changes++;
	step_expect(encase_push(cage, &move_layers[1], "c") == 0);
	step_expect(encase_pop(cage, &move_layer) == 0);
	step_expect(encase_pop(other, &move_layer) == 0);
	step_expect(encase_push(other, &move_layer, "o") == 0);
}

static void *changer(void *arg)
{
	for (;;) {
		while (sem_wait(&turn))
			;
		if (over)
			return arg;
		change();
		sem_post(&done);
	}
}

static void let_change(void)
{
	sem_post(&turn);
	while (sem_wait(&done))
		;
}

/* Exactly one stop for each layer that was taken off, and only after the stepped calls. */
static void both_have_stopped(void)
{
	same(encase_drain(cage), 0);
	same(encase_drain(other), 0);
	same(strlen(move_log()), 8);
	move_clear();
	same(encase_push(cage, &move_layer, "a"), 0);
	same(encase_pop(cage, &move_layers[1]), 0);
	move_clear();
	same(move_wrong, 0);
}

Test(moving_steps, stacks_that_change)
{
	pthread_t thread;

	set_up();
	move_clear();
	sem_init(&turn, 0, 0);
	sem_init(&done, 0, 0);
	same(pthread_create(&thread, NULL, changer, NULL), 0);
	step_all(let_change, step_through, both_have_stopped);
	over = true;
	sem_post(&turn);
	same(pthread_join(thread, NULL), 0);
	holds(changes > 20);
	tear_down();
}

/*
 * A thread that is on its way from one cage into another when a layer is taken off
 * the first, and in the other when one is taken off there.
 */
static unsigned phase;

static void *change_by_phase(void *arg)
{
	for (;;) {
		while (sem_wait(&turn))
			;
		if (over)
			return arg;
		if (phase++ == 0) {
			step_expect(encase_pop(cage, &move_layer) == 0);
			step_expect(encase_push(cage, &move_layer, "a") == 0);
		} else {
			step_expect(encase_pop(other, &move_layer) == 0);
			step_expect(encase_push(other, &move_layer, "o") == 0);
		}
		sem_post(&done);
	}
}

static void change_inside(void)
{
	if (phase == 1)
		let_change();
}

static void go_from_one_to_the_other(void)
{
	step_expect(enter_lab(cage, arity1, 0) == 0);
	step_expect(move_call(other, change_inside) == 0);
}

static void no_wait_is_lost(void)
{
	same(encase_drain(cage), 0);
	same(encase_drain(other), 0);
	phase = 0;
	move_clear();
	same(move_wrong, 0);
}

Test(moving_steps, on_the_way_into_another_cage)
{
	pthread_t thread;

	set_up();
	sem_init(&turn, 0, 0);
	sem_init(&done, 0, 0);
	same(pthread_create(&thread, NULL, change_by_phase, NULL), 0);
	step_all(let_change, go_from_one_to_the_other, no_wait_is_lost);
	over = true;
	sem_post(&turn);
	same(pthread_join(thread, NULL), 0);
	tear_down();
}
