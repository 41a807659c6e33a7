/* SPDX-License-Identifier: MIT */
/*
 * encase_set_arg(): what it refuses, what it changes and what it leaves alone, in
 * any order with forwards and encase_arg_data().  docs/forwarding.md, 4 and 4.7,
 * and its contract in encase/call.h.
 */
#include "unit.h"

#include <limits.h>

#define ONCE    (ENCASE_PASS | ENCASE_ONCE)
#define REPLACE (ENCASE_PASS | ENCASE_REPLACE)

static char own[64];

/* A call of trade with 16 bytes at 8 of an arena, through a handler with a mode. */
static long run(encase_raw_fn *handler, unsigned mode)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer;
	long result;

	unit_row("mode %u", mode);
	unit_paint();
	memset(own, 'o', sizeof(own));
	unit_push_raw(cage, &layer, trade, handler, mode);
	probe.calls = 0;
	result = enter_lab(cage, trade, 8, 16);
	unit_free(cage);
	return result;
}

/* -- What is refused ------------------------------------------------------ */

static const unsigned modes[] = { ENCASE_COPY, ENCASE_PASS,           ONCE,
				  REPLACE,     ONCE | ENCASE_REPLACE, ENCASE_NULLIFY };
static bool takes_pointers;

static long set_wrongly(struct encase_call *call)
{
	encase_word copy = WORD(encase_arg(call, 0));

	same(encase_set_arg(call, 2, 0), -EINVAL);
	same(encase_set_arg(call, 7, 0), -EINVAL);
	same(encase_set_arg(call, 8, 0), -EINVAL);
	same(encase_set_arg(call, 32, 0), -EINVAL);
	same(encase_set_arg(call, UINT_MAX, 0), -EINVAL);
	same(encase_set_arg(call, 0, WORD(own)), takes_pointers ? 0 : -EINVAL);
	same(encase_set_arg(call, 0, 1), takes_pointers ? 0 : -EINVAL);
	same(encase_set_arg(call, 0, 0), 0);
	same(encase_set_arg(call, 0, WORD(ENCASE_NULL)), 0);
	same(encase_set_arg(call, 0, copy), 0);
	return encase_forward(call);
}

static long set_below(struct encase_call *call)
{
	same(encase_set_arg(call, 0, 0), -EPERM);
	same(encase_set_arg(call, 1, 0), -EPERM);
	same(encase_set_arg(call, 2, 0), -EPERM);
	same(encase_arg_word(call, 1), 16);
	return 16;
}

Test(modes_set, refusals)
{
	probe.answer = set_below;
	for (size_t i = 0; i < LENGTH(modes); i++) {
		takes_pointers = modes[i] == ENCASE_COPY || modes[i] & ENCASE_REPLACE;
		same(run(set_wrongly, modes[i]), 16);
		same(probe.calls, 1);
		same(!probe.words[0], modes[i] == ENCASE_NULLIFY);
	}
}

static long set_refused(struct encase_call *call)
{
	same(encase_set_arg(call, 0, WORD(own)), -EINVAL);
	same(encase_forward(call), 16);
	same(probe.words[0], 8);
	same(encase_set_arg(call, 1, 3), 0);
	same(encase_set_arg(call, 0, WORD(own)), -EINVAL);
	return encase_forward(call);
}

/* A refusal changes nothing, whether it comes first or later. */
Test(modes_set, a_refusal_changes_nothing)
{
	probe.result = 16;
	same(run(set_refused, ENCASE_PASS), -EIO); /* more than the 3 that the lower layer has */
	same(probe.words[0], 8);
	same(probe.words[1], 3);
}

/* -- Scalars -------------------------------------------------------------- */

static long set_ints(struct encase_call *call)
{
	for (unsigned i = 0; i < 8; i++)
		same(encase_set_arg(call, i, UINT64_C(0xfedcba9876543210) + i), 0);
	for (unsigned i = 0; i < 8; i++)
		same(encase_arg_word(call, i), i + 1);
	return encase_forward(call);
}

static long set_one(struct encase_call *call)
{
	same(encase_set_arg(call, 3, (encase_word) -1), 0);
	return encase_forward(call);
}

