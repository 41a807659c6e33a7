/* SPDX-License-Identifier: MIT */
/* encase_end(): one cage ends, and no other; docs/forwarding.md, 8.5. */
#include "move.h"

static struct encase_cage *cage, *child, *leaf;

static void make_family(void)
{
	struct encase_setup setup = { .parent = NULL };

	cage = unit_host_cage();
	move_push(cage, "a");
	move_push_of(cage, &move_layers[1], "b");
	setup.parent = cage;
	same(encase_cage_new(&setup, &child), 0);
	setup.parent = child;
	same(encase_cage_new(&setup, &leaf), 0);
	move_clear();
}

static void free_family(void)
{
	unit_free(leaf);
	unit_free(child);
	unit_free(cage);
	same(move_wrong, 0);
}

/* What an ended cage says to everything. */
static void ended(struct encase_cage *of)
{
	struct encase_setup setup = { .parent = of };
	struct encase_cage *none = NULL;
	encase_word result = 5;
	char buf[4] = "abc";

	same(enter_lab(of, arity1, 0), -ESRCH);
	same(enter_lab(of, swap, WORD(buf), 3), -ESRCH);
	same(enter(of, openat, 0, WORD("x"), 0), -ESRCH);
	same(encase_enter_checked(of, &lab_desc_overlaps, WORDS(1), &result), -ESRCH);
	same(result, 5);
	same(encase_enter_number(of, &encase_calls, 99999, WORDS(0)), -ESRCH);
	errno = 0;
	same(ENCASE_ENTRY_IN(lab, of, arity1)(1), -1);
	same(errno, ESRCH);
	same(encase_sight(of, &lab_desc_arity1), ENCASE_SEES_NOTHING);
	same(encase_push(of, &move_layer, "x"), -ESRCH);
	same(encase_pop(of, &move_layer), -ENOENT);
	same(encase_state(of, &move_layer), NULL);
	same(encase_cage_new(&setup, &none), -ESRCH);
	same(encase_end(of, 4), -ESRCH);
	same(encase_drain(of), 0);
	same(probe.calls, 0);
}

Test(end, of_a_parent_leaves_the_child)
{
	struct move_life *a, *b;

	make_family();
	a = move_state(cage);
	b = encase_state(cage, &move_layers[1]);
	same(encase_end(cage, 41), 0);
	same(strcmp(move_log(), "!b!a"), 0);
	same(a->status, 41);
	same(b->status, 41);
	ended(cage);
	same(encase_parent(child), cage);
	same(enter_lab(child, arity1, 0), 0);
	same(enter_lab(leaf, arity1, 0), 0);
	same(a->visits, 2);
	same(probe.calls, 2);
	same(encase_cage_free(cage), -EBUSY);
	same(encase_end(leaf, -1), 0);
	same(a->status, -1);
	same(strcmp(move_log(), "!b!a!b!a"), 0);
	free_family();
	same(strcmp(move_log(), "!b!a!b!a!b!a-b-a"), 0);
}

Test(end, without_layers)
{
	cage = unit_host_cage();
	same(encase_end(cage, 0), 0);
	ended(cage);
	unit_free(cage);
}

/* With layers that have a rule for each call, or none, and with default actions of its own. */
Test(end, goes_before_default_actions)
{
	static const struct encase_interface *const both[] = { &encase_calls, &lab_calls, NULL };
	struct encase_setup setup = {
		.interfaces = both, .lower = &probe_lower, .refuse = EACCES, .unknown = 1
	};
	struct unit_layer any;

	same(encase_cage_new(&setup, &cage), 0);
	unit_push_any(cage, &any, lab_forward, 0);
	same(encase_end(cage, 0), 0);
	ended(cage);
	unit_free(cage);
}

/* -- In flight -------------------------------------------------------------- */

Test(end, calls_in_flight_finish)
{
	struct move_guest guests[2];

	make_family();
	probe.result = 6;
	move_enter(&guests[0], cage, NULL);
	move_enter(&guests[1], child, NULL);
	same(encase_end(cage, 1), 0);
	same(enter_lab(cage, arity1, 0), -ESRCH);
	same(encase_cage_free(cage), -EBUSY);
	moved("!b!a");
	move_leave(&guests[0]);
	same(guests[0].result, 6);
	same(encase_drain(cage), 0);
	same(strcmp(move_log(), "!b!a"), 0); /* the child has them */
	same(encase_end(child, 2), 0);
	same(encase_end(leaf, 3), 0);
	moved("!b!a!b!a!b!a");
	move_leave(&guests[1]);
	same(guests[1].result, 6);
	moved("!b!a!b!a!b!a-b-a"); /* newest first */
	free_family();
}

static void end_own(void)
{
	struct encase_setup setup = { .parent = cage };
	struct encase_cage *none;

	same(encase_end(cage, 9), 0);
	same(encase_end(cage, 9), -ESRCH);
	same(encase_push(child, &move_layers[2], "c"), 0);
	same(encase_cage_new(&setup, &none), -ESRCH);
	same(enter_lab(cage, arity1, 0), -ESRCH);
	holds(((struct move_life *) encase_self())->alive);
	same(((struct move_life *) encase_self())->status, 9);
}

Test(end, in_a_handler_of_its_own)
{
	make_family();
	probe.result = 5;
	same(move_call_in(cage, 'a', end_own), 5);
	moved("!b!a+c");
	same(enter_lab(cage, arity1, 0), -ESRCH);
	same(probe.calls, 1);
	free_family();
}

static void end_descendants(void)
{
	same(encase_end(leaf, 1), 0);
	same(encase_end(child, 2), 0);
	same(encase_end(child, 2), -ESRCH);
}

Test(end, in_a_handler_of_descendants)
{
	make_family();
	same(move_call(cage, end_descendants), 0);
	same(strcmp(move_log(), "!b!a!b!a"), 0);
	free_family();
}

static void end_ancestors(void)
{
	same(encase_end(child, 1), -EPERM);
	same(encase_end(cage, 1), -EPERM);
	same(encase_end(leaf, 1), 0);
}

Test(end, in_a_handler_not_of_ancestors)
{
	make_family();
	same(move_call(leaf, end_ancestors), 0);
	same(strcmp(move_log(), "!b!a"), 0);
	free_family();
}

/* Freed without an end before: that is told, with status 0, and the layers stop, newest first. */
Test(end, comes_with_freeing)
{
	struct move_life *a;

	cage = unit_host_cage();
	a = move_push(cage, "a");
	a->status = 5;
	move_push(cage, "b");
	unit_free(cage);
	same(strcmp(move_log(), "+a+b!b!a-b-a"), 0);
	same(encase_cage_free(NULL), 0);
}
