/* SPDX-License-Identifier: MIT */
/* Buffers whose length stands behind a pointer, on tape. */
#include <sys/socket.h>

#include "deck.h"

TestSuite(lengths, .init = deck_open, .fini = deck_close);

/* Where a buffer and its length lie in unit_room. */
enum { A = 20000, LEN = 22000 };

/* What the lower layer is to write, and to say. */
static struct {
	const char *writes;
	int32_t length;
} below;

/* As Linux's accept, but that it fills all the room there is. */
static long accept_call(void *nothing, const void *bound, struct encase_call *call)
{
	int err = encase_reach(call);
	socklen_t *len = encase_arg(call, 2);

	(void) nothing;
	(void) bound;
	oracle.calls++;
	if (err || (encase_arg(call, 1) && !len))
		return -EFAULT;
	if (!encase_arg(call, 1))
		return 7;
	memcpy(encase_arg(call, 1), below.writes, *len);
	*len = (socklen_t) below.length;
	return 7;
}
static const struct encase_lower lower_accept = { .name = "accept", .call = accept_call };

static void put_length(int32_t n)
{
	memcpy(unit_room + LEN, &n, sizeof(n));
}

static void length_is(int32_t want)
{
	int32_t n;

	memcpy(&n, unit_room + LEN, sizeof(n));
	same(n, want);
}

/* One call whose buffer had room for `room` bytes; the lower layer fills all, says so many. */
static void accept_one(struct encase_cage *cage, const struct deck_sort *sort, int32_t room,
		       int32_t said, const char *want)
{
	memset(unit_room, '.', UNIT_ROOM);
	put_length(room);
	below.writes = "abcdefgh";
	below.length = said;
	same(enter(cage, accept, 3, deck_base(sort) + A, deck_base(sort) + LEN), 7);
	length_is(said);
	deck_room_is(A, want);
}

static void accept_some(struct encase_cage *cage, const struct deck_sort *sort)
{
	accept_one(cage, sort, 4, 4, "abcd....");
	accept_one(cage, sort, 4, 99, "abcd...."); /* the name was longer */
	accept_one(cage, sort, 0, 16, "....");
	same(enter(cage, accept, 3, 0, 0), 7);
	put_length(3);
	below.length = 1;
	same(enter(cage, accept, 3, 0, deck_base(sort) + LEN), 7); /* nobody looks at the length */
	length_is(3);
	same(enter(cage, accept, 3, deck_base(sort) + A, 0), -EFAULT);
}

Test(lengths, behind_pointers)
{
	deck_everywhere(accept_some, &lower_accept, NULL);
}

/* Less than there is room is what comes back, and another room is another call. */
Test(lengths, that_shrink)
{
	struct encase_tape *tape = deck_record_on(&lower_accept, NULL);
	struct encase_cage *cage = deck_cage(tape);

	accept_one(cage, &deck_sorts[0], 8, 2, "abcdefgh"); /* who fills more than he says */
	accept_one(cage, &deck_sorts[0], 8, -1, "abcdefgh");
	deck_rewind(&tape, &cage);
	accept_one(cage, &deck_sorts[0], 8, 2, "ab......");
	accept_one(cage, &deck_sorts[0], 8, -1, "........");
	deck_rewind(&tape, &cage);
	put_length(9);
	same(enter(cage, accept, 3, WORD(unit_room + A), WORD(unit_room + LEN)), -ENOTRECOVERABLE);
	diverged(cage, tape, "call 1, linux.accept: byte 0 of addrlen is 0x09, was 0x08");
}

/* A length that is out of reach, and its buffer with it. */
Test(lengths, out_of_reach)
{
	struct encase_tape *tape = deck_record();
	struct encase_cage *cage = deck_cage(tape);

	same(enter(cage, getsockname, 3, WORD(unit_room), DECK_NOWHERE), -EFAULT);
	deck_rewind(&tape, &cage);
	put_length(4);
	same(enter(cage, getsockname, 3, WORD(unit_room), WORD(unit_room + LEN)), -ENOTRECOVERABLE);
	diverged(cage, tape,
		 "call 1, linux.getsockname: addr is a pointer, not read, was out of reach");
}

/* No length, where that may be, is one of 0: the buffer is there, and of no bytes. */
Test(lengths, that_are_null)
{
	struct encase_tape *tape = deck_record_on(&lower_accept, NULL);
	struct encase_cage *cage = deck_cage(tape);

	same(enter(cage, accept, 3, WORD(unit_room + A), 0), -EFAULT);
	deck_rewind(&tape, &cage);
	put_length(4);
	same(enter(cage, accept, 3, WORD(unit_room + A), WORD(unit_room + LEN)), -ENOTRECOVERABLE);
	diverged(cage, tape, "call 1, linux.accept: addrlen is data, was null");
}