/* Of each the bits of its type count; the others stay. */
Test(modes_set, scalars)
{
	static const encase_word cut[] = { 0x10,
					   0x11,
					   0x3212,
					   0x3213,
					   0x76543214,
					   0x76543215,
					   UINT64_C(0xfedcba9876543216),
					   UINT64_C(0xfedcba9876543217) };
	static const encase_word one[] = { 1, 2, 3, 0xffff, 5, 6, 7, 8 };
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layers[2];

	unit_push_raw(cage, &layers[0], ints8, set_one, 0);
	same(enter_lab(cage, ints8, 1, 2, 3, 4, 5, 6, 7, 8), 0);
	for (unsigned i = 0; i < 8; i++)
		same(probe.words[i], one[i]);
	unit_push_raw(cage, &layers[1], ints8, set_ints, 0);
	same(enter_lab(cage, ints8, 1, 2, 3, 4, 5, 6, 7, 8), 0);
	for (unsigned i = 0; i < 8; i++)
		same(probe.words[i], i == 3 ? 0xffff : cut[i]);
	unit_free(cage);
}

static long set_null_word(struct encase_call *call)
{
	same(encase_set_arg(call, 0, WORD(ENCASE_NULL)), 0);
	return encase_forward(call);
}

/* A scalar may have ENCASE_NULL's value. */
Test(modes_set, no_scalar_is_a_null)
{
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layer;

	unit_push_raw(cage, &layer, arity1, set_null_word, 0);
	same(enter_lab(cage, arity1, 5), 0);
	same(probe.words[0], (encase_word) -4096);
	unit_free(cage);
}

/* -- The bound ------------------------------------------------------------ */

static bool spends;

static long set_longer(struct encase_call *call)
{
	same(encase_set_arg(call, 1, 17), 0);
	same(encase_forward(call), -EINVAL);
	same(encase_failed(call), EINVAL);
	same(encase_set_arg(call, 1, 16), 0);
	same(encase_forward(call), 0);
	same(encase_failed(call), 0);
	same(encase_set_arg(call, 1, (encase_word) -1), 0);
	same(encase_forward(call), spends ? 0 : -EINVAL);
	same(encase_set_arg(call, 0, WORD(ENCASE_NULL)), 0);
	return encase_forward(call);
}

/* Refused forwards spend nothing; with a null in place of a pointer there is no bound. */
Test(modes_set, a_longer_length)
{
	for (size_t i = 0; i < LENGTH(modes); i++) {
		bool null = modes[i] == ENCASE_NULLIFY;

		spends = modes[i] & ENCASE_ONCE;
		same(run(set_longer, modes[i]), null ? -EINVAL : 0);
		same(probe.calls, null ? 1 : spends ? 3 : 2);
		same(probe.words[0], 0);
	}
}

static long set_inside(struct encase_call *call)
{
	char *copy = encase_arg(call, 0);

	same(encase_set_arg(call, 0, WORD(copy + 4)), 0);
	same(encase_forward(call), -EINVAL);
	same(encase_set_arg(call, 1, 12), 0);
	return encase_forward(call);
}

Test(modes_set, inside_a_shadow)
{
	probe.answer = probe_keep;
	same(run(set_inside, ENCASE_COPY), 12);
	same(probe.calls, 1);
	same(probe_kept[0], unit_byte(12));
}

/* The result is held against what arrived, not against what was set. */
static long set_own_longer(struct encase_call *call)
{
	same(encase_set_arg(call, 0, WORD(own)), 0);
	same(encase_set_arg(call, 1, 64), 0);
	same(encase_forward(call), 64);
	same(encase_arg_word(call, 1), 16);
	return encase_failed(call) ? -EIO : 17;
}

Test(modes_set, a_result_above_what_arrived)
{
	probe.answer = probe_keep;
	same(run(set_own_longer, REPLACE), -EIO);
	same(run(set_own_longer, ENCASE_COPY), -EIO);
}

/* -- With forwards and copies --------------------------------------------- */

static long between_forwards(struct encase_call *call)
{
	same(encase_forward(call), 0);
	same(probe.words[0], 8);
	same(encase_set_arg(call, 0, WORD(own)), 0);
	same(encase_forward(call), 0);
	same(probe.words[0], WORD(own));
	same(encase_forward(call), 0);
	same(probe.words[0], WORD(own)); /* it stays */
	same(encase_set_arg(call, 0, 0), 0);
	same(encase_forward(call), 0);
	same(probe.words[0], 8);
	same(lab_next_trade(own, 3), 0);
	same(probe.words[1], 3);
	same(encase_set_arg(call, 0, WORD(own)), 0);
	same(lab_next_trade(NULL, 16), 0);
	same(probe.words[0], 8); /* values are what they are */
	same(encase_arg(call, 0), NULL);
	same(encase_arg_word(call, 0), 8);
	return 0;
}

Test(modes_set, between_forwards)
{
	same(run(between_forwards, REPLACE), 0);
	same(probe.calls, 6);
}

