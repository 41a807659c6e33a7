/* SPDX-License-Identifier: MIT */
/*
 * Cages as a tree: what a child has from its parent, who hears of it, and what ends
 * with whom.  Rules: docs/forwarding.md, 8.4 and 8.5.
 */
#include "move.h"

static struct encase_cage *root, *child, *leaf;

static struct encase_cage *make_child(struct encase_cage *parent)
{
	struct encase_setup setup = { .parent = parent };
	struct encase_cage *made = NULL;

	same(encase_cage_new(&setup, &made), 0);
	same(encase_parent(made), parent);
	return made;
}

/* -- What a child has ------------------------------------------------------- */

Test(tree, a_child_has_its_parents_layers)
{
	struct move_life *a, *b;

	root = unit_host_cage();
	same(encase_parent(root), NULL);
	a = move_push(root, "a");
	b = move_push_of(root, &move_layers[1], "b");
	child = make_child(root);
	same(strcmp(move_log(), "+a+b>b>a"), 0); /* newest first */
	same(encase_state(child, &move_layer), a);
	same(encase_state(child, &move_layers[1]), b);
	same(enter_lab(child, arity1, 0), 0);
	same(a->visits, 1);
	same(b->visits, 1);

	/* from now on both change by themselves */
	move_push_of(root, &move_layers[2], "r");
	move_push_of(child, &move_layers[2], "c");
	same(encase_pop(root, &move_layers[1]), 0);
	same(enter_lab(child, arity1, 0), 0);
	same(b->visits, 2);
	same(enter_lab(root, arity1, 0), 0);
	same(b->visits, 2);
	same(a->visits, 3);
	leaf = make_child(child);
	same(strcmp(move_log(), "+a+b>b>a+r+c>c>b>a"), 0);
	move_clear();

	same(encase_cage_free(root), -EBUSY);
	same(encase_cage_free(child), -EBUSY);
	unit_free(leaf);
	same(strcmp(move_log(), "!c!b!a"), 0);
	unit_free(child);
	same(strcmp(move_log(), "!c!b!a!c!b!a-c-b"), 0);
	unit_free(root);
	same(strcmp(move_log(), "!c!b!a!c!b!a-c-b!r!a-r-a"), 0);
	same(move_wrong, 0);
}

/* The last of the tree to give a push up stops it, whoever that is. */
Test(tree, a_push_stops_with_the_last_that_has_it)
{
	for (unsigned last = 0; last < 3; last++) {
		struct encase_cage *cages[3];

		unit_row("%u", last);
		move_clear();
		cages[0] = root = unit_host_cage();
		move_push(root, "a");
		cages[1] = child = make_child(root);
		cages[2] = leaf = make_child(child);
		move_clear();
		for (unsigned i = 0; i < 3; i++)
			if (i != last)
				same(encase_pop(cages[i], &move_layer), 0);
		same(strcmp(move_log(), ""), 0);
		same(enter_lab(cages[last], arity1, 0), 0);
		same(move_state(cages[last])->visits, 1);
		same(encase_pop(cages[last], &move_layer), 0);
		same(strcmp(move_log(), "-a"), 0);
		unit_free(leaf);
		unit_free(child);
		unit_free(root);
		same(strcmp(move_log(), "-a"), 0);
		same(move_wrong, 0);
	}
}

/* A call that is in flight in one cage keeps the layer alive for it, whatever becomes of the others. */
Test(tree, a_call_in_a_child_keeps_the_layer)
{
	struct move_guest guest;

	root = unit_host_cage();
	move_push(root, "a");
	child = make_child(root);
	move_enter(&guest, child, NULL);
	same(encase_pop(child, &move_layer), 0);
	same(encase_pop(root, &move_layer), 0);
	same(encase_drain(root), 0);
	same(strcmp(move_log(), "+a>a"), 0);
	same(encase_cage_free(child), -EBUSY);
	move_leave(&guest);
	moved("+a>a-a");
	unit_free(child);
	unit_free(root);
	same(move_wrong, 0);
}

/* -- What it inherits ------------------------------------------------------- */

static long other_answer(void *below, const void *bound, struct encase_call *call)
{
	(void) bound;
	(void) call;
	return *(const long *) below;
}

static const struct encase_lower other_lower = { .name = "other", .call = other_answer };
static const struct encase_interface *const lab_alone[] = { &lab_calls, NULL };
static const struct encase_interface *const linux_alone[] = { &encase_calls, NULL };
static const long seven = 7, eight = 8;

static long swap_bytes(struct encase_call *call)
{
	return encase_reach(call) ? -EFAULT : *(const char *) encase_arg(call, 0);
}

