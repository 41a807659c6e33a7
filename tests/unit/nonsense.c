/* SPDX-License-Identifier: MIT */
/*
 * Results that no such call could have: more than was asked for, negative numbers
 * that are no errno, errors without a failure value.  They become EIO and nothing
 * is flushed, wherever they come from.  docs/forwarding.md, 5.2, 5.7, 5.9.
 */
#include "unit.h"

#include <limits.h>

/* Who answers: the lower layer, a function there, a raw handler, a natural one. */
enum who { LOWER, FUNCTION, RAW, NATURAL, WHOS };

static encase_word answer;

/* Writes to the first argument, if that is written at all, and answers. */
static long answer_raw(struct encase_call *call)
{
	const struct encase_desc *desc = encase_call_desc(call);

	encase_reach(call);
	if (desc->nargs && desc->arg[0].kind & ENCASE_OUT && encase_arg(call, 0))
		memset(encase_arg(call, 0), 'L', 2);
	return (long) answer;
}

/* A cage in which who answers desc, below some layers that forward. */
struct scene {
	struct encase_cage *cage;
	struct encase_function functions[2];
	struct unit_layer layers[3];
};

static void make_scene(struct scene *s, const struct encase_desc *desc, enum who who,
		       unsigned nabove, unsigned mode)
{
	memset(s, 0, sizeof(*s));
	s->functions[0] = (struct encase_function){ .desc = desc, .fn = lab_answerer(desc) };
	s->cage = who == FUNCTION ? unit_cage_on(&encase_memory_arena, &unit_arena,
						 &encase_lower_functions, s->functions)
				  : unit_arena_cage();
	probe.answer = answer_raw;
	if (who == RAW)
		unit_raw(&s->layers[0], desc, answer_raw, mode);
	else if (who == NATURAL)
		unit_natural(&s->layers[0], desc, lab_answerer(desc), mode);
	if (who >= RAW)
		unit_push(s->cage, &s->layers[0].layer);
	for (unsigned i = 1; i <= nabove; i++) {
		if (i == 1)
			unit_raw(&s->layers[i], desc, lab_forward, mode);
		else
			unit_natural(&s->layers[i], desc, lab_forwarder(desc), mode);
		unit_push(s->cage, &s->layers[i].layer);
	}
}

static void run_scene(const struct encase_desc *desc, const encase_word *words, encase_word word,
		      int error, encase_word want)
{
	for (enum who who = LOWER; who < WHOS; who++)
		for (unsigned i = 0; i < 6; i++) {
			struct scene s;

			unit_row("%s, 0x%llx of 0x%llx, who %d, %u", encase_text(desc)->name,
				 (unsigned long long) word, (unsigned long long) words[1], who, i);
			lab_answer.word = answer = word;
			lab_answer.error = error;
			if ((who == LOWER || who == RAW) && error)
				continue; /* these do not speak libc */
			make_scene(&s, desc, who, i / 2, i % 2 ? ENCASE_COPY : ENCASE_PASS);
			unit_paint();
			same(encase_enter(s.cage, desc, words), want);
			if (want == (encase_word) -EIO && (i > 1 || who >= RAW) && i % 2)
				holds(unit_painted_but(0, 0));
			unit_free(s.cage);
		}
}

/* -- More than asked ------------------------------------------------------ */

#define NO (encase_word) - EIO