static long set_then_fetch(struct encase_call *call)
{
	void *data = NULL;
	size_t len = 0;

	same(encase_set_arg(call, 0, WORD(own)), 0);
	same(encase_set_arg(call, 1, 3), 0);
	same(encase_arg_data(call, 0, &data, &len), 0);
	same(len, 16); /* as it arrived */
	same(*(char *) data, unit_byte(8));
	same(encase_forward(call), 0);
	same(probe.words[0], WORD(data));
	same(probe.words[1], 3);
	same(encase_set_arg(call, 0, WORD(own)), 0);
	same(encase_arg_data(call, 0, NULL, NULL), 0); /* again: the copy it is */
	same(encase_forward(call), 0);
	same(probe.words[0], WORD(data));
	return 0;
}

static long fetch_then_set(struct encase_call *call)
{
	void *data = NULL;

	same(encase_arg_data(call, 0, &data, NULL), 0);
	same(encase_set_arg(call, 0, WORD(own)), 0); /* it is no passed argument any more */
	same(encase_forward(call), 0);
	same(probe.words[0], WORD(own));
	same(encase_arg(call, 0), data);
	same(encase_set_arg(call, 0, 0), 0);
	same(encase_forward(call), 0);
	same(probe.words[0], 0);
	return 0;
}

Test(modes_set, with_encase_arg_data)
{
	same(run(set_then_fetch, REPLACE), 0);
	same(run(set_then_fetch, ONCE | ENCASE_REPLACE), 0);
	same(run(set_then_fetch, ENCASE_COPY), 0);
	for (size_t i = 0; modes[i] != ENCASE_NULLIFY; i++)
		same(run(fetch_then_set, modes[i]), 0);
}

static long fetch_twice_down(struct encase_call *call)
{
	void *data = NULL;

	same(encase_arg_data(call, 0, &data, NULL), 0);
	for (unsigned i = 0; i < 3; i++) {
		same(encase_forward(call), 0);
		same(probe.words[0], WORD(data));
	}
	return 0;
}

/* What was fetched is a copy, and goes down on each forward. */
Test(modes_set, once_ends_with_a_copy)
{
	same(run(fetch_twice_down, ONCE), 0);
	same(probe.calls, 3);
}

static long fetch_null(struct encase_call *call)
{
	void *data = own;
	size_t len = 5;

	same(encase_arg_word(call, 0), 0);
	same(encase_arg_data(call, 0, &data, &len), 0);
	same(data, NULL);
	same(len, 0);
	same(encase_set_arg(call, 0, WORD(own)), -EINVAL);
	errno = 0;
	same(lab_next_trade(own, 16), -1);
	same(errno, EINVAL);
	return encase_forward(call);
}

Test(modes_set, a_nullified_argument_stays_null)
{
	same(run(fetch_null, ENCASE_NULLIFY), 0);
	same(probe.calls, 1);
	same(probe.words[0], 0);
	holds(unit_painted_but(0, 0));
}

static long fetch_in_vain(struct encase_call *call)
{
	same(encase_set_arg(call, 0, WORD(own)), 0);
	same(encase_arg_data(call, 0, NULL, NULL), -EFAULT);
	same(encase_arg(call, 0), NULL);
	return encase_forward(call);
}

/* A copy that cannot be made takes no place. */
Test(modes_set, a_failed_copy_changes_nothing)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer;

	unit_push_raw(cage, &layer, trade, fetch_in_vain, REPLACE);
	same(enter_lab(cage, trade, UNIT_ROOM, 16), 0);
	same(probe.words[0], WORD(own));
	unit_free(cage);
}

/* -- Calls of their own --------------------------------------------------- */

static unsigned runs;

static long set_at_first(struct encase_call *call)
{
	if (!runs++) {
		same(encase_set_arg(call, 0, WORD(own)), 0);
		same(encase_set_arg(call, 1, 5), 0);
	}
	return encase_forward(call);
}

static long see_what_was_set(struct encase_call *call)
{
	same(encase_arg_word(call, 0), runs == 1 ? WORD(own) : 8);
	same(encase_arg_word(call, 1), runs == 1 ? 5 : 16);
	return encase_forward(call);
}

/* What was set arrives below, and is gone with its call. */
Test(modes_set, is_for_one_call)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layers[2];

	unit_push_raw(cage, &layers[0], trade, see_what_was_set, ENCASE_PASS);
	unit_push_raw(cage, &layers[1], trade, set_at_first, REPLACE);
	same(enter_lab(cage, trade, 8, 16), 0);
	same(enter_lab(cage, trade, 8, 16), 0);
	same(probe.calls, 2);
	same(probe.words[0], 8);
	unit_free(cage);
}
