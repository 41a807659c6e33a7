/* SPDX-License-Identifier: MIT */
/*
 * Results and arguments as values: every C type, every number of arguments, each
 * kind of result, through C functions at both ends and layers of all kinds between.
 * docs/forwarding.md, 1.4 and 5.2, 5.5, 5.6.
 */
#include "unit.h"

#include <float.h>
#include <unistd.h>

/* A natural, a raw and a natural layer for one call. */
struct three {
	struct unit_layer layer[3];
};

static void push_three(struct encase_cage *cage, struct three *t, const struct encase_desc *desc)
{
	unit_natural(&t->layer[0], desc, lab_forwarder(desc), 0);
	unit_raw(&t->layer[1], desc, lab_forward, 0);
	unit_natural(&t->layer[2], desc, lab_forwarder(desc), 0);
	for (unsigned i = 0; i < 3; i++)
		unit_push(cage, &t->layer[i].layer);
}

/* -- Values of each type, there and back ---------------------------------- */

/* Bits that all types are cut from. */
static const uint64_t values[] = {
	0,
	1,
	2,
	0x7f,
	0x80,
	0x81,
	0xff,
	0x100,
	0x7fff,
	0x8000,
	0xffff,
	0x10000,
	0x7fffffff,
	0x80000000,
	0xffffffff,
	0xfffffffb,
	UINT64_C(0x100000000),
	UINT64_C(0x0123456789abcdef),
	UINT64_C(0x7fffffffffffffff),
	UINT64_C(0x8000000000000000),
	UINT64_C(0xfffffffffffff000),
	UINT64_C(0xfffffffffffff001),
	UINT64_C(0xffffffffffffffff),
	UINT64_C(0x3ff0000000000000), /* 1.0 */
	UINT64_C(0xbff0000000000000), /* -1.0 */
	UINT64_C(0x7ff8000000000001), /* not a number */
	UINT64_C(0x3f800000bf800000), /* floats */
	UINT64_C(0x000000007fc00001),
};

/* clang-format off */
#define TYPES(m)                                                                                   \
	m(bool, _Bool) m(char, char) m(s8, int8_t) m(u8, uint8_t) m(s16, int16_t) m(u16, uint16_t) \
	m(s32, int32_t) m(u32, uint32_t) m(s64, int64_t) m(u64, uint64_t) m(f32, float)            \
	m(f64, double) m(ptr, void *)

