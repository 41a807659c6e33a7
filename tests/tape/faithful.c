/* SPDX-License-Identifier: MIT */
/*
 * A replay is what was recorded: random calls of whole tables, in each memory,
 * below each kind of layer, replayed in each memory.
 */
#include <stdlib.h>

#include "deck.h"
#include "dice.h"

TestSuite(tape, .init = deck_open, .fini = deck_close);

enum { CALLS = 3000 };

/* What a call came to. */
struct outcome {
	const char *name;
	long result;
	uint64_t room; /* a sum of all of the cage's memory */
};

static uint64_t sum_of_room(void)
{
	const uint64_t *word = (const uint64_t *) unit_room;
	uint64_t sum = 0;

	for (size_t i = 0; i < UNIT_ROOM / sizeof(*word); i++)
		sum = (sum ^ word[i]) * UINT64_C(0x9e3779b97f4a7c15) + (sum >> 29);
	return sum;
}

/* Where some are expected, the oracle refuses what was refused there, and is asked for the rest. */
static void make_calls(struct encase_cage *cage, encase_word base, struct outcome *outcomes,
		       const struct outcome *expected)
{
	size_t nlab = lab_calls.ncalls, n = nlab + encase_calls.ncalls;
	uint64_t seed = 7;

	memset(unit_room, 0, UNIT_ROOM);
	for (unsigned k = 0; k < CALLS; k++) {
		const struct encase_desc *desc;
		encase_word words[ENCASE_MAX_ARGS] = { 0 };

		do {
			size_t c = deck_random(&seed) % n;

			memset(words, 0, sizeof(words));
			desc = c < nlab ? lab_calls.calls[c] : encase_calls.calls[c - nlab];
		} while (!dice_call(desc, base, &seed, words));
		oracle.refuses = expected && expected[k].result == -ENOTSUP;
		outcomes[k].name = encase_text(desc)->name;
		outcomes[k].result = encase_enter(cage, desc, words);
		dice_forget(desc);
		outcomes[k].room = sum_of_room();
	}
}

/* The layers that may stand on a tape: none, one that passes, one that copies. */
static void put_layer(struct encase_cage *cage, unsigned n)
{
	static struct unit_layer passing, copying;

	unit_any(&passing, lab_forward, ENCASE_PASS);
	unit_any(&copying, lab_forward, ENCASE_COPY);
	if (n == 1)
		unit_push(cage, &passing.layer);
	else if (n == 2)
		unit_push(cage, &copying.layer);
}

static struct encase_cage *cage_of(const struct deck_sort *sort, struct encase_tape *tape,
				   unsigned layer)
{
	struct encase_cage *cage = deck_cage_on(sort, tape);

	put_layer(cage, layer);
	return cage;
}

static struct outcome recorded[CALLS], replayed[CALLS], plain[CALLS];

/* Recording is not noticed: without a tape all is the same, but what it refuses. */
static void unnoticed(const struct deck_sort *sort, unsigned layer)
{
	struct encase_cage *cage = unit_cage_on(sort->memory, sort->space, &oracle_lower, NULL);

	put_layer(cage, layer);
	oracle = (struct oracle){ .seed = 1 };
	make_calls(cage, deck_base(sort), plain, recorded);
	unit_free(cage);
	for (unsigned k = 0; k < CALLS; k++) {
		unit_row("%s, layer %u, call %u, %s, not recorded", sort->name, layer, k,
			 plain[k].name);
		same(recorded[k].result, plain[k].result);
		same(recorded[k].room, plain[k].room);
	}
}

static unsigned record(const struct deck_sort *sort, unsigned layer)
{
	struct encase_tape *tape = deck_record();
	struct encase_cage *cage = cage_of(sort, tape, layer);

	unit_row("%s, layer %u", sort->name, layer);
	oracle = (struct oracle){ .seed = 1 };
	make_calls(cage, deck_base(sort), recorded, NULL);
	same(encase_tape_state(tape).calls, oracle.calls);
	deck_end(cage, tape, 0);
	return oracle.calls;
}

static void replay(const struct deck_sort *sort, unsigned layer, unsigned calls)
{
	struct encase_tape *tape = deck_replay();
	struct encase_cage *cage = cage_of(sort, tape, layer);

	oracle = (struct oracle){ .seed = 2 };
	make_calls(cage, deck_base(sort), replayed, NULL);
	for (unsigned k = 0; k < CALLS; k++) {
		unit_row("%s, layer %u, call %u, %s: %s", sort->name, layer, k, replayed[k].name,
			 encase_tape_state(tape).text);
		same(replayed[k].result, recorded[k].result);
		same(replayed[k].room, recorded[k].room);
	}
	same(oracle.calls, 0);
	same(encase_tape_state(tape).calls, calls);
	deck_end(cage, tape, 0);
}

static void each_layer(const struct deck_sort *a, const struct deck_sort *b)
{
	for (unsigned layer = 0; layer < 3; layer++) {
		unsigned calls = record(a, layer);

		holds(calls > CALLS / 2);
		unnoticed(a, layer);
		replay(b, layer, calls);
	}
}

Test(tape, a_replay_is_what_was_recorded)
{
	for (size_t i = 0; i < DECK_SORTS; i++)
		each_layer(&deck_sorts[i], &deck_sorts[i]);
}

/* What is bad in one memory is bad in all of them here; a cage's addresses are not compared. */
Test(tape, a_replay_in_another_memory)
{
	for (size_t i = 0; i < DECK_SORTS; i++)
		each_layer(&deck_sorts[i], &deck_sorts[(i + 1) % DECK_SORTS]);
}
