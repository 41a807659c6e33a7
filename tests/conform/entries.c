/* SPDX-License-Identifier: MIT */
/*
 * Entries: C functions that encase makes, called as a program calls them, with
 * values that C has converted; and their lives.
 */
#include <errno.h>
#include <float.h>
#include <limits.h>
#include <malloc.h>
#include <math.h>
#include <string.h>

#include "gates.h"
#include "mix.h"

static struct answer answer;
static struct encase_cage *cage;

static void set_up(void)
{
	cage = recorder_cage(&answer);
}

static void tear_down(void)
{
	same("cage", encase_cage_free(cage), 0);
}

TestSuite(entries, .init = set_up, .fini = tear_down);

#define ENTRY(c) ENCASE_ENTRY_IN(mix, cage, c)

#define RECORDED(c, ...) \
	was_recorded(&mix_desc_##c, (const encase_word[ENCASE_MAX_ARGS]){ __VA_ARGS__ })

Test(entries, every_arity)
{
	void *p = &answer;
	encase_word w = (encase_word) (uintptr_t) p;

	ENTRY(none)();
	RECORDED(none, 0);
	ENTRY(echo_s8)(-1);
	RECORDED(echo_s8, (encase_word) -1);
	ENTRY(two)(-2.5, -128);
	RECORDED(two, f64(-2.5), (encase_word) -128);
	ENTRY(three)(200, 1.25F, p);
	RECORDED(three, 200, f32(1.25F), w);
	ENTRY(four)(-30000, DBL_MIN, UINT_MAX, -0.0F);
	RECORDED(four, (encase_word) -30000, f64(DBL_MIN), UINT_MAX, f32(-0.0F));
	ENTRY(five)(NULL, 'x', LONG_MIN, FLT_MAX, USHRT_MAX);
	RECORDED(five, 0, 'x', (encase_word) LONG_MIN, f32(FLT_MAX), USHRT_MAX);
	ENTRY(six)(INT_MIN, UCHAR_MAX, -INFINITY, SHRT_MIN, p, ULONG_MAX);
	RECORDED(six, (encase_word) INT_MIN, UCHAR_MAX, f64(-INFINITY), (encase_word) SHRT_MIN, w,
		 ULONG_MAX);
	ENTRY(seven)(1, -1, LLONG_MAX, SCHAR_MIN, DBL_MAX, -7, 7);
	RECORDED(seven, f32(1), f32(-1), LLONG_MAX, (encase_word) SCHAR_MIN, f64(DBL_MAX),
		 (encase_word) -7, 7);
	ENTRY(eight)(-1, 2.5F, 3, 4.5, p, 6, 7.5, -8);
	RECORDED(eight, (encase_word) -1, f32(2.5F), 3, f64(4.5), w, 6, f64(7.5), (encase_word) -8);
	same("calls", record.calls, 9);
}

/* An entry of one argument gives a value, and gets the answer back. */
#define GIVES(c, value, as_word)                                             \
	do {                                                                 \
		answer.word = (long) (as_word);                              \
		cr_assert(ENTRY(c)(value) == (value), "%s(%s)", #c, #value); \
		RECORDED(c, (encase_word) (as_word));                        \
	} while (0)

Test(entries, every_type_to_its_ends)
{
	GIVES(echo_s8, SCHAR_MIN, SCHAR_MIN);
	GIVES(echo_s8, SCHAR_MAX, SCHAR_MAX);
	GIVES(echo_u8, UCHAR_MAX, UCHAR_MAX);
	GIVES(echo_char, CHAR_MIN, CHAR_MIN);
	GIVES(echo_char, CHAR_MAX, CHAR_MAX);
	GIVES(echo_s16, SHRT_MIN, SHRT_MIN);
	GIVES(echo_s16, SHRT_MAX, SHRT_MAX);
	GIVES(echo_u16, USHRT_MAX, USHRT_MAX);
	GIVES(echo_s32, INT_MIN, INT_MIN);
	GIVES(echo_s32, INT_MAX, INT_MAX);
	GIVES(echo_u32, UINT_MAX, UINT_MAX);
	GIVES(echo_s64, LONG_MIN, LONG_MIN);
	GIVES(echo_s64, LONG_MAX, LONG_MAX);
	GIVES(echo_u64, ULONG_MAX, ULONG_MAX);
	GIVES(echo_sll, LLONG_MIN, LLONG_MIN);
	GIVES(echo_ull, ULLONG_MAX, ULLONG_MAX);
	GIVES(echo_f32, FLT_MIN, f32(FLT_MIN));
	GIVES(echo_f32, -FLT_MAX, f32(-FLT_MAX));
	GIVES(echo_f32, -INFINITY, f32(-INFINITY));
	GIVES(echo_f64, DBL_TRUE_MIN, f64(DBL_TRUE_MIN));
	GIVES(echo_f64, -DBL_MAX, f64(-DBL_MAX));
	GIVES(echo_bool, true, 1);
	GIVES(echo_bool, false, 0);
	GIVES(echo_pointer, (void *) &answer, (uintptr_t) &answer);
	GIVES(echo_pointer, NULL, 0);
}

/* The high bits of a narrow result are not the caller's business. */
Test(entries, results_have_their_type)
{
	answer.word = 0x1234567890abcdef;
	same("s8", ENTRY(echo_s8)(0), (signed char) 0xef);
	same("u8", ENTRY(echo_u8)(0), 0xef);
	same("s16", ENTRY(echo_s16)(0), (short) 0xcdef);
	same("u16", ENTRY(echo_u16)(0), 0xcdef);
	same("s32", ENTRY(echo_s32)(0), (int) 0x90abcdef);
	same("u32", ENTRY(echo_u32)(0), 0x90abcdef);
	same("s64", ENTRY(echo_s64)(0), 0x1234567890abcdef);
}

/* A failure is the call's own value of it, and errno; a success leaves errno alone. */
#define FAILS(c, value)                                                               \
	do {                                                                          \
		answer = (struct answer){ .error = EDOM };                            \
		errno = 77;                                                           \
		cr_assert(ENTRY(c)(0) == (value), "%s does not give %s", #c, #value); \
		same(#c, errno, EDOM);                                                \
		answer = (struct answer){ .word = 1 };                                \
		errno = 77;                                                           \
		cr_assert(ENTRY(c)(0) != (value), "%s gives %s", #c, #value);         \
		same(#c, errno, 77);                                                  \
	} while (0)

Test(entries, failures_are_libcs)
{
	FAILS(fails_s8, -1);
	FAILS(fails_u8, UCHAR_MAX);
	FAILS(fails_s16, -1);
	FAILS(fails_u16, USHRT_MAX);
	FAILS(fails_s32, -1);
	FAILS(fails_u32, UINT_MAX);
	FAILS(fails_s64, -1);
	FAILS(fails_u64, ULONG_MAX);
	FAILS(fails_f32, -1);
	FAILS(fails_f64, -1);
	FAILS(fails_pointer, (void *) -1);
	FAILS(fails_null, NULL);
	FAILS(fails_zero, 0);
	FAILS(fails_least, -128);
	FAILS(fails_most, 127);
	FAILS(overlaps_s32, -1);
	FAILS(overlaps_s64, -1);
	FAILS(overlaps_u64, ULONG_MAX);
}

/* Where results overlap, the failure value without an errno is a result as any other. */
Test(entries, results_that_look_like_failures)
{
	answer.word = -1;
	errno = 77;
	same("overlaps_s64", ENTRY(overlaps_s64)(0), -1);
	same("overlaps_s64", errno, 77);
	answer.word = -EACCES;
	same("overlaps_s64", ENTRY(overlaps_s64)(0), -EACCES);
	same("echo_s32", ENTRY(echo_s32)(0), -EACCES);
	same("overlaps_s64", errno, 77);
}

static encase_fn *made[1024];
static size_t nmade;

static void is_made_once(const struct encase_desc *desc)
{
	encase_fn *fn = encase_entry(cage, desc);

	holds(encase_text(desc)->name, fn);
	holds(encase_text(desc)->name, encase_entry(cage, desc) == fn);
	for (size_t i = 0; i < nmade; i++)
		holds(encase_text(desc)->name, made[i] != fn);
	cr_assert(nmade < COUNT_OF(made));
	made[nmade++] = fn;
}

Test(entries, one_for_a_cage_and_call)
{
	struct encase_cage *first = cage;

	each_call(is_made_once);
	cage = recorder_cage(&answer);
	each_call(is_made_once);
	same("cage", encase_cage_free(cage), 0);
	cage = first;
}

/* Each thread asks for all of them, from another one on, while the last one changes the stack. */
static unsigned ask(void *arg, unsigned number)
{
	static const struct encase_rule none[] = { ENCASE_END };
	static const struct encase_layer layer = { .name = "none", .rules = none };
	size_t n = mix_calls.ncalls;
	encase_fn **got = (encase_fn **) arg + number * n;
	unsigned wrong = 0;

	for (size_t i = 0; i < n; i++) {
		size_t k = (i + number) % n;

		got[k] = encase_entry(cage, mix_calls.calls[k]);
		wrong += !got[k];
		if (number == THREADS - 1)
			wrong += encase_push(cage, &layer, NULL) || encase_pop(cage, &layer);
	}
	return wrong;
}

Test(entries, threads_get_the_same)
{
	static encase_fn *got[THREADS][256];
	size_t n = mix_calls.ncalls;

	cr_assert(n <= COUNT_OF(got[0]));
	for (unsigned round = 0; round < 40; round++) {
		encase_fn **all = got[0];

		same("cage", encase_cage_free(cage), 0);
		cage = recorder_cage(&answer);
		same("threads", on_threads(ask, got), 0);
		for (size_t i = n; i < THREADS * n; i++)
			holds(encase_text(mix_calls.calls[i % n])->name, all[i] == all[i % n]);
	}
}

/* Each entry is its own cage's, also when another cage's has been freed and its place is taken. */
Test(entries, entries_know_their_cage)
{
	struct answer other = { .word = 2 };
	struct encase_cage *second = recorder_cage(&other);
	mix_echo_s64_fn *one = ENTRY(echo_s64), *two = ENCASE_ENTRY_IN(mix, second, echo_s64);
	mix_echo_f64_fn *real = ENTRY(echo_f64);

	answer.word = 1;
	same("one", one(0), 1);
	same("two", two(0), 2);
	same("cage", encase_cage_free(second), 0);
	other.word = 3;
	second = recorder_cage(&other);
	two = ENCASE_ENTRY_IN(mix, second, echo_s64);
	same("one", one(0), 1);
	same("two", two(0), 3);
	answer.word = (long) f64(0.5);
	cr_assert(real(0) == 0.5);
	same("cage", encase_cage_free(second), 0);
}

/* All the places where entries have been. */
static encase_fn *places[1024];
static size_t nplaces;

static void make_entry(const struct encase_desc *desc)
{
	encase_fn *fn = encase_entry(cage, desc);
	size_t i = 0;

	holds(encase_text(desc)->name, fn);
	while (i < nplaces && places[i] != fn)
		i++;
	cr_assert(i < COUNT_OF(places));
	places[i] = fn;
	nplaces += i == nplaces;
}

/*
 * They go with their cage: making them again and again takes no other places and
 * no more memory, once the heap has found its shape.
 */
#define ROUNDS 40

Test(entries, entries_are_freed_with_their_cage)
{
	size_t before = 0, places_before = 0, after;
	struct encase_cage *first = cage;

	for (unsigned round = 0; round < 2 * ROUNDS; round++) {
		if (round == ROUNDS) {
			before = mallinfo2().uordblks;
			places_before = nplaces;
		}
		cage = recorder_cage(&answer);
		each_call(make_entry);
		same("cage", encase_cage_free(cage), 0);
	}
	cage = first;
	after = mallinfo2().uordblks;
	cr_assert(after < before + ROUNDS, "%zu bytes in use became %zu", before, after);
	same("places", nplaces, places_before);
}