static const struct {
	const struct encase_desc *desc;
	encase_word words[ENCASE_MAX_ARGS], answer, want;
} bounded[] = {
	{ &lab_desc_get, { 64, 10 }, 10, 10 },
	{ &lab_desc_get, { 64, 10 }, 11, NO },
	{ &lab_desc_get, { 64, 10 }, LONG_MAX, NO },
	{ &lab_desc_get, { 64, 10 }, UINT64_C(0x10000000a), NO },
	{ &lab_desc_get, { 64, 10 }, (encase_word) -4096, NO },
	{ &lab_desc_get, { 64, 10 }, (encase_word) LONG_MIN, NO },
	{ &lab_desc_get, { 64, 0 }, 0, 0 },
	{ &lab_desc_get, { 64, 0 }, 1, NO },
	{ &lab_desc_receive, { 64, 10 }, 11, NO },
	{ &lab_desc_receive, { 64, 10 }, 9, 9 },
	{ &lab_desc_put, { 64, 10 }, 11, NO },
	{ &lab_desc_swap_s8, { 64, 3 }, 3, 3 },
	{ &lab_desc_swap_s8, { 64, 3 }, 4, NO },
	{ &lab_desc_swap_s8, { 64, 0x103 }, 4, NO },
	{ &lab_desc_swap_s8, { 64, 0x103 }, 3, 3 },
	{ &lab_desc_swap_s8, { 64, 0x80 }, 0, 0 },
	{ &lab_desc_swap_s8, { 64, 0x80 }, 1, NO },
	{ &lab_desc_swap_u8, { 64, 0x180 }, 0x80, 0x80 },
	{ &lab_desc_swap_u8, { 64, 0x180 }, 0x81, NO },
	{ &lab_desc_swap_s16, { 64, 0xffff }, 1, NO },
	{ &lab_desc_swap_u16, { 64, 0x10001 }, 2, NO },
	{ &lab_desc_swap_s32, { 64, (encase_word) -1 }, 0, 0 },
	{ &lab_desc_swap_s32, { 64, (encase_word) -1 }, 1, NO },
	{ &lab_desc_swap_s32, { 64, UINT64_C(0x500000003) }, 4, NO },
	{ &lab_desc_swap_u32, { 64, UINT64_C(0x500000003) }, 4, NO },
	{ &lab_desc_swap_s64, { 64, (encase_word) LONG_MIN }, 1, NO },
	{ &lab_desc_swap_u64, { 64, 3 }, 4, NO },
	{ &encase_desc_getcwd, { 64, 10 }, 11, NO },
	{ &encase_desc_getrandom, { 64, 10 }, 11, NO },
};

Test(nonsense, more_than_was_asked_for_is_EIO)
{
	for (size_t i = 0; i < LENGTH(bounded); i++)
		run_scene(bounded[i].desc, bounded[i].words, bounded[i].answer, 0, bounded[i].want);
}

/* -- Negative numbers that are no errno ----------------------------------- */

static const struct {
	const struct encase_desc *desc;
	encase_word answer, want;
} negative[] = {
	{ &encase_desc_close, (encase_word) -4096, NO },
	{ &encase_desc_close, (encase_word) -5000, NO },
	{ &encase_desc_close, (encase_word) INT_MIN, NO },
	{ &encase_desc_close, INT_MAX, INT_MAX },
	{ &encase_desc_dup, (encase_word) -70000, NO },
	{ &lab_desc_fails_s32, (encase_word) -4096, NO },
	{ &lab_desc_fails_5, (encase_word) -4096, NO },
	{ &lab_desc_fill, (encase_word) -4096, NO },
	{ &encase_desc_lseek, (encase_word) -4096, (encase_word) -4096 },
	{ &encase_desc_mmap, (encase_word) -4096, (encase_word) -4096 },
	{ &lab_desc_fails_s16, (encase_word) -5000, (encase_word) -5000 },
};

Test(nonsense, negative_numbers_that_are_no_errno_are_EIO)
{
	for (size_t i = 0; i < LENGTH(negative); i++)
		run_scene(negative[i].desc, WORDS(64, 10, 10, 10, 10, 10), negative[i].answer, 0,
			  negative[i].want);
}

/* An int's bits in a wider word are that int: no entry may return it. */
Test(nonsense, an_int_that_is_negative_in_its_own_bits_is_EIO)
{
	static const encase_word words[] = { 0xfffffffb, 0x80000000, 0xffffffff,
					     UINT64_C(0x1ffffffff) };
	struct encase_cage *cage = unit_host_cage();
	encase_close_fn *fn = ENCASE_ENTRY(cage, close);
	struct unit_layer layer;

	unit_raw(&layer, &encase_desc_close, answer_raw, 0);
	for (unsigned pushed = 0; pushed < 2; pushed++) {
		probe.answer = answer_raw;
		for (size_t i = 0; i < LENGTH(words); i++) {
			unit_row("0x%llx", (unsigned long long) words[i]);
			answer = words[i];
			errno = 0;
			same(enter(cage, close, 3), -EIO);
			same(fn(3), -1);
			same(errno, EIO);
		}
		unit_push(cage, &layer.layer);
	}
	unit_free(cage);
}

/* -- What a natural handler returns that is neither success nor its failure value -- */

static const struct {
	const struct encase_desc *desc;
	encase_word answer, want;
} naturals[] = {
	{ &lab_desc_get, (encase_word) -5, NO },
	{ &lab_desc_get, (encase_word) -4095, NO },
	{ &lab_desc_get, (encase_word) -2, NO },
	{ &lab_desc_get, (encase_word) -4096, NO },
	{ &lab_desc_arity1, (encase_word) -5, NO },
	{ &lab_desc_fails_s8, (encase_word) -5, NO },
	{ &lab_desc_fails_s16, (encase_word) -5, NO },
	{ &encase_desc_close, (encase_word) -5, NO },
	{ &encase_desc_mmap, (encase_word) -5, NO },
	{ &lab_desc_fails_ptr, (encase_word) -5, NO },
	{ &lab_desc_fails_ptr, UINT64_MAX, NO },
	{ &lab_desc_fails_5, (encase_word) -1, NO },
	{ &lab_desc_fails_low, (encase_word) -1, NO },
	{ &lab_desc_fails_u32, (encase_word) -5, 0xfffffffb },
};

