/* SPDX-License-Identifier: MIT */
/* Bare handlers: as raw ones in gates that know nothing of them, and calls that are made bare. */
#include "bare.h"
#include "unit.h"
#include "wait.h"

static unsigned seen;
static encase_word word;
static long number;
static const struct encase_desc *desc;
static void *state, *again;
static long answer; /* instead of a forward, if it is not 0 */
static long answer_below;

static ENCASE_BARE_CODE long on_call(struct encase_bare *call)
{
	seen++;
	word = encase_bare_word(call, 0);
	number = call->number;
	desc = call->desc;
	state = call->self;
	if (answer)
		return answer;
	answer_below = encase_bare_forward(call);
	again = call->self; /* as before the forward */
	return answer_below;
}

static long on_raw(struct encase_call *call)
{
	seen += 100;
	return encase_forward(call);
}

static int start(void **made, const char *options)
{
	(void) options;
	*made = &seen;
	return 0;
}

static unsigned other;
static int start_other(void **made, const char *options)
{
	(void) options;
	*made = &other;
	return 0;
}

static unsigned stopped;
static void stop(void *made)
{
	(void) made;
	stopped++;
}

static const struct encase_rule bare_rules[] = { ENCASE_ON(write, on_call),
						 ENCASE_ON(openat, on_call), ENCASE_END };
static const struct encase_rule any_rules[] = { ENCASE_ON_ANY(on_call), ENCASE_END };
static const struct encase_rule raw_rules[] = { ENCASE_ON(write, on_raw, .buf = ENCASE_PASS),
						ENCASE_END };
static const struct encase_layer bare_layer = {
	.name = "bare", .rules = bare_rules, .start = start, .stop = stop
};
static const struct encase_layer any_layer = { .name = "any",
					       .rules = any_rules,
					       .start = start_other };
static const struct encase_layer raw_layer = { .name = "raw", .rules = raw_rules };

/* -- In a gate that makes no call bare ----------------------------------------- */

Test(bare, runs_as_a_raw_handler)
{
	struct encase_cage *cage = unit_host_cage();

	same(encase_push(cage, &bare_layer, NULL), 0);
	probe.result = 3;
	same(enter(cage, write, UINT64_C(0xf00000007), WORD("abc"), 3), 3);
	same(seen, 1);
	same(word, 7);
	same(number, 1);
	same(desc, &encase_desc_write);
	same(state, &seen);
	same(probe.calls, 1);
	same(probe.words[2], 3);
	answer = -EACCES;
	same(enter(cage, write, 7, WORD("abc"), 3), -EACCES);
	answer = 4; /* more than asked for */
	same(enter(cage, write, 7, WORD("abc"), 3), -EIO);
	same(probe.calls, 1);
	unit_idle();
}

/* Those before the sixth are refused. */
static const struct encase_rule modes[][2] = {
	{ ENCASE_ON(write, on_call, .buf = ENCASE_COPY), ENCASE_END },
	{ ENCASE_ON(write, on_call, ENCASE_COPY_ALL), ENCASE_END },
	{ ENCASE_ON(write, on_call, .buf = ENCASE_PASS | ENCASE_ONCE), ENCASE_END },
	{ ENCASE_ON(write, on_call, .buf = ENCASE_PASS | ENCASE_REPLACE), ENCASE_END },
	{ ENCASE_ON_ANY(on_call, ENCASE_COPY), ENCASE_END },
	{ ENCASE_ON(write, on_call, .buf = ENCASE_PASS), ENCASE_END },
	{ ENCASE_ON(write, on_call, ENCASE_PASS_POINTERS), ENCASE_END },
	{ ENCASE_ON_GROUP(file, on_call, ENCASE_PASS), ENCASE_END },
};

Test(bare, has_no_mode_but_pass)
{
	struct encase_cage *cage = unit_host_cage();

	for (unsigned i = 0; i < LENGTH(modes); i++) {
		const struct encase_layer layer = { .name = "one", .rules = modes[i] };

		unit_row("%u", i);
		same(encase_push(cage, &layer, NULL), i < 5 ? -EINVAL : 0);
	}
}

Test(bare, sees_no_pointers)
{
	struct encase_cage *cage = unit_host_cage();

	same(encase_push(cage, &bare_layer, NULL), 0);
	same(encase_sight(cage, &encase_desc_write), ENCASE_SEES_SCALARS);
}

/* -- Calls that are made bare ---------------------------------------------------- */

static unsigned bottoms;
static struct encase_cage *cage;
static bool pops;

