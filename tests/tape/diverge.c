/* SPDX-License-Identifier: MIT */
/* A replay refuses what differs, and says exactly what that is. */
#include <fcntl.h>

#include "deck.h"

TestSuite(diverge, .init = deck_open, .fini = deck_close);

#define SCRIPT(name) static void name(struct encase_cage *cage)
typedef void script(struct encase_cage *cage);

/* What the script makes is recorded; the other one, of one call, is refused and says this. */
static void refused_on(const char *file, int line, script *first, script *then, const char *text)
{
	struct encase_tape *tape = deck_record();
	struct encase_cage *cage = deck_cage(tape);

	unit_row("%s:%d", file, line);
	oracle.seed = 1;
	first(cage);
	deck_rewind(&tape, &cage);
	oracle.calls = 0;
	then(cage);
	deck_says(file, line, tape, ENCASE_TAPE_DIVERGED, text);
	/* and from now on everything is refused, what is on the tape, too */
	same(enter_lab(cage, arity1, 4), -ENOTRECOVERABLE);
	same(oracle.calls, 0);
	deck_diverged(file, line, cage, tape, text);
}
#define refused(first, then, text) refused_on(__FILE__, __LINE__, (first), (then), (text))

/* A script of one call, whose result is of no interest, and one that must be refused. */
#define ONE(name, c, ...)                        \
	SCRIPT(name)                             \
	{                                        \
		enter_lab(cage, c, __VA_ARGS__); \
	}
#define ONE_LINUX(name, c, ...)              \
	SCRIPT(name)                         \
	{                                    \
		enter(cage, c, __VA_ARGS__); \
	}
#define BAD(name, c, ...)                                                \
	SCRIPT(name)                                                     \
	{                                                                \
		same(enter_lab(cage, c, __VA_ARGS__), -ENOTRECOVERABLE); \
	}
#define BAD_LINUX(name, c, ...)                                      \
	SCRIPT(name)                                                 \
	{                                                            \
		same(enter(cage, c, __VA_ARGS__), -ENOTRECOVERABLE); \
	}

static char five[] = "12345", six[] = "123456", other[] = "12x45";

ONE(nothing_at_first, arity1, 1)
SCRIPT(two_calls)
{
	enter_lab(cage, arity1, 1);
	enter_lab(cage, arity1, 2);
}
SCRIPT(another_call)
{
	holds(enter_lab(cage, arity1, 1) != -ENOTRECOVERABLE);
	same(enter(cage, fsync, 3), -ENOTRECOVERABLE);
}

Test(diverge, which_call)
{
	refused(two_calls, another_call, "call 2 is linux.fsync, was lab.arity1");
	refused(nothing_at_first, another_call, "call 2 is linux.fsync, and the tape has no more");
}

ONE(words, ints8, (encase_word) -1, 2, 3, 4, 5, 6, 7, 8)
BAD(words_s8, ints8, 1, 2, 3, 4, 5, 6, 7, 8)
BAD(words_u8, ints8, (encase_word) -1, 255, 3, 4, 5, 6, 7, 8)
BAD(words_s64, ints8, (encase_word) -1, 2, 3, 4, 5, 6, (encase_word) -7, 8)
BAD(words_u64, ints8, (encase_word) -1, 2, 3, 4, 5, 6, 7, UINT64_MAX)

ONE(doubles, mixed8, unit_bits(1.5), 0, 0, 0, 0, 0, 0, 0)
BAD(doubles_other, mixed8, unit_bits(-0.25), 0, 0, 0, 0, 0, 0, 0)
BAD(doubles_float, mixed8, unit_bits(1.5), 0x3f800000, 0, 0, 0, 0, 0, 0)
BAD(doubles_address, mixed8, unit_bits(1.5), 0, 0, 99, 0, 0, 0, 0)
ONE(zero, mixed8, unit_bits(0.), 0, 0, 0, 0, 0, 0, 0)
BAD(minus_zero, mixed8, unit_bits(-0.), 0, 0, 0, 0, 0, 0, 0)

Test(diverge, scalars)
{
	refused(words, words_s8, "call 1, lab.ints8: a is 1, was -1");
	refused(words, words_u8, "call 1, lab.ints8: b is 255, was 2");
	refused(words, words_s64, "call 1, lab.ints8: g is -7, was 7");
	refused(words, words_u64, "call 1, lab.ints8: h is 18446744073709551615, was 8");
	refused(doubles, doubles_other, "call 1, lab.mixed8: a is -0.25, was 1.5");
	refused(doubles, doubles_float, "call 1, lab.mixed8: b is 1, was 0");
	refused(doubles, doubles_address, "call 1, lab.mixed8: d is a pointer, not read, was null");
	refused(zero, minus_zero, "call 1, lab.mixed8: a is -0, was 0");
}

