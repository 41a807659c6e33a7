/* SPDX-License-Identifier: MIT */
/*
 * Cages are made, ended and freed while others change the parent's stack: what a
 * child has got from its parent stays alive as long as one of them has it.
 */
#include <errno.h>

#include "threads.h"

static struct encase_cage *root;
static unsigned long made; /* cages; atomic */

static void call_some(struct encase_cage *cage, long want)
{
	for (unsigned i = 0; i < 20; i++) {
		struct trace trace = { .n = 0 };
		long result = visit(cage, &trace, 1);

		if (want < 0)
			expect(result == want && trace.n == 0 && trace.landed == 0);
		else
			expect(result == (long) trace.n && trace.landed == 1);
	}
}

/* A child whose stack changes by itself, with a child of its own that outlives its end. */
static void child_maker(unsigned number)
{
	while (!is_over()) {
		struct encase_cage *child = make_cage(root), *second;

		expect(encase_parent(child) == root);
		call_some(child, 0);
		expect(push(child, &visitors[number % 3], number) == 0);
		call_some(child, 0);
		second = make_cage(child);
		if (any(2))
			expect(encase_pop(child, &visitors[number % 3]) == 0);
		expect(encase_cage_free(child) == -EBUSY);
		expect(encase_end(child, (int) number) == 0);
		call_some(child, -ESRCH);
		call_some(second, 0);
		expect(encase_end(child, 1) == -ESRCH);
		free_cage(second);
		free_cage(child);
		__atomic_fetch_add(&made, 2, __ATOMIC_RELAXED);
	}
}

static void root_changer(unsigned number)
{
	for (unsigned i = 0; !is_over(); i++) {
		const struct encase_layer *layer = i & 1 ? &quiet : &visitors[i % 3];

		expect(push(root, layer, number) == 0);
		if (any(8) == 0)
			expect(encase_drain(root) == 0);
		expect(encase_pop(root, layer) == 0);
	}
}

static void root_caller(unsigned number)
{
	(void) number;
	while (!is_over())
		call_some(root, 0);
}

bool trees_are_enough(void)
{
	return count_of(&made) > 10 && count_of(&sums.calls) > 0;
}

void test_trees(void)
{
	static worker_fn *const fns[] = { child_maker,  child_maker, child_maker, child_maker,
					  root_changer, root_caller, root_caller };

	made = 0;
	root = make_cage(NULL);
	expect(push(root, &visitors[0], 1) == 0);
	run_workers(sizeof(fns) / sizeof(fns[0]), fns);
	expect(trees_are_enough());
	/* each child is told of once by each layer that it began with, and each end, but for pops */
	expect(sums.children > made / 2 && sums.ends > made / 2);
	free_cage(root);
}
