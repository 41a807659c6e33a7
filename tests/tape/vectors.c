/* SPDX-License-Identifier: MIT */
/* Vectors on tape. */
#include <stdlib.h>
#include <sys/uio.h>

#include "deck.h"

TestSuite(vectors, .init = deck_open, .fini = deck_close);

/* Where a vector and what it names lie in unit_room. */
enum { IOV = 64, A = 20000, B = 20100, C = 21000 };

static void put_entry(const struct deck_sort *sort, size_t k, size_t at, size_t len)
{
	struct iovec entry = { (void *) (uintptr_t) (deck_base(sort) + at), len };

	memcpy(unit_room + IOV + k * sizeof(entry), &entry, sizeof(entry));
}

/* What the lower layer is to write; what it was handed. */
static struct {
	long result;
	const char *writes;
	size_t n;
	char got[64];
} below;

/* Reads or writes the entries' bytes one after another, as Linux does. */
static long vector_call(struct encase_call *call, const struct iovec *v, size_t n)
{
	const char *from = below.writes;
	size_t left = below.result < 0 ? 0 : (size_t) below.result;

	for (size_t k = 0; k < n; k++) {
		size_t some = v[k].iov_len < left ? v[k].iov_len : left;

		if (encase_call_desc(call) == &encase_desc_writev) {
			memcpy(below.got + below.n, v[k].iov_base, v[k].iov_len);
			below.n += v[k].iov_len;
			continue;
		}
		if (!some) /* its base may be null */
			continue;
		memcpy(v[k].iov_base, from, some);
		from += some;
		left -= some;
	}
	return below.result;
}

static long below_call(void *nothing, const void *bound, struct encase_call *call)
{
	int err = encase_reach(call);

	(void) nothing;
	(void) bound;
	oracle.calls++;
	if (err)
		return encase_fail(call, -err);
	return vector_call(call, encase_arg(call, 1), encase_arg_word(call, 2));
}
static const struct encase_lower lower_below = { .name = "below", .call = below_call };

static void read_some(struct encase_cage *cage, const struct deck_sort *sort)
{
	memset(unit_room, '.', UNIT_ROOM);
	put_entry(sort, 0, B, 3);
	put_entry(sort, 1, C, 0);
	put_entry(sort, 2, A, 5);
	put_entry(sort, 3, C, 4);
	below.result = 6;
	below.writes = "abcdef";
	same(enter(cage, readv, 3, deck_base(sort) + IOV, 4), 6);
	deck_room_is(B, "abc....");
	deck_room_is(A, "def....");
	deck_room_is(C, "......");
	below.result = 12;
	below.writes = "ABCDEFGHIJKL";
	same(enter(cage, readv, 3, deck_base(sort) + IOV, 4), 12);
	deck_room_is(B, "ABC....");
	deck_room_is(A, "DEFGH....");
	deck_room_is(C, "IJKL..");
	below.result = 0;
	same(enter(cage, readv, 3, deck_base(sort) + IOV, 4), 0);
	below.result = -EIO;
	same(enter(cage, readv, 3, deck_base(sort) + IOV, 4), -EIO);
	deck_room_is(B, "ABC....");
}

/* A result above what the entries name, which no kernel gives: what is there goes. */
static void read_too_much(struct encase_cage *cage, const struct deck_sort *sort)
{
	memset(unit_room, '.', UNIT_ROOM);
	put_entry(sort, 0, B, 3);
	below.result = 9;
	below.writes = "abcdefghi";
	same(enter(cage, readv, 3, deck_base(sort) + IOV, 1), 9);
	deck_room_is(B, "abc....");
}

static void write_some(struct encase_cage *cage, const struct deck_sort *sort)
{
	memset(unit_room, '.', UNIT_ROOM);
	put_entry(sort, 0, C, 2);
	put_entry(sort, 1, A, 3);
	memcpy(unit_room + C, "xy", 2);
	memcpy(unit_room + A, "123", 3);
	below.result = 4;
	below.n = 0;
	same(enter(cage, writev, 3, deck_base(sort) + IOV, 2), 4);
	same(enter(cage, writev, 3, deck_base(sort) + IOV, 0), 4);
	same(enter(cage, writev, 3, 0, 0), 4);
}

Test(vectors, spread_over_their_entries)
{
	deck_everywhere(read_some, &lower_below, NULL);
	deck_everywhere(read_too_much, &lower_below, NULL);
	deck_everywhere(write_some, &lower_below, NULL);
	holds(!memcmp(below.got, "xy123", 5));
}

