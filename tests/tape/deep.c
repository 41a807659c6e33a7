/* SPDX-License-Identifier: MIT */
/* Pairs, sets of bits, structures that tell their size, and what failed calls write, on tape. */
#include <sys/uio.h>

#include "deck.h"

TestSuite(deep, .init = deck_open, .fini = deck_close);

/* Where arguments lie in unit_room. */
enum { BITS = 64, TIME = 128, PAIR = 192, MASK = 256, HANDLE = 512, PATH = 1024, MOUNT = 2048 };

static int fails; /* with which errno the call below fails; 0: it does not */

/* All that it may write becomes letters. */
static void scribble(struct encase_call *call, unsigned i, char letter, size_t n)
{
	void *p = encase_arg(call, i);

	if (p)
		memset(p, letter, n);
}

static long below_call(void *nothing, const void *bound, struct encase_call *call)
{
	int err = encase_reach(call);

	(void) nothing;
	(void) bound;
	oracle.calls++;
	if (err)
		return encase_fail(call, -err);
	if (encase_call_desc(call) == &encase_desc_pselect6) {
		scribble(call, 1, 'b', 16);
		scribble(call, 4, 't', 16);
	} else {
		scribble(call, 2, 'h', 4); /* its size stays what it is not, as Linux has it */
		scribble(call, 3, 'm', 4);
	}
	return fails ? encase_fail(call, fails) : 3;
}
static const struct encase_lower below_lower = { "below", NULL, below_call };

static void fill_room(const struct deck_sort *sort, encase_word base, size_t len)
{
	struct iovec pair = { (void *) (uintptr_t) (base ? deck_base(sort) + base : 0), len };
	uint32_t handle[2] = { 20, 5 };

	memset(unit_room, '.', UNIT_ROOM);
	memcpy(unit_room + PAIR, &pair, sizeof(pair));
	memcpy(unit_room + HANDLE, handle, sizeof(handle));
	strcpy(unit_room + PATH, "file");
}

static long enter_pselect(struct encase_cage *cage, const struct deck_sort *sort)
{
	encase_word b = deck_base(sort);

	return enter(cage, pselect6, 100, b + BITS, 0, 0, b + TIME, b + PAIR);
}

static long enter_handle(struct encase_cage *cage, const struct deck_sort *sort)
{
	encase_word b = deck_base(sort);

	return enter(cage, name_to_handle_at, 5, b + PATH, b + HANDLE, b + MOUNT, 0);
}

static void record(const struct deck_sort *sort, int error)
{
	struct encase_tape *tape = deck_record_on(&below_lower, NULL);
	struct encase_cage *cage = deck_cage_on(sort, tape);

	fails = error;
	fill_room(sort, MASK, 8);
	same(enter_pselect(cage, sort), error ? -error : 3);
	same(enter_handle(cage, sort), error ? -error : 3);
	deck_end(cage, tape, 0);
}

/* What was written is there; of a call that failed the time, the handle and the mount alone. */
static void replay(const struct deck_sort *sort, int error)
{
	struct encase_tape *tape = deck_replay();
	struct encase_cage *cage = deck_cage_on(sort, tape);

	unit_row("%s, errno %d", sort->name, error);
	oracle.calls = 0;
	fill_room(sort, MASK, 8);
	same(enter_pselect(cage, sort), error ? -error : 3);
	/* Where a cage's own bytes are the call's, it has written them, failed or not. */
	if (!error)
		deck_room_is(BITS, "bbbbbbbbbbbbbbbb.");
	deck_room_is(TIME, "tttttttttttttttt.");
	same(enter_handle(cage, sort), error ? -error : 3);
	deck_room_is(HANDLE, "hhhh\5");
	deck_room_is(MOUNT, "mmmm.");
	same(oracle.calls, 0);
	deck_end(cage, tape, 0);
}

Test(deep, what_is_written)
{
	for (size_t a = 0; a < DECK_SORTS; a++) {
		for (int error = 0; error < 2; error++) {
			record(&deck_sorts[a], error ? EINTR : 0);
			for (size_t b = 0; b < DECK_SORTS; b++)
				replay(&deck_sorts[b], error ? EINTR : 0);
		}
	}
}

/* A replay with this pair, and perhaps another byte somewhere, is not what was recorded. */
static void differs(const struct deck_sort *sort, encase_word base, size_t len, size_t at,
		    const char *text)
{
	struct encase_tape *tape;
	struct encase_cage *cage;

	unit_row("%s: %s", sort->name, text);
	record(sort, 0);
	tape = deck_replay();
	cage = deck_cage_on(sort, tape);
	fill_room(sort, base, len);
	if (at)
		unit_room[at] ^= 1;
	same(enter_pselect(cage, sort), -ENOTRECOVERABLE);
	says(tape, ENCASE_TAPE_DIVERGED, text);
	deck_end(cage, tape, -ENOTRECOVERABLE);
}

#define CALLED "call 1, linux.pselect6: "

Test(deep, what_differs)
{
	for (size_t a = 0; a < DECK_SORTS; a++) {
		const struct deck_sort *sort = &deck_sorts[a];

		differs(sort, MASK, 7, 0, CALLED "sigmask[0] has 7 bytes, had 8");
		differs(sort, 0, 8, 0, CALLED "sigmask has 0 entries, had 1");
		differs(sort, DECK_NOWHERE, 8, 0, CALLED "sigmask is out of reach, was a vector");
		differs(sort, MASK, 8, MASK + 3, CALLED "byte 3 of sigmask[0] is 0x2f, was 0x2e");
		differs(sort, MASK, 8, BITS + 15, CALLED "byte 15 of readfds is 0x2f, was 0x2e");
	}
}