/* An entry called with a value cut from bits, and a word with more bits than that. */
#define ECHO(name, ctype)                                                                          \
	static ctype echo_##name(ctype a)                                                          \
	{                                                                                          \
		return a;                                                                          \
	}                                                                                          \
	static void try_##name(struct encase_cage *cage, uint64_t bits)                            \
	{                                                                                          \
		lab_echo_##name##_fn *fn = ENCASE_ENTRY_IN(lab, cage, echo_##name);                \
		union {                                                                            \
			uint64_t bits;                                                             \
			ctype value;                                                               \
		} in = { .bits = 0 }, out = { .bits = 0 };                                         \
                                                                                                   \
		unit_row("%s 0x%llx", #name, (unsigned long long) bits);                           \
		memcpy(&in.value, &bits, sizeof(ctype));                                           \
		out.value = fn(in.value);                                                          \
		same(out.bits, in.bits);                                                           \
		same(enter_lab(cage, echo_##name, bits),                                           \
		     encase_widen(lab_desc_echo_##name.type, bits));                               \
	}
TYPES(ECHO)

#define ECHO_FUNCTION(name, ctype) ENCASE_FUNCTION_IN(lab, echo_##name, echo_##name),
static const struct encase_function echoes[] = { TYPES(ECHO_FUNCTION) ENCASE_FUNCTION_END };

#define PUSH_ECHO(name, ctype)                                                                     \
	push_three(cage, three++, &lab_desc_echo_##name);
#define TRY_ECHO(name, ctype)                                                                      \
	for (size_t i = 0; i < LENGTH(values); i++)                                                \
		try_##name(cage, values[i] & (_Generic((ctype) 0, _Bool: 1, default: UINT64_MAX)));
/* clang-format on */

Test(result, values_of_every_type)
{
	struct encase_cage *cage = unit_cage_on(NULL, NULL, &encase_lower_functions, echoes);
	struct three all[LENGTH(echoes)], *three = all;

	TYPES(TRY_ECHO)
	TYPES(PUSH_ECHO)
	TYPES(TRY_ECHO)
	unit_free(cage);
}

/* Low bits count: what is above a narrow argument is not looked at, and widens by its type. */
Test(result, high_bits_of_narrow_arguments_do_not_count)
{
	static const struct {
		const struct encase_desc *desc;
		encase_word word, value;
	} rows[] = {
		{ &lab_desc_echo_s8, 0x1234567f, 0x7f },
		{ &lab_desc_echo_s8, 0x80, (encase_word) -128 },
		{ &lab_desc_echo_u8, 0xfff80, 0x80 },
		{ &lab_desc_echo_s16, 0x5ffff, (encase_word) -1 },
		{ &lab_desc_echo_u16, 0x5ffff, 0xffff },
		{ &lab_desc_echo_s32, UINT64_C(0x7fffffff80000000), (encase_word) INT32_MIN },
		{ &lab_desc_echo_u32, UINT64_C(0xabcdef0180000000), 0x80000000 },
		{ &lab_desc_echo_f32, UINT64_C(0xffffffff3f800000), 0x3f800000 },
		{ &lab_desc_echo_s64, UINT64_MAX, UINT64_MAX },
	};
	struct encase_cage *cage = unit_cage_on(NULL, NULL, &encase_lower_functions, echoes);

	for (size_t i = 0; i < LENGTH(rows); i++) {
		unit_row("%s 0x%llx", encase_text(rows[i].desc)->name,
			 (unsigned long long) rows[i].word);
		same(encase_enter(cage, rows[i].desc, &rows[i].word), rows[i].value);
	}
	unit_free(cage);
}

/* -- Numbers of arguments ------------------------------------------------- */

static int f0(void)
{
	return 1;
}

static long f1(long a)
{
	return a;
}

static long f2(long a, long b)
{
	return f1(a) * 10 + b;
}

static long f3(long a, long b, long c)
{
	return f2(a, b) * 10 + c;
}

static long f4(long a, long b, long c, long d)
{
	return f3(a, b, c) * 10 + d;
}

static long f5(long a, long b, long c, long d, long e)
{
	return f4(a, b, c, d) * 10 + e;
}

static long f6(long a, long b, long c, long d, long e, long f)
{
	return f5(a, b, c, d, e) * 10 + f;
}

static long f7(long a, long b, long c, long d, long e, long f, long g)
{
	return f6(a, b, c, d, e, f) * 10 + g;
}

static int64_t i8(int8_t a, uint8_t b, int16_t c, uint16_t d, int32_t e, uint32_t f, int64_t g,
		  uint64_t h)
{
	return a == -1 && b == 0xff && c == -2 && d == 0xfffe && e == -3 && f == 0xfffffffd &&
	       g == -4 && h == UINT64_C(0xfffffffffffffffc);
}

static double m8(double a, float b, int8_t c, void *d, float e, double f, uint16_t g, uint64_t h)
{
	return a == 1.5 && b == -2.5f && c == -3 && d == &probe && e == FLT_MAX && f == DBL_MIN &&
			       g == 7 && h == 8
		       ? 0.5
		       : 0;
}

static float p8(float a, double b, float c, double d, float e, double f, float g, double h)
{
	return a == 1 && b == 2 && c == 3 && d == 4 && e == 5 && f == 6 && g == 7 && h == 8 ? .25f
											    : 0;
}

static const struct encase_function arities[] = {
	ENCASE_FUNCTION_IN(lab, arity0, f0),  ENCASE_FUNCTION_IN(lab, arity1, f1),
	ENCASE_FUNCTION_IN(lab, arity2, f2),  ENCASE_FUNCTION_IN(lab, arity3, f3),
	ENCASE_FUNCTION_IN(lab, arity4, f4),  ENCASE_FUNCTION_IN(lab, arity5, f5),
	ENCASE_FUNCTION_IN(lab, arity6, f6),  ENCASE_FUNCTION_IN(lab, arity7, f7),
	ENCASE_FUNCTION_IN(lab, ints8, i8),   ENCASE_FUNCTION_IN(lab, mixed8, m8),
	ENCASE_FUNCTION_IN(lab, floats8, p8), ENCASE_FUNCTION_END,
};

#define ENTRY(c) ENCASE_ENTRY_IN(lab, cage, c)

static void try_arities(struct encase_cage *cage)
{
	same(ENTRY(arity0)(), 1);
	same(ENTRY(arity1)(1), 1);
	same(ENTRY(arity2)(1, 2), 12);
	same(ENTRY(arity3)(1, 2, 3), 123);
	same(ENTRY(arity4)(1, 2, 3, 4), 1234);
	same(ENTRY(arity5)(1, 2, 3, 4, 5), 12345);
	same(ENTRY(arity6)(1, 2, 3, 4, 5, 6), 123456);
	same(ENTRY(arity7)(1, 2, 3, 4, 5, 6, 7), 1234567);
	same(enter_lab(cage, arity7, 7, 6, 5, 4, 3, 2, 1), 7654321);
	same(ENTRY(ints8)(-1, 0xff, -2, 0xfffe, -3, 0xfffffffd, -4, UINT64_C(0xfffffffffffffffc)),
	     1);
	holds(ENTRY(mixed8)(1.5, -2.5f, -3, &probe, FLT_MAX, DBL_MIN, 7, 8) == 0.5);
	holds(ENTRY(floats8)(1, 2, 3, 4, 5, 6, 7, 8) == .25f);
}

/* Every argument in its place, through entries, layers of each kind, and functions. */
Test(result, none_to_eight_arguments)
{
	struct encase_cage *cage = unit_cage_on(NULL, NULL, &encase_lower_functions, arities);
	struct three three[LENGTH(arities)];

	try_arities(cage);
	for (size_t i = 0; arities[i].desc; i++)
		push_three(cage, &three[i], arities[i].desc);
	try_arities(cage);
	unit_free(cage);
}

/* -- Failure values ------------------------------------------------------- */

/* What a natural handler returns with errno EDOM, and what is made of it. */
static const struct {
	const struct encase_desc *desc;
	encase_word word;
	long result;
} natural[] = {
	{ &lab_desc_fails_s8, 0xff, -EDOM },
	{ &lab_desc_fails_s8, 0x7f, 0x7f },
	{ &lab_desc_fails_u8, 0xff, -EDOM },
	{ &lab_desc_fails_u8, 0xfe, 0xfe },
	{ &lab_desc_fails_s16, 0xffff, -EDOM },
	{ &lab_desc_fails_s16, 0x7fff, 0x7fff },
	{ &lab_desc_fails_u16, 0xffff, -EDOM },
	{ &lab_desc_fails_u16, 0xfffe, 0xfffe },
	{ &lab_desc_fails_s32, 0xffffffff, -EDOM },
	{ &lab_desc_fails_s32, 0x7fffffff, 0x7fffffff },
	{ &lab_desc_fails_u32, 0xffffffff, -EDOM }, /* as uid_t */
	{ &lab_desc_fails_u32, 0xfffffffe, 0xfffffffe },
	{ &lab_desc_fails_u32, 0xfffff001, 0xfffff001 },
	{ &lab_desc_fails_u32, 0x80000000, 0x80000000 },
	{ &lab_desc_fails_s64, UINT64_MAX, -EDOM },
	{ &lab_desc_fails_s64, (encase_word) -4096, -4096 },
	{ &lab_desc_fails_u64, UINT64_MAX, -EDOM },
	{ &lab_desc_fails_u64, (encase_word) -4096, -4096 },
	{ &lab_desc_fails_f32, 0xbf800000, -EDOM },
	{ &lab_desc_fails_f32, 0x3f800000, 0x3f800000 },
	{ &lab_desc_fails_f32, 0, 0 },
	{ &lab_desc_fails_f64, UINT64_C(0xbff0000000000000), -EDOM },
	{ &lab_desc_fails_f64, UINT64_C(0x3ff0000000000000), 0x3ff0000000000000 },
	{ &lab_desc_fails_ptr, 0, -EDOM },
	{ &lab_desc_fails_ptr, 1, 1 },
	{ &lab_desc_fails_5, 5, -EDOM },
	{ &lab_desc_fails_5, 4, 4 },
	{ &lab_desc_fails_5, 0, 0 },
	{ &lab_desc_fails_low, (encase_word) -128, -EDOM },
	{ &lab_desc_fails_low, 128, 128 },
	{ &lab_desc_fails_127, 127, -EDOM },
	{ &lab_desc_fails_127, 255, 255 },
	{ &lab_desc_fails_f0, 0, -EDOM },
	{ &lab_desc_fails_f0, 0x3f800000, 0x3f800000 },
	{ &encase_desc_geteuid, 0xffffffff, -EDOM },
	{ &encase_desc_geteuid, 0xfffffffe, 0xfffffffe },
	{ &encase_desc_mmap, UINT64_MAX, -EDOM },
	{ &encase_desc_lseek, UINT64_C(0x7fffffffffffffff), INT64_MAX },
};

static void answer_naturally(size_t i, bool above, bool below)
{
	const struct encase_desc *desc = natural[i].desc;
	struct encase_function functions[] = { { .desc = desc, .fn = lab_answerer(desc) },
					       ENCASE_FUNCTION_END };
	struct encase_cage *cage = unit_cage_on(NULL, NULL, &encase_lower_functions, functions);
	struct unit_layer layer;
	struct three three;
	encase_word words[ENCASE_MAX_ARGS];

	unit_row("%s, 0x%llx", encase_text(desc)->name, (unsigned long long) natural[i].word);
	lab_words(desc, words);
	if (!below) {
		unit_natural(&layer, desc, lab_answerer(desc), 0);
		unit_push(cage, &layer.layer);
	}
	if (above)
		push_three(cage, &three, desc);
	lab_answer.word = natural[i].word;
	lab_answer.error = EDOM;
	errno = 0;
	same(encase_enter(cage, desc, words), natural[i].result);
	same(errno, 0);
	unit_free(cage);
}

Test(result, failure_values)
{
	for (size_t i = 0; i < LENGTH(natural); i++)
		for (unsigned places = 0; places < 4; places++)
			answer_naturally(i, places & 1, places & 2);
}