/* As many entries as there can be, and cut lengths. */
static void many(struct encase_cage *cage, const struct deck_sort *sort)
{
	memset(unit_room, '.', UNIT_ROOM);
	for (size_t k = 0; k < 1024; k++)
		put_entry(sort, k, A + k * 2, k % 2);
	below.result = 4;
	below.writes = "abcd";
	same(enter(cage, readv, 3, deck_base(sort) + IOV, 1024), 4);
	deck_room_is(A, "..a...b...c...d....");
}

Test(vectors, as_many_entries_as_there_can_be)
{
	deck_everywhere(many, &lower_below, NULL);
}

/* What no vector is, is out of reach; what the lower layer says to that is on the tape. */
static void bad(struct encase_cage *cage, const struct deck_sort *sort)
{
	memset(unit_room, 0, UNIT_ROOM);
	for (size_t k = 0; k < 3; k++)
		put_entry(sort, k, A, 4);
	same(enter(cage, readv, 3, deck_base(sort) + IOV, 1025), -EINVAL);
	same(enter(cage, readv, 3, deck_base(sort) + IOV, (encase_word) -1), -EINVAL);
	same(enter(cage, readv, 3, DECK_NOWHERE, 1), -EFAULT);
	put_entry(sort, 1, A, (size_t) 1 << 63);
	same(enter(cage, readv, 3, deck_base(sort) + IOV, 3), -EINVAL);
	memset(unit_room + IOV + 16, 0, 8);
	unit_room[IOV + 16 + 15] = 0;
	unit_room[IOV + 16 + 8] = 1; /* null, one byte */
	same(enter(cage, readv, 3, deck_base(sort) + IOV, 3), -EFAULT);
}

/* Judges as the memories do, in the host's, where encase_reach() has no opinion. */
static long judge_call(void *nothing, const void *bound, struct encase_call *call)
{
	int err = encase_reach(call);
	const struct iovec *v = encase_arg(call, 1);

	(void) nothing;
	(void) bound;
	oracle.calls++;
	if (err)
		return encase_fail(call, -err);
	if (encase_arg_word(call, 2) > 1024)
		return -EINVAL;
	if (WORD(v) == DECK_NOWHERE)
		return -EFAULT;
	return v[1].iov_len >> 63 ? -EINVAL : -EFAULT;
}
static const struct encase_lower lower_judge = { .name = "judge", .call = judge_call };

/* A way down is D, 6 bytes, call 0, 3, word, 5: out of reach. */
static void all_are_out_of_reach(void)
{
	size_t n, ways = 0;
	unsigned char *data = deck_read(deck_path, &n);

	for (size_t k = 0; k + 5 < n; k++)
		ways += data[k] == 'D' && data[k + 2] == 0 && data[k + 3] == 3 && data[k + 5] == 5;
	same(ways, 5);
	free(data);
}

Test(vectors, out_of_reach)
{
	deck_everywhere(bad, &lower_judge, all_are_out_of_reach);
}

/* Together entries name no more than a transfer moves: what is behind is cut off. */
Test(vectors, lengths_are_cut)
{
	struct encase_tape *tape = deck_record_on(&lower_judge, NULL);
	struct encase_cage *cage = deck_cage(tape);
	struct iovec v[3] = { { unit_room, 0 }, { unit_room, 5 }, { unit_room, 9 } };

	v[0].iov_len = 0x7ffff000 - 2;
	same(enter(cage, readv, 3, WORD(v), 3), -EFAULT);
	deck_rewind(&tape, &cage);
	v[1].iov_len = 2;
	v[2].iov_len = 0;
	same(enter(cage, readv, 3, WORD(v), 3), -EFAULT);
	deck_rewind(&tape, &cage);
	v[1].iov_len = 1;
	same(enter(cage, readv, 3, WORD(v), 3), -ENOTRECOVERABLE);
	diverged(cage, tape, "call 1, linux.readv: iov[1] has 1 bytes, had 2");
}

/* -- What differs ------------------------------------------------------------- */

static void differs(const struct encase_desc *desc, const struct iovec *v, size_t n,
		    const char *text)
{
	struct encase_tape *tape = deck_replay();
	struct encase_cage *cage = deck_cage(tape);
	encase_word words[ENCASE_MAX_ARGS] = { 3, WORD(v), n };

	unit_row("%s", text);
	same(encase_enter(cage, desc, words), -ENOTRECOVERABLE);
	diverged(cage, tape, text);
}