ONE_LINUX(open_one, open, WORD("/a\n"), O_CREAT | O_RDWR, 0644)
BAD_LINUX(open_path, open, WORD("/b"), O_CREAT | O_RDWR, 0644)
BAD_LINUX(open_flags, open, WORD("/a\n"), O_CREAT, 0644)
BAD_LINUX(open_mode, open, WORD("/a\n"), O_CREAT | O_RDWR, 0600)
BAD_LINUX(open_null, open, 0, O_CREAT | O_RDWR, 0644)
BAD_LINUX(open_nowhere, open, DECK_NOWHERE, O_CREAT | O_RDWR, 0644)

#define TEN     "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
ONE_LINUX(long_one, unlink, WORD(HUNDRED "abc"))
BAD_LINUX(long_other, unlink, WORD(HUNDRED "aXc"))
BAD_LINUX(long_shorter, unlink, WORD(HUNDRED))
BAD_LINUX(long_longer, unlink, WORD(HUNDRED "abcd"))

Test(diverge, strings)
{
	refused(open_one, open_path, "call 1, linux.open: pathname is \"/b\", was \"/a\\x0a\"");
	refused(open_one, open_flags, "call 1, linux.open: flags is 0x40, was 0x42");
	refused(open_one, open_mode, "call 1, linux.open: mode is 0600, was 0644");
	refused(open_one, open_null, "call 1, linux.open: pathname is null, was data");
	refused(open_one, open_nowhere, "call 1, linux.open: pathname is out of reach, was data");
	refused(long_one, long_other,
		"call 1, linux.unlink: byte 101 of pathname is 0x58, was 0x62");
	refused(long_one, long_shorter,
		"call 1, linux.unlink: byte 100 of pathname is 0x00, was 0x61");
	refused(long_one, long_longer,
		"call 1, linux.unlink: byte 103 of pathname is 0x64, was 0x00");
}

ONE(put_five, put, WORD(five), 5)
BAD(put_other, put, WORD(other), 5)
BAD(put_six, put, WORD(six), 6)
BAD(put_null, put, 0, 5)
ONE(get_five, get, WORD(five), 5)
BAD(get_null, get, 0, 5)
static struct lab_pair one_pair = { 1, 2 }, other_pair = { 1, UINT64_C(3) << 32 };
static struct lab_pair room;
SCRIPT(pair)
{
	struct lab_pair both = { 5, 6 };

	enter_lab(cage, pairs, WORD(&one_pair), WORD(&room), WORD(&both));
}
BAD(pair_in, pairs, WORD(&other_pair), WORD(&room), 0)
SCRIPT(pair_both)
{
	struct lab_pair both = { 5, 7 };

	same(enter_lab(cage, pairs, WORD(&one_pair), WORD(&room), WORD(&both)), -ENOTRECOVERABLE);
	same(both.a, 5);
	same(both.b, 7);
}

Test(diverge, data)
{
	refused(put_five, put_other, "call 1, lab.put: byte 2 of buf is 0x78, was 0x33");
	refused(put_five, put_six, "call 1, lab.put: n is 6, was 5");
	refused(put_five, put_null, "call 1, lab.put: buf is null, was data");
	refused(get_five, get_null, "call 1, lab.get: buf is null, was a pointer, not read");
	refused(pair, pair_in, "call 1, lab.pairs: byte 8 of in is 0x00, was 0x02");
	refused(pair, pair_both, "call 1, lab.pairs: byte 8 of both is 0x07, was 0x06");
}

/* What differs first far behind the window through which the file is read. */
static char large[200000];

SCRIPT(put_large)
{
	large[190000] = 1;
	enter_lab(cage, put, WORD(large), sizeof(large));
}
SCRIPT(put_large_other)
{
	large[190000] = 2;
	same(enter_lab(cage, put, WORD(large), sizeof(large)), -ENOTRECOVERABLE);
}

Test(diverge, large_data)
{
	refused(put_large, put_large_other,
		"call 1, lab.put: byte 190000 of buf is 0x02, was 0x01");
}

/* The state of a replay that goes well. */
Test(diverge, nothing_differs)
{
	struct encase_tape *tape = deck_record();
	struct encase_cage *cage = deck_cage(tape);

	two_calls(cage);
	says(tape, ENCASE_TAPE_RUNS, "call 2 is the last one recorded");
	deck_rewind(&tape, &cage);
	says(tape, ENCASE_TAPE_RUNS, "call 1, lab.arity1, is to come");
	enter_lab(cage, arity1, 1);
	says(tape, ENCASE_TAPE_RUNS, "call 2, lab.arity1, is to come");
	same(encase_tape_state(tape).calls, 1);
	enter_lab(cage, arity1, 2);
	says(tape, ENCASE_TAPE_ENDED, "call 2 was the last one");
	deck_end(cage, tape, 0);
	/* one that stops halfway */
	tape = deck_replay();
	cage = deck_cage(tape);
	enter_lab(cage, arity1, 1);
	deck_end(cage, tape, -ENOTRECOVERABLE);
}