static long bottom(void *gate)
{
	bottoms++;
	if (pops)
		same(encase_pop(cage, &bare_layer), 0);
	return *(long *) gate;
}

static enum enc_bare_end made(const struct encase_desc *call, long result, long *got)
{
	const encase_word words[6] = { UINT64_C(0xf00000007), 8, 9 };
	struct enc_bare bare = { .is.number = encase_text(call)->number,
				 .is.words = words,
				 .is.desc = call,
				 .is.forward = enc_bare_forward,
				 .bottom = bottom,
				 .gate = &result };

	seen = bottoms = 0;
	return enc_bare_enter(&enc_thread, cage, &bare, got);
}

static void begin(void)
{
	cage = unit_host_cage();
	probe.result = 0;
	same(enter(cage, close, 1), 0); /* the thread is no stranger any more */
	probe.calls = 0;
}

Test(bare, of_calls_that_no_layer_has)
{
	long got = 1;

	begin();
	same(made(&encase_desc_write, -EBADF, &got), ENC_BARE_DONE);
	same(got, -EBADF);
	same(bottoms, 1);
	same(made(&encase_desc_openat, 5, &got), ENC_BARE_DONE); /* one that varies */
	same(got, 5);
	same(probe.calls, 0);
	unit_idle();
}

Test(bare, through_layers_that_all_are)
{
	long got = 1;

	begin();
	same(encase_push(cage, &bare_layer, NULL), 0);
	same(encase_push(cage, &any_layer, NULL), 0);
	same(made(&encase_desc_write, 9, &got), ENC_BARE_DONE);
	same(got, 9);
	same(seen, 2);
	same(word, 7);
	same(number, 1);
	same(state, &seen);
	same(again, &other);
	same(made(&encase_desc_openat, 5, &got), ENC_BARE_DONE);
	same(seen, 2);
	same(made(&encase_desc_write, 10, &got), ENC_BARE_DONE);
	same(got, -EIO); /* more than asked for */
	answer = -EPERM;
	same(made(&encase_desc_write, 9, &got), ENC_BARE_DONE);
	same(got, -EPERM);
	same(seen, 1);
	same(bottoms, 0);
	unit_idle();
}

Test(bare, not_where_one_is_another)
{
	long got = 1;

	begin();
	same(encase_push(cage, &bare_layer, NULL), 0);
	same(encase_push(cage, &raw_layer, NULL), 0);
	same(made(&encase_desc_write, 9, &got), ENC_BARE_NOT);
	same(encase_push(cage, &any_layer, NULL), 0);
	same(made(&encase_desc_write, 9, &got), ENC_BARE_NOT);
	same(made(&encase_desc_openat, 5, &got), ENC_BARE_DONE);
	same(encase_pop(cage, &raw_layer), 0);
	same(made(&encase_desc_write, 9, &got), ENC_BARE_DONE);
	same(got, 9);
	unit_idle();
}

Test(bare, not_on_cages_that_have_ended)
{
	long got = 1;

	begin();
	same(encase_end(cage, 0), 0);
	same(made(&encase_desc_write, 9, &got), ENC_BARE_NOT);
	same(bottoms, 0);
}

/* A thread's first call, and one inside another. */
Test(bare, not_for_strangers_and_not_inside)
{
	long got = 1;

	cage = unit_host_cage();
	same(made(&encase_desc_write, 9, &got), ENC_BARE_NOT);
	probe.result = 0;
	same(enter(cage, close, 1), 0);
	enc_slot_enter(&enc_thread.slot[0], (uintptr_t) &got, cage);
	same(made(&encase_desc_write, 9, &got), ENC_BARE_NOT);
	enc_slot_leave(&enc_thread.slot[0]);
	same(made(&encase_desc_write, 9, &got), ENC_BARE_DONE);
}

/* Who waits for the call's end is told by enc_slot_left(), which is not bare. */
Test(bare, an_end_that_is_waited_for)
{
	long got = 1;

	begin();
	same(encase_push(cage, &bare_layer, NULL), 0);
	pops = true;
	same(made(&encase_desc_write, 9, &got), ENC_BARE_LEFT);
	same(got, 9);
	same(stopped, 0);
	enc_slot_left(&enc_thread.slot[0]);
	pops = false;
	same(made(&encase_desc_write, 9, &got), ENC_BARE_DONE);
	same(seen, 0);
	same(encase_drain(cage), 0);
	same(stopped, 1);
	unit_idle();
}