Test(vectors, what_differs)
{
	struct encase_tape *tape = deck_record_on(&lower_below, NULL);
	struct encase_cage *cage = deck_cage(tape);
	char abc[] = "abc", wxyz[] = "wxyz";
	struct iovec v[2] = { { abc, 3 }, { wxyz, 4 } };

	same(enter(cage, writev, 3, WORD(v), 2), 0);
	deck_end(cage, tape, 0);
	abc[1] = 'B';
	differs(&encase_desc_writev, v, 2,
		"call 1, linux.writev: byte 1 of iov[0] is 0x42, was 0x62");
	abc[1] = 'b';
	wxyz[3] = 'Z';
	differs(&encase_desc_writev, v, 2,
		"call 1, linux.writev: byte 3 of iov[1] is 0x5a, was 0x7a");
	v[0].iov_len = 2;
	differs(&encase_desc_writev, v, 2, "call 1, linux.writev: iov[0] has 2 bytes, had 3");
	differs(&encase_desc_writev, v, 1, "call 1, linux.writev: iovcnt is 1, was 2");
	differs(&encase_desc_writev, NULL, 2, "call 1, linux.writev: iov is null, was a vector");
	differs(&encase_desc_readv, v, 2, "call 1 is linux.readv, was linux.writev");
}

/* -- Entries that change while the call is made ------------------------------- */

static long spoil_call(void *nothing, const void *bound, struct encase_call *call)
{
	struct iovec *v = encase_arg(call, 1);

	(void) nothing;
	(void) bound;
	memcpy(v[0].iov_base, "abc", 3);
	memcpy(v[1].iov_base, "de", 2);
	v[0] = (struct iovec){ (void *) DECK_NOWHERE, 1 };
	v[1].iov_len = (size_t) 1 << 40;
	return 5;
}
static const struct encase_lower lower_spoil = { .name = "spoil", .call = spoil_call };

static void read_spoiled(struct encase_cage *cage)
{
	memset(unit_room, '.', UNIT_ROOM);
	put_entry(&deck_sorts[0], 0, B, 3);
	put_entry(&deck_sorts[0], 1, A, 4);
	same(enter(cage, readv, 3, deck_base(&deck_sorts[0]) + IOV, 2), 5);
	deck_room_is(B, "abc....");
	deck_room_is(A, "de......");
}

/* What is written goes by the entries as they came. */
Test(vectors, entries_that_change)
{
	struct encase_tape *tape = deck_record_on(&lower_spoil, NULL);
	struct encase_cage *cage = deck_cage(tape);

	read_spoiled(cage);
	deck_rewind(&tape, &cage);
	read_spoiled(cage);
	deck_end(cage, tape, 0);
}

/* A layer's own vector is vouched for, and still none if no vector has such entries. */
static struct iovec own;

static ssize_t give_own(int fd, const struct iovec *iov, int n)
{
	(void) iov;
	(void) n;
	return encase_next_readv(fd, &own, 1);
}
static const struct encase_rule own_rules[] = {
	ENCASE_ON(readv, give_own, .iov = ENCASE_PASS | ENCASE_REPLACE),
	ENCASE_END,
};
static const struct encase_layer own_layer = { .name = "own", .rules = own_rules };

static long say_5(void *nothing, const void *bound, struct encase_call *call)
{
	(void) nothing;
	(void) bound;
	(void) call;
	return 5;
}
static const struct encase_lower lower_5 = { .name = "5", .call = say_5 };

static void is_out_of_reach(void *base, size_t len)
{
	struct encase_tape *tape = deck_record_on(&lower_5, NULL);
	struct encase_cage *cage = deck_cage(tape);

	own = (struct iovec){ base, len };
	unit_push(cage, &own_layer);
	same(enter(cage, readv, 3, WORD(unit_room), 1), 5);
	deck_rewind(&tape, &cage);
	own = (struct iovec){ unit_room, 1 };
	unit_push(cage, &own_layer);
	same(enter(cage, readv, 3, WORD(unit_room), 1), -ENOTRECOVERABLE);
	diverged(cage, tape, "call 1, linux.readv: iov is a vector, was out of reach");
}

Test(vectors, of_a_layer)
{
	is_out_of_reach(NULL, 1);
	is_out_of_reach(unit_room, (size_t) 1 << 63);
}
