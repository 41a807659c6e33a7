/* SPDX-License-Identifier: MIT */
/*
 * Conformance of gates: the same call has the same arguments and the same result,
 * by whichever way it gets in.
 *
 * The calls are all of Linux's and all of mix.def's, with random words, with
 * nothing between gate and lower layer, and with layers whose compiled thunks and
 * forwarders every word goes through.
 */
#include <errno.h>
#include <stdio.h>

#include "gates.h"
#include "mix.h"

static struct answer answer;
static struct encase_cage *cage;
static const struct gate_row *gate;
static unsigned stack;

/* Runs fn for all calls, by all gates, through all stacks. */
static void each_way(void (*fn)(const struct encase_desc *desc))
{
	for (stack = 0; stack < GATE_STACKS; stack++) {
		cage = recorder_cage(&answer);
		push_gate_stack(cage, stack);
		for (size_t i = 0; gate_rows[i]; i++) {
			gate = gate_rows[i];
			each_call(fn);
		}
		same("cage", encase_cage_free(cage), 0);
	}
}

/* Names the way and the call, for assertions. */
static const char *who(const struct encase_desc *desc)
{
	static char text[128];

	snprintf(text, sizeof(text), "%s by %s, stack %u", encase_text(desc)->name, gate->name,
		 stack);
	return text;
}

/* One call with random words, which ends as answer says; result is what it has to return. */
static void try(const struct encase_desc *desc, int error, encase_word result)
{
	static uint64_t random;
	encase_word words[ENCASE_MAX_ARGS], got = 0;
	unsigned calls = record.calls;

	random_words(&random, desc, words);
	errno = 77;
	same(who(desc), gate->make(cage, desc, words, &got), error);
	same(who(desc), errno, error && gate->libc ? error : 77);
	same(who(desc), record.calls, calls + 1);
	was_recorded(desc, words);
	if (!error)
		same(who(desc), got, encase_widen(desc->type, result));
}

static void succeeds(const struct encase_desc *desc, long word)
{
	answer = (struct answer){ .word = word };
	try(desc, 0, (encase_word) word);
}

/* Arguments: many words, and a result that any type has. */
static void arguments(const struct encase_desc *desc)
{
	for (unsigned i = 0; i < 50; i++)
		succeeds(desc, 100);
}

Test(gates, arguments_are_the_same_by_all_ways)
{
	each_way(arguments);
}

/* All the results that a call may have, as its table says. */
static void results(const struct encase_desc *desc)
{
	static uint64_t random;
	bool any = desc->result != ENCASE_FAILS;
	bool wide = desc->type >= ENCASE_S64 && desc->type != ENCASE_F32;

	succeeds(desc, 1);
	if (desc->fail)
		succeeds(desc, 0);
	for (unsigned i = 0; i < 20 && any; i++)
		succeeds(desc, (long) random_word(&random));
	if (any) {
		succeeds(desc, -1);
		succeeds(desc, -EACCES);
		succeeds(desc, INT64_MIN);
	}
	if (desc->limit)
		succeeds(desc, 1000);
	else if (wide)
		succeeds(desc, INT64_MAX);
	if (!desc->limit && wide)
		succeeds(desc, -4096);
}

Test(gates, results_are_the_same_by_all_ways)
{
	each_way(results);
}

/* Every errno, but by the gate that cannot tell it from a result. */
static void errors(const struct encase_desc *desc)
{
	static const int some[] = { 1, EPERM, EACCES, EIO, ENOSYS, 133, 4095 };

	if (desc->result == ENCASE_NEVER)
		return;
	for (size_t i = 0; i < COUNT_OF(some); i++) {
		answer = (struct answer){ .error = some[i] };
		if (desc->result == ENCASE_OVERLAPS && !gate->overlaps)
			try(desc, 0, (encase_word) -some[i]);
		else
			try(desc, some[i], 0);
	}
}

Test(gates, errors_are_the_same_by_all_ways)
{
	each_way(errors);
}

/* What no call of this type could return has become EIO on its way. */
static void nonsense(const struct encase_desc *desc)
{
	if (desc->result != ENCASE_FAILS || (!desc->limit && desc->type != ENCASE_S32))
		return;
	answer = (struct answer){ .word = desc->limit ? 1001 : -5000 };
	try(desc, EIO, 0);
	answer.word = -4096;
	try(desc, EIO, 0);
}

Test(gates, what_is_no_result_is_told_by_all_ways)
{
	each_way(nonsense);
}

/* A call of an interface that the cage does not speak goes nowhere. */
static void unspoken(const struct encase_desc *desc)
{
	encase_word words[ENCASE_MAX_ARGS] = { 0 }, got = 5;
	int wanted = desc->result != ENCASE_FAILS && gate == &gate_row_enter ? 0 : ENOSYS;

	if (desc->interface == &encase_calls)
		return;
	errno = 77;
	if (!gate->libc)
		same(who(desc), gate->make(cage, desc, words, &got), wanted);
	same(who(desc), errno, 77);
	holds(encase_text(desc)->name, !encase_entry(cage, desc));
	same(who(desc), errno, ENOSYS);
}

Test(gates, calls_that_the_cage_does_not_speak)
{
	const struct encase_setup setup = { .lower = &lower_recorder, .below = &answer };

	same("cage", encase_cage_new(&setup, &cage), 0);
	for (size_t i = 0; gate_rows[i]; i++) {
		gate = gate_rows[i];
		each_call(unspoken);
	}
	same("recorded", record.calls, 0);
	same("cage", encase_cage_free(cage), 0);
}

/* Hidden arguments are null in the call's C function, and all others are not touched. */
static void hidden(const struct encase_desc *desc)
{
	static uint64_t random;
	encase_word words[ENCASE_MAX_ARGS];
	encase_fn *fn = encase_entry(cage, desc);

	answer = (struct answer){ .word = 100 };
	for (unsigned mask = 0; mask <= 0xff; mask++) {
		if (mask & ~(unsigned) desc->pointers)
			continue;
		random_words(&random, desc, words);
		same(encase_text(desc)->name, desc->thunk(fn, words, mask),
		     encase_widen(desc->type, 100));
		for (unsigned i = 0; i < desc->nargs; i++)
			if (mask >> i & 1)
				words[i] = 0;
		was_recorded(desc, words);
	}
}

Test(gates, thunks_hide_pointers)
{
	cage = recorder_cage(&answer);
	each_call(hidden);
	same("cage", encase_cage_free(cage), 0);
}
