/* SPDX-License-Identifier: MIT */
/*
 * Verdicts: when their conditions hold, what becomes of the call, and where they
 * stand among a layer's rules and among layers.  Rules: docs/forwarding.md, 1.2.
 */
#include "unit.h"

static struct encase_cage *cage;

/* A layer with one rule made at run time: a verdict on a call of lab's. */
static struct encase_verdict verdict;
static struct encase_condition where[ENCASE_MAX_ARGS + 1];
static struct encase_rule rules[2];
static const struct encase_layer layer = { .name = "verdict", .rules = rules };

static void set(const struct encase_desc *desc, int error, encase_word value)
{
	memset(where, 0, sizeof(where));
	verdict = (struct encase_verdict){ error, value };
	rules[0] = (struct encase_rule){ .desc = desc, .verdict = &verdict, .where = where };
}

static void push_new(const struct encase_desc *desc, int error, encase_word value)
{
	cage = unit_host_cage();
	set(desc, error, value);
	unit_push(cage, &layer);
}

/* -- Conditions ------------------------------------------------------------- */

/* Words are compared as values of their type: low bits count, with their sign. */
Test(verdict, words_are_widened)
{
	static const struct {
		encase_word word, is[8]; /* of the types of ints8(), in their order */
	} rows[] = {
		{ 0, { 0, 0, 0, 0, 0, 0, 0, 0 } },
		{ 0xff, { -1ULL, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
		{ 0x1234567880ULL,
		  { -0x80ULL, 0x80, 0x7880, 0x7880, 0x34567880, 0x34567880, 0x1234567880ULL,
		    0x1234567880ULL } },
		{ 0xffffffff,
		  { -1ULL, 0xff, -1ULL, 0xffff, -1ULL, 0xffffffff, 0xffffffff, 0xffffffff } },
		{ -1ULL, { -1ULL, 0xff, -1ULL, 0xffff, -1ULL, 0xffffffff, -1ULL, -1ULL } },
	};

	for (size_t r = 0; r < LENGTH(rows); r++)
		for (unsigned i = 0; i < 8; i++) {
			encase_word words[ENCASE_MAX_ARGS] = { 0 };

			unit_row("row %zu, argument %u", r, i);
			push_new(&lab_desc_ints8, EXDEV, 0);
			where[i] = (struct encase_condition) ENCASE_IS(rows[r].is[i]);
			words[i] = rows[r].word;
			same(encase_enter(cage, &lab_desc_ints8, words), -EXDEV);
			where[i].value ^= UINT64_C(1) << (r * 8 % 64);
			same(encase_enter(cage, &lab_desc_ints8, words), 0);
			unit_free(cage);
		}
}

Test(verdict, masks)
{
	static const struct {
		struct encase_condition c;
		encase_word word;
		bool holds;
	} rows[] = {
		{ ENCASE_HAS(0x41), 0x41, true },
		{ ENCASE_HAS(0x41), 0xffff, true },
		{ ENCASE_HAS(0x41), 0x40, false },
		{ ENCASE_HAS(0x41), 0, false },
		{ ENCASE_HAS(0), 77, true },
		{ { 3, 1 }, 0x101, true },
		{ { 3, 1 }, 0x103, false },
		{ { 3, 0 }, 0x104, true },
		{ { 3, 0 }, 1, false },
		{ { 1ULL << 63, 1ULL << 63 }, -5ULL, true },
		{ { 1ULL << 63, 1ULL << 63 }, 5, false },
		{ { 0, 1 }, 1, false }, /* which nothing can be */
		{ { 0, 0 }, 1, true },
	};

	for (size_t r = 0; r < LENGTH(rows); r++) {
		unit_row("row %zu", r);
		push_new(&lab_desc_arity2, EXDEV, 0);
		where[1] = rows[r].c;
		same(enter_lab(cage, arity2, 9, rows[r].word), rows[r].holds ? -EXDEV : 0);
		unit_free(cage);
	}
}

/* All of them must hold. */
Test(verdict, several_conditions)
{
	push_new(&lab_desc_arity7, EXDEV, 0);
	where[0] = (struct encase_condition) ENCASE_IS(1);
	where[3] = (struct encase_condition) ENCASE_HAS(4);
	where[6] = (struct encase_condition) ENCASE_IS(-7);
	same(enter_lab(cage, arity7, 1, 0, 0, 5, 0, 0, -7ULL), -EXDEV);
	same(enter_lab(cage, arity7, 2, 0, 0, 5, 0, 0, -7ULL), 0);
	same(enter_lab(cage, arity7, 1, 0, 0, 3, 0, 0, -7ULL), 0);
	same(enter_lab(cage, arity7, 1, 0, 0, 5, 0, 0, 7), 0);
	unit_free(cage);
}

/* Pointers are numbers to a verdict: not one is followed.  Floats are their bits. */
Test(verdict, pointers_and_floats)
{
	union {
		double d;
		encase_word w;
	} bits = { .d = 1.5 };

	push_new(&lab_desc_put, EXDEV, 0);
	where[0] = (struct encase_condition) ENCASE_IS(0);
	same(enter_lab(cage, put, 0, 5), -EXDEV);
	same(enter_lab(cage, put, 16, 0), 0); /* nobody could read there */
	unit_free(cage);
	push_new(&lab_desc_text, EXDEV, 0);
	where[1] = (struct encase_condition){ 0xf, 8 };
	same(enter_lab(cage, text, 16, 24), -EXDEV);
	same(enter_lab(cage, text, 16, 25), 0);
	unit_free(cage);
	push_new(&lab_desc_mixed8, EXDEV, 0);
	where[0] = (struct encase_condition) ENCASE_IS(bits.w);
	same(enter_lab(cage, mixed8, bits.w), -EXDEV);
	unit_free(cage);
}

/* Of an argument that is not there the word is 0, whatever the register has. */
Test(verdict, absent_arguments)
{
	push_new(&encase_desc_open, EXDEV, 0);
	where[2] = (struct encase_condition) ENCASE_IS(0);
	same(enter(cage, open, WORD("x"), 0, 0777), -EXDEV);
	same(enter(cage, open, WORD("x"), 0100 /* O_CREAT */, 0777), 0);
	same(enter(cage, open, WORD("x"), 0100, 0), -EXDEV);
	unit_free(cage);
	push_new(&encase_desc_fcntl, EXDEV, 0);
	where[2] = (struct encase_condition) ENCASE_IS(5);
	same(enter(cage, fcntl, 1, 1 /* F_GETFD */, 5), 0);
	same(enter(cage, fcntl, 1, 2 /* F_SETFD */, 5), -EXDEV);
	same(enter(cage, fcntl, 1, 6 /* F_SETLK: a pointer */, 5), -EXDEV);
	unit_free(cage);
}

/* -- What becomes of the call ----------------------------------------------- */

Test(verdict, values)
{
	push_new(&lab_desc_arity1, 0, 42);
	same(enter_lab(cage, arity1, 0), 42);
	unit_free(cage);
	push_new(&lab_desc_never, 0, -EACCES);
	same(enter_lab(cage, never, 0), -EACCES);
	unit_free(cage);
	push_new(&lab_desc_overlaps, 0, -EACCES);
	{
		encase_word result = 0;

		same(encase_enter_checked(cage, &lab_desc_overlaps, WORDS(0), &result), 0);
		same(result, -EACCES);
	}
	unit_free(cage);
	push_new(&lab_desc_overlaps, EACCES, 0);
	{
		encase_word result = 7;

		same(encase_enter_checked(cage, &lab_desc_overlaps, WORDS(0), &result), -EACCES);
		same(result, 7);
	}
	unit_free(cage);
	same(probe.calls, 0);
}

/* 5.7: a value is a result like others. */
Test(verdict, values_are_checked)
{
	push_new(&lab_desc_put, 0, 4);
	same(enter_lab(cage, put, WORD("abcd"), 4), 4);
	same(enter_lab(cage, put, WORD("abc"), 3), -EIO);
	same(enter_lab(cage, put, 0, -1ULL), 4);
	unit_free(cage);
	push_new(&lab_desc_swap_s8, 0, 4);
	same(enter_lab(cage, swap_s8, 0, 4), 4);
	same(enter_lab(cage, swap_s8, 0, 0x84), -EIO); /* negative */
	unit_free(cage);
	push_new(&lab_desc_fails_s32, 0, 0x80000000u);
	same(enter_lab(cage, fails_s32, 0), -EIO);
	unit_free(cage);
}

/* Nothing is copied for a verdict, and nothing flushed. */
Test(verdict, leaves_memory_alone)
{
	char buf[4] = "abc";

	push_new(&lab_desc_swap, 0, 3);
	same(enter_lab(cage, swap, WORD(buf), 3), 3);
	same(memcmp(buf, "abc", 4), 0);
	same(enter_lab(cage, swap, 8, 3), 3);
	same(encase_traffic(cage).from_cage, 0);
	unit_free(cage);
}

/* A call that is passed over arrives below just as it was. */
Test(verdict, passed_over_the_call_goes_on)
{
	unit_paint();
	cage = unit_arena_cage();
	set(&lab_desc_put, EXDEV, 0);
	where[1] = (struct encase_condition) ENCASE_IS(1);
	unit_push(cage, &layer);
	probe.answer = probe_keep;
	same(enter_lab(cage, put, 500, 10), 10);
	same(memcmp(probe_kept, unit_room + 500, 10), 0);
	same(enter_lab(cage, put, 500, 1), -EXDEV);
	same(enter_lab(cage, put, UNIT_ROOM, 10), -EFAULT);
	same(encase_traffic(cage).from_cage, 0); /* used in place */
	unit_free(cage);
}

Test(verdict, errors_come_through)
{
	static const struct {
		const struct encase_desc *desc;
		int error;
	} rows[] = { { &lab_desc_arity1, EDOM }, { &lab_desc_overlaps, EDOM } };

	for (size_t r = 0; r < LENGTH(rows); r++) {
		encase_word result = 3;

		push_new(rows[r].desc, EXDEV, 0);
		where[0] = (struct encase_condition) ENCASE_IS(1);
		probe.result = -EDOM;
		probe.answer = NULL;
		if (r)
			probe.answer = lab_forward; /* -EPERM: it is the lower layer */
		same(encase_enter_checked(cage, rows[r].desc, WORDS(0), &result),
		     r ? -EPERM : -EDOM);
		same(result, 3);
		unit_free(cage);
	}
}
