/* SPDX-License-Identifier: MIT */
/*
 * encase_pop() and encase_push() while calls are in flight: who may, in what order
 * layers start and stop, and that none stops while it can be reached.
 * Rules: docs/forwarding.md, section 8.
 */
#define _GNU_SOURCE
#include "move.h"

#include <unistd.h>

static struct encase_cage *cage, *other;

/* -- Nobody inside ---------------------------------------------------------- */

Test(pop, stops_on_the_spot)
{
	cage = unit_host_cage();
	same(encase_pop(cage, &move_layer), -ENOENT);
	move_push(cage, "a");
	same(encase_pop(cage, &move_layers[1]), -ENOENT);
	move_push_of(cage, &move_layers[1], "b");
	move_push(cage, "c");
	same(strcmp(move_log(), "+a+b+c"), 0);
	same(encase_pop(cage, &move_layer), 0); /* the newest push */
	same(strcmp(move_log(), "+a+b+c-c"), 0);
	same(move_state(cage)->name, 'a');
	same(encase_pop(cage, &move_layer), 0); /* from below another */
	same(strcmp(move_log(), "+a+b+c-c-a"), 0);
	same(move_state(cage), NULL);
	same(enter_lab(cage, arity1, 0), 0);
	same(((struct move_life *) encase_state(cage, &move_layers[1]))->visits, 1);
	same(probe.calls, 1);
	same(encase_pop(cage, &move_layer), -ENOENT);
	unit_free(cage);
	same(strcmp(move_log(), "+a+b+c-c-a!b-b"), 0);
	same(move_wrong, 0);
}

Test(pop, a_layer_in_the_middle)
{
	static const char *const left[] = { "bc", "ac", "ab" };

	for (unsigned out = 0; out < 3; out++) {
		unsigned n = 0;

		unit_row("%u", out);
		cage = unit_host_cage();
		for (unsigned i = 0; i < 3; i++)
			move_push_of(cage, &move_layers[i], (const char *[]){ "a", "b", "c" }[i]);
		same(encase_pop(cage, &move_layers[out]), 0);
		same(encase_state(cage, &move_layers[out]), NULL);
		same(enter_lab(cage, arity2, 0, 0), 0);
		for (unsigned i = 0; i < 3; i++) {
			const struct move_life *life = encase_state(cage, &move_layers[i]);

			if (life)
				same(life->name, left[out][n++]);
			if (life)
				same(life->visits, 1);
		}
		same(n, 2);
		unit_free(cage);
		move_clear();
	}
}

/* -- Others inside ---------------------------------------------------------- */

Test(pop, waits_for_the_last_call)
{
	struct move_guest guests[3];
	const struct move_life *life;

	cage = unit_host_cage();
	life = move_push(cage, "a");
	for (unsigned i = 0; i < 3; i++)
		move_enter(&guests[i], cage, NULL);
	same(encase_pop(cage, &move_layer), 0);
	same(move_state(cage), NULL);
	same(enter_lab(cage, arity1, 0), 0); /* goes by it */
	same(life->visits, 3);
	for (unsigned i = 0; i < 3; i++) {
		usleep(20000);
		moved("+a");
		holds(life->alive);
		move_leave(&guests[i]);
		same(guests[i].result, 0);
	}
	moved("+a-a");
	same(move_wrong, 0);
	unit_free(cage);
}

/* Calls that came later, and calls of other cages, are waited for by nobody. */
Test(pop, waits_for_no_other_call)
{
	struct move_guest before, after, elsewhere;

	cage = unit_host_cage();
	other = unit_host_cage();
	move_push(other, "o");
	move_push(cage, "a");
	move_enter(&elsewhere, other, NULL);
	move_enter(&before, cage, NULL);
	same(encase_pop(cage, &move_layer), 0);
	move_push(cage, "b");
	move_enter(&after, cage, NULL);
	moved("+o+a+b");
	move_leave(&before);
	moved("+o+a+b-a");
	same(encase_pop(cage, &move_layer), 0);
	same(encase_cage_free(cage), -EBUSY);
	move_leave(&after);
	moved("+o+a+b-a-b");
	unit_free(cage);
	same(encase_cage_free(other), -EBUSY);
	move_leave(&elsewhere);
	unit_free(other);
	same(strcmp(move_log(), "+o+a+b-a-b!o-o"), 0);
	same(move_wrong, 0);
}

/* Nobody sets anything up afterwards: the library stops the layer on a thread of its own. */
static pid_t stopped_on;

static void note_thread(void *state)
{
	(void) state;
	__atomic_store_n(&stopped_on, gettid(), __ATOMIC_SEQ_CST);
}

static long wait_there(struct encase_call *call);
static const struct encase_rule note_rules[] = { ENCASE_ON_IN(lab, arity0, wait_there),
						 ENCASE_ON_ANY(lab_forward), ENCASE_END };
static const struct encase_layer note_layer = { .name = "note",
						.rules = note_rules,
						.stop = note_thread };

static long wait_there(struct encase_call *call)
{
	same(encase_pop(encase_caller(), &note_layer), 0);
	same(encase_self(), NULL);
	return encase_forward(call);
}

Test(pop, stops_on_another_thread_if_need_be)
{
	cage = unit_host_cage();
	unit_push(cage, &note_layer);
	same(enter_lab(cage, arity0), 0);
	for (unsigned i = 0; i < 2000 && !__atomic_load_n(&stopped_on, __ATOMIC_SEQ_CST); i++)
		usleep(1000);
	holds(stopped_on);
	holds(stopped_on != gettid());
	unit_free(cage);
}

/* -- In a handler ----------------------------------------------------------- */