/* As a function or as a handler, below none to two layers, copied or passed. */
static void answer_negative(size_t i, int error, enum who who)
{
	for (unsigned m = 0; m < 6; m++) {
		struct scene s;

		unit_row("%zu, errno %d, who %d, %u", i, error, who, m);
		lab_answer.word = naturals[i].answer;
		lab_answer.error = error;
		make_scene(&s, naturals[i].desc, who, m / 2, 1 + m % 2);
		unit_paint();
		same(encase_enter(s.cage, naturals[i].desc, WORDS(64, 10, 10, 10, 10, 10)),
		     naturals[i].want);
		holds(unit_painted_but(0, 0));
		unit_free(s.cage);
	}
}

Test(nonsense, negative_results_of_natural_handlers_are_EIO)
{
	static const int errors[] = { 0, EBADF, -5, 4096 };

	for (size_t i = 0; i < LENGTH(naturals); i++)
		for (size_t k = 0; k < LENGTH(errors); k++) {
			answer_negative(i, errors[k], FUNCTION);
			answer_negative(i, errors[k], NATURAL);
		}
}

/* -- Bounds that no result exceeds ---------------------------------------- */

/* With such a count each error, too, is a number below the bound: it is an error all the same. */
static const encase_word huge[] = { SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 4094, SIZE_MAX - 8 };

static void fail_with_count(encase_word n, enum who who, unsigned above)
{
	struct scene s;
	encase_word result = 77;

	unit_row("0x%llx, who %d, %u above", (unsigned long long) n, who, above);
	make_scene(&s, &lab_desc_put, who, above, ENCASE_PASS);
	answer = (encase_word) -EBADF;
	lab_answer.word = UINT64_MAX;
	lab_answer.error = EBADF;
	probe.answer = NULL;
	probe.result = -EBADF;
	same(encase_enter_checked(s.cage, &lab_desc_put, WORDS(0, n), &result), -EBADF);
	same(result, 77);
	unit_free(s.cage);
}

Test(nonsense, errors_of_calls_with_huge_counts)
{
	for (size_t i = 0; i < LENGTH(huge); i++)
		for (enum who who = LOWER; who < WHOS; who++)
			for (unsigned above = 0; above < 3; above++)
				fail_with_count(huge[i], who, above);
}

Test(nonsense, entries_and_handlers_with_huge_counts)
{
	struct encase_cage *cage = unit_arena_cage();
	lab_put_fn *fn = ENCASE_ENTRY_IN(lab, cage, put);
	struct unit_layer layers[2];

	probe.result = -EBADF;
	unit_push_raw(cage, &layers[0], put, lab_forward, ENCASE_PASS);
	for (unsigned i = 0; i < 2; i++) {
		errno = 0;
		same(fn((void *) 64, SIZE_MAX), -1);
		same(errno, EBADF);
		unit_natural(&layers[1], &lab_desc_put, lab_forwarder(&lab_desc_put), ENCASE_PASS);
		unit_push(cage, &layers[1].layer);
	}
	unit_free(cage);
}

/* Nonsense is nonsense under any bound. */
Test(nonsense, results_under_huge_counts)
{
	static const struct {
		encase_word word;
		int error;
		bool natural;
	} rows[] = {
		{ UINT64_MAX, 0, true },
		{ UINT64_MAX, 5000, true },
		{ (encase_word) -5, 0, true },
		{ (encase_word) -5, EBADF, true },
		{ (encase_word) -5000, 0, true },
		{ (encase_word) -5000, 0, false },
		{ (encase_word) LONG_MIN, 0, false },
	};

	for (size_t i = 0; i < LENGTH(rows); i++)
		for (unsigned above = 0; above < 3; above++) {
			struct scene s;

			unit_row("%zu, %u above", i, above);
			make_scene(&s, &lab_desc_put, rows[i].natural ? NATURAL : RAW, above,
				   ENCASE_PASS);
			lab_answer.word = answer = rows[i].word;
			lab_answer.error = rows[i].error;
			same(enter_lab(s.cage, put, 64, SIZE_MAX), -EIO);
			unit_free(s.cage);
		}
}
