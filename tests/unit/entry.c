/* SPDX-License-Identifier: MIT */
/*
 * Entries: C functions that are a cage's calls.  One for a cage and call, as many
 * as one likes, gone with the cage.  What they do with values is tested in result.c,
 * with errno in errno.c.
 */
#include "unit.h"

#include "alloc.h"

Test(entry, one_for_a_cage_and_call)
{
	struct encase_cage *cages[] = { unit_host_cage(), unit_host_cage() };
	encase_fn *put = encase_entry(cages[0], &lab_desc_put);
	struct alloc_live before = alloc_live();

	holds(put);
	same(encase_entry(cages[0], &lab_desc_put), put);
	holds(alloc_same(before, alloc_live()));
	holds(encase_entry(cages[0], &lab_desc_get) != put);
	holds(encase_entry(cages[1], &lab_desc_put) != put);
	same(encase_entry(cages[0], &lab_desc_put), put);
	unit_free(cages[0]);
	unit_free(cages[1]);
}

/* An entry made before a layer was pushed goes through that layer. */
Test(entry, takes_the_stack_as_it_is)
{
	struct encase_cage *cage = unit_host_cage();
	lab_arity1_fn *fn = ENCASE_ENTRY_IN(lab, cage, arity1);
	struct unit_layer layer;

	probe.result = 3;
	same(fn(1), 3);
	lab_answer.word = 8;
	unit_natural(&layer, &lab_desc_arity1, lab_answerer(&lab_desc_arity1), 0);
	unit_push(cage, &layer.layer);
	same(fn(1), 8);
	same(probe.calls, 1);
	unit_free(cage);
}

/* Where code of the library's own cannot be had, libffi makes the entry: with the same values. */
Test(entry, made_in_either_way)
{
	for (unsigned failing = 2; failing < 100; failing += 98) {
		struct encase_cage *cage = unit_host_cage();
		lab_ints8_fn *fn;

		unit_row("allocation %u fails", failing);
		alloc_fail_at(failing);
		fn = ENCASE_ENTRY_IN(lab, cage, ints8);
		same(alloc_failed(), failing == 2); /* the first one has pages to make */
		holds(fn);
		probe.result = INT64_MIN;
		same(fn(-1, 0xfe, -300, 0xfffd, -70000, 0xfffffffc, INT64_MIN, UINT64_MAX),
		     INT64_MIN);
		same(probe.words[0], (encase_word) -1);
		same(probe.words[1], 0xfe);
		same(probe.words[2], (encase_word) -300);
		same(probe.words[3], 0xfffd);
		same(probe.words[4], (encase_word) -70000);
		same(probe.words[5], 0xfffffffc);
		same(probe.words[6], (encase_word) INT64_MIN);
		same(probe.words[7], UINT64_MAX);
		unit_free(cage);
	}
}

/* -- Many ----------------------------------------------------------------- */

#define CAGES 12

static void *wanted[2];
static unsigned wrong;

static long see_cage(struct encase_call *call)
{
	wrong += encase_caller() != wanted[0] || encase_call_desc(call) != wanted[1];
	return encase_forward(call);
}

/* Only those of integers and pointers can be called through one type; at most six arguments are
 * read from registers, and what is on the stack may be anything. */
static bool can_call(const struct encase_desc *desc)
{
	for (unsigned i = 0; i < desc->nargs; i++)
		if (desc->arg[i].type == ENCASE_F32 || desc->arg[i].type == ENCASE_F64)
			return false;
	return desc->nargs <= 6 && desc->type != ENCASE_F32 && desc->type != ENCASE_F64;
}

typedef long any_fn(long a, long b, long c, long d, long e, long f);

static void call_all(struct encase_cage *cage, const struct encase_interface *table)
{
	for (size_t i = 0; i < table->ncalls; i++) {
		encase_fn *fn = encase_entry(cage, table->calls[i]);

		unit_row("%s", table->texts[i].name);
		holds(fn);
		wanted[0] = cage;
		wanted[1] = (void *) table->calls[i];
		if (!can_call(table->calls[i]))
			continue;
		probe.desc = NULL;
		((any_fn *) fn)(0, 0, 0, 0, 0, 0);
		same(probe.desc, table->calls[i]);
	}
}

/* More than a thousand alive, each for its own cage and call; made again when they are gone. */
Test(entry, many)
{
	struct alloc_live before = alloc_live(), after_first = before;
	struct unit_layer layer;

	for (unsigned round = 0; round < 3; round++) {
		struct encase_cage *cages[CAGES];

		for (unsigned i = 0; i < CAGES; i++) {
			cages[i] = unit_host_cage();
			unit_push_any(cages[i], &layer, see_cage, ENCASE_PASS);
			call_all(cages[i], &encase_calls);
			call_all(cages[i], &lab_calls);
		}
		for (unsigned i = 0; i < CAGES; i++)
			call_all(cages[i], &lab_calls);
		for (unsigned i = 0; i < CAGES; i++)
			unit_free(cages[(i * 5) % CAGES]);
		if (!round)
			after_first = alloc_live(); /* pages of code are kept */
		holds(alloc_same(after_first, alloc_live()));
	}
	same(wrong, 0);
}

/* -- Nested --------------------------------------------------------------- */

static lab_arity2_fn *recurse;

static long count_down(long a, long b)
{
	return a ? recurse(a - 1, b + 1) + 1 : lab_next_arity2(a, b);
}

/* A handler calls the entry of the cage that it runs for. */
Test(entry, from_its_own_handler)
{
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layer;

	recurse = ENCASE_ENTRY_IN(lab, cage, arity2);
	unit_push_natural(cage, &layer, arity2, count_down, 0);
	probe.result = 1000;
	same(recurse(50, 0), 1050);
	same(probe.words[1], 50);
	same(probe.calls, 1);
	unit_free(cage);
}