static void pop_own(void)
{
	same(encase_pop(cage, &move_layer), 0);
	same(encase_pop(cage, &move_layer), -ENOENT);
	holds(((struct move_life *) encase_self())->alive);
	same(encase_caller(), cage);
}

Test(pop, in_its_own_handler)
{
	cage = unit_host_cage();
	move_push(cage, "a");
	same(move_call(cage, pop_own), 0);
	same(probe.calls, 1);
	moved("+a-a");
	same(move_state(cage), NULL);
	same(move_wrong, 0);
	unit_free(cage);
}

/* Of two pushes the one whose handler runs, also if it is the older one; and never the other. */
Test(pop, of_two_pushes_its_own)
{
	for (unsigned i = 0; i < 2; i++) {
		cage = unit_host_cage();
		move_push(cage, "a");
		move_push(cage, "b");
		same(move_call_in(cage, "ab"[i], pop_own), 0);
		same(move_state(cage)->name, "ba"[i]);
		same(move_state(cage)->visits, 1);
		moved(i ? "+a+b-b" : "+a+b-a");
		unit_free(cage);
		move_clear();
	}
	same(move_wrong, 0);
}

static struct encase_cage *child, *grandchild;

static void make_family(void)
{
	struct encase_setup setup = { .parent = NULL };

	cage = unit_host_cage();
	other = unit_host_cage();
	move_push(cage, "a");
	move_push_of(cage, &move_layers[1], "m");
	move_push(other, "o");
	setup.parent = cage;
	same(encase_cage_new(&setup, &child), 0);
	setup.parent = child;
	same(encase_cage_new(&setup, &grandchild), 0);
	move_clear();
}

static void free_family(void)
{
	same(encase_cage_free(cage), -EBUSY);
	same(encase_cage_free(child), -EBUSY);
	unit_free(grandchild);
	unit_free(child);
	unit_free(cage);
	unit_free(other);
	same(move_wrong, 0);
}

static void change_what_is_not_ours(void)
{
	same(encase_push(cage, &move_layer, "x"), -EPERM);
	same(encase_push(other, &move_layer, "x"), -EPERM);
	same(encase_pop(cage, &move_layers[1]), -EPERM);
	same(encase_pop(cage, &move_layers[2]), -EPERM); /* whether it is there or not */
	same(encase_pop(other, &move_layer), -EPERM);
	same(encase_end(other, 1), -EPERM);
}

Test(pop, in_a_handler_of_others)
{
	make_family();
	same(move_call_in(cage, 'a', change_what_is_not_ours), 0);
	same(strcmp(move_log(), ""), 0);
	free_family();
}

static void change_descendants(void)
{
	same(encase_push(child, &move_layers[2], "c"), 0);
	same(encase_pop(child, &move_layers[1]), 0);
	same(encase_pop(child, &move_layers[1]), -ENOENT);
	same(encase_push(grandchild, &move_layer, "g"), 0);
	same(encase_pop(grandchild, &move_layer), 0); /* the newest, which is not ours */
	same(encase_pop(grandchild, &move_layer), 0); /* ours */
	same(encase_pop(grandchild, &move_layer), -ENOENT);
	same(encase_state(child, &move_layer), encase_self());
	same(encase_end(grandchild, 3), 0);
}

Test(pop, in_a_handler_of_descendants)
{
	make_family();
	same(move_call_in(cage, 'a', change_descendants), 0);
	same(strcmp(move_log(), "+c+g-g!m"), 0);
	holds(move_state(cage)->alive);
	same(move_state(child), move_state(cage));
	same(encase_state(child, &move_layers[1]), NULL);
	holds(encase_state(cage, &move_layers[1]));
	move_clear();
	free_family();
	same(strcmp(move_log(), "!c!a-c!m!a-m-a!o-o"), 0);
}

/* A child's handler is no handler of the parent's, though the layer and its state are the same. */
static void change_parent(void)
{
	same(encase_caller(), child);
	same(encase_pop(cage, &move_layer), -EPERM);
	same(encase_push(cage, &move_layer, "x"), -EPERM);
	same(encase_end(cage, 1), -EPERM);
	same(encase_pop(child, &move_layer), 0);
	same(move_state(cage), encase_self());
}

Test(pop, in_a_childs_handler)
{
	make_family();
	same(move_call_in(child, 'a', change_parent), 0);
	same(strcmp(move_log(), ""), 0); /* the parent and the grandchild have it still */
	free_family();
}

/* A call that a handler makes through a gate is the other cage's: what may be done there is its handler's. */
static void pop_from_inside(void)
{
	same(encase_pop(cage, &move_layer), -EPERM);
	same(encase_pop(other, &move_layer), 0);
}

static void enter_other(void)
{
	same(move_call_in(other, 'o', pop_from_inside), 0);
	same(encase_pop(other, &move_layer), -EPERM);
	same(encase_pop(cage, &move_layer), 0);
}

Test(pop, in_a_nested_handler)
{
	make_family();
	same(move_call_in(cage, 'a', enter_other), 0);
	moved("-o");
	same(move_state(cage), NULL);
	free_family();
}

/* A function of the lower layer's is no handler. */
static long push_below(struct encase_call *call)
{
	(void) call;
	probe.answer = NULL;
	same(encase_self(), NULL);
	same(encase_push(cage, &move_layer, "z"), 0);
	same(encase_pop(cage, &move_layers[1]), 0);
	return 0;
}

Test(pop, in_the_lower_layer)
{
	make_family();
	probe.answer = push_below;
	same(enter_lab(cage, arity1, 0), 0);
	same(move_state(cage)->name, 'z');
	free_family();
}