Test(tree, interfaces_memory_and_lower_layer_are_inherited)
{
	struct encase_setup setup = { .interfaces = lab_alone,
				      .memory = &encase_memory_arena,
				      .space = &unit_arena,
				      .lower = &probe_lower };

	unit_paint();
	unit_room[100] = 'r';
	probe.answer = swap_bytes;
	same(encase_cage_new(&setup, &root), 0);
	child = make_child(root);
	leaf = make_child(child);
	same(enter_lab(leaf, swap, 100, 120), 'r'); /* in the arena, by the probe */
	same(enter(leaf, getpid), -ENOSYS);         /* not Linux */
	unit_free(leaf);

	/* each of them by itself */
	setup = (struct encase_setup){ .parent = child, .lower = &other_lower, .below = &seven };
	same(encase_cage_new(&setup, &leaf), 0);
	same(enter_lab(leaf, arity0), 7);
	unit_free(leaf);
	setup = (struct encase_setup){ .parent = child, .memory = &encase_memory_host };
	same(encase_cage_new(&setup, &leaf), 0);
	same(enter_lab(leaf, swap, WORD("x"), 120), 'x');
	unit_free(leaf);
	setup = (struct encase_setup){ .parent = child, .interfaces = linux_alone };
	same(encase_cage_new(&setup, &leaf), 0);
	same(enter_lab(leaf, arity0), -ENOSYS);
	probe.answer = NULL;
	probe.result = 3;
	same(enter(leaf, getpid), 3);
	unit_free(leaf);
	unit_free(child);
	unit_free(root);
}

/* below goes with the lower layer that it was given for. */
Test(tree, a_lower_layer_is_inherited_with_what_is_below)
{
	struct encase_setup setup = { .interfaces = lab_alone,
				      .lower = &other_lower,
				      .below = &eight };

	same(encase_cage_new(&setup, &root), 0);
	setup = (struct encase_setup){ .parent = root, .below = &seven };
	same(encase_cage_new(&setup, &child), 0);
	same(enter_lab(child, arity0), 8);
	unit_free(child);
	unit_free(root);
}

/* refuse and unknown are each cage's own. */
Test(tree, default_actions_are_not_inherited)
{
	struct encase_setup setup = {
		.interfaces = lab_alone, .lower = &probe_lower, .refuse = EACCES, .unknown = 1
	};

	same(encase_cage_new(&setup, &root), 0);
	same(enter_lab(root, arity0), -EACCES);
	child = make_child(root);
	same(enter_lab(child, arity0), 0);
	same(encase_enter_number(child, &lab_calls, 99999, WORDS(0)), -ENOSYS);
	unit_free(child);
	unit_free(root);
}

/* -- Refusals --------------------------------------------------------------- */

static void refused(const struct encase_setup *setup, int want)
{
	struct encase_cage *none = (void *) &seven;

	same(encase_cage_new(setup, &none), want);
	same(none, &seven);
}

Test(tree, cages_that_cannot_be)
{
	static const struct encase_interface *const twice[] = { &lab_calls, &encase_calls,
								&lab_calls, NULL };
	static const struct encase_lower no_call = { .name = "none" };
	struct encase_setup good = { .interfaces = lab_alone, .lower = &probe_lower }, bad;

	refused(NULL, -EINVAL);
	bad = (struct encase_setup){ .lower = NULL };
	refused(&bad, -EINVAL);
	bad = good;
	bad.lower = &no_call;
	refused(&bad, -EINVAL);
	bad = good;
	bad.memory = &encase_memory_arena;
	refused(&bad, -EINVAL);
	bad = good;
	bad.lower = &encase_lower_functions;
	refused(&bad, -EINVAL);
	bad = good;
	bad.interfaces = twice;
	refused(&bad, -EINVAL);
	bad = good;
	bad.refuse = -1;
	refused(&bad, -EINVAL);
	bad.refuse = 4096;
	refused(&bad, -EINVAL);
	bad.refuse = 4095;
	same(encase_cage_new(&bad, &root), 0);
	same(enter_lab(root, arity0), -4095);
	unit_free(root);
}

Test(tree, children_that_cannot_be)
{
	struct encase_setup setup = { .interfaces = lab_alone, .lower = &probe_lower };

	same(encase_cage_new(&setup, &root), 0);
	move_push(root, "a");
	setup = (struct encase_setup){ .parent = root, .interfaces = linux_alone };
	refused(&setup, -EINVAL); /* its parent's layer is for other calls */
	same(strcmp(move_log(), "+a"), 0);
	setup = (struct encase_setup){ .parent = root, .memory = &encase_memory_arena };
	refused(&setup, -EINVAL);
	same(encase_end(root, 0), 0);
	setup = (struct encase_setup){ .parent = root };
	refused(&setup, -ESRCH);
	same(strcmp(move_log(), "+a!a-a"), 0);
	unit_free(root);
}
