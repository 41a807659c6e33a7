/* SPDX-License-Identifier: MIT */
/*
 * Defines what encase/declare.h declares: thunks, forwarders, descriptors and
 * the interface.  Include it in one C file per table, after the declarations
 * and after all types that the table names are complete.
 */
/* clang-format off */
#include "call.h"
#include "table.h"

#ifndef ENCASE_DEFINE_H
#define ENCASE_DEFINE_H

/* enum encase_type of a C type */
#define ENC_TYPE(t)                                                                                \
	_Generic((t) 0, _Bool: ENCASE_U8, char: (char) -1 < 0 ? ENCASE_S8 : ENCASE_U8,             \
		signed char: ENCASE_S8, unsigned char: ENCASE_U8, short: ENCASE_S16,               \
		unsigned short: ENCASE_U16, int: ENCASE_S32, unsigned: ENCASE_U32,                 \
		long: ENCASE_S64, unsigned long: ENCASE_U64, long long: ENCASE_S64,                \
		unsigned long long: ENCASE_U64, float: ENCASE_F32, double: ENCASE_F64,             \
		default: ENCASE_POINTER)

/* A value of a type as a word, and back.  Low bytes first, as on x86-64 and arm64. */
#define ENC_TO_WORD(t, value)                                                                      \
	__extension__({                                                                            \
		union {                                                                            \
			t v;                                                                       \
			encase_word w;                                                             \
		} enc_to = { .w = 0 };                                                             \
		enc_to.v = (value);                                                                \
		encase_widen(ENC_TYPE(t), enc_to.w);                                               \
	})
/* A _Bool is made of any byte, as C makes it of any number: others have no value in it. */
#define ENC_FROM_WORD(t, word)                                                                     \
	__extension__({                                                                            \
		union {                                                                            \
			encase_word w;                                                             \
			t v;                                                                       \
		} enc_from = { .w = (word) };                                                      \
		_Generic((t) 0, _Bool: (_Bool) (uint8_t) enc_from.w, default: enc_from.v);         \
	})

#define ENC_WORD_OF(c, i, arg)         ENC_WORD_OF_ arg
#define ENC_WORD_OF_(t, a, ...)        ENC_TO_WORD(t, a)
#define ENC_VALUE(c, i, arg)           ENC_FORM(ENC_VALUE, c, i, arg)
#define ENC_VALUE_SCALAR(c, i, t, ...) ENC_FROM_WORD(t, words[i])
#define ENC_VALUE_SHOWN(c, i, t, ...)  (t) (words[i] & ((encase_word) ((hidden >> i) & 1) - 1))
#define ENC_VALUE_STRING               ENC_VALUE_SHOWN
#define ENC_VALUE_BUFFER               ENC_VALUE_SHOWN
#define ENC_VALUE_OBJECT               ENC_VALUE_SHOWN
#define ENC_VALUE_POINTED              ENC_VALUE_SHOWN
#define ENC_VALUE_SELF                 ENC_VALUE_SHOWN
#define ENC_VALUE_DEEP                 ENC_VALUE_SHOWN
#define ENC_VALUE_VARYING              ENC_VALUE_SHOWN

/* The same for a handler that is shown no pointer at all. */
#define ENC_BLIND(c, i, arg)           ENC_FORM(ENC_BLIND, c, i, arg)
#define ENC_BLIND_SCALAR               ENC_VALUE_SCALAR
#define ENC_BLIND_STRING(c, i, t, ...) (t) 0
#define ENC_BLIND_BUFFER               ENC_BLIND_STRING
#define ENC_BLIND_OBJECT               ENC_BLIND_STRING
#define ENC_BLIND_POINTED              ENC_BLIND_STRING
#define ENC_BLIND_SELF                 ENC_BLIND_STRING
#define ENC_BLIND_DEEP                 ENC_BLIND_STRING
#define ENC_BLIND_VARYING              ENC_VALUE_SHOWN

/* Where what is on the path of calls begins in a line of the cache makes a tenth of what a layer costs. */
#define ENC_ALIGNED                    __attribute__((aligned(64)))

/* A thunk whose arguments are what m says of each. */
#define ENC_THUNK(name, m, rtype, type, ...)                                                       \
	static ENC_ALIGNED encase_word name(encase_fn *fn, const encase_word *words,               \
					    unsigned hidden)                                       \
	{                                                                                          \
		(void) words;                                                                      \
		(void) hidden;                                                                     \
		return ENC_TO_WORD(rtype, ((type *) fn)(ENC_LIST(m, __VA_OPT__(,) __VA_ARGS__))); \
	}

/* What only calls have that vary. */
#define ENC_SHAPE_SAME(cls, ...)
#define ENC_SHAPE_SHAPED(cls, ...)
#define ENC_SHAPE_VARIES(cls, n, f, c, rtype, ...)                                                    \
	ENC_THUNK(ENC_NAME(_variadic_, c), ENC_VALUE, rtype, ENC_NAME(_, c##_variadic_fn) __VA_OPT__(,) __VA_ARGS__)
#define ENC_SHAPE_TEXT_SAME(cls, c)      .class_ = (cls),
#define ENC_SHAPE_TEXT_SHAPED(cls, f, c) .class_ = (cls), .shape = (f),
#define ENC_SHAPE_TEXT_VARIES(cls, n, f, c) .class_ = (cls), .shape = (f),           \
					 .variadic = ENC_NAME(_variadic_, c),

/* Positions by name: a struct of one byte per argument. */
#define ENC_PLACE(c, i, arg)           ENC_PLACE_ arg
#define ENC_PLACE_(t, a, ...)          char a;
#define ENC_AT(c, a)                   offsetof(struct c, a)

#define ENC_ARG(c, i, arg)             ENC_FORM(ENC_ARG, c, i, arg)
#define ENC_ARG_SCALAR(c, i, t, a, n, k, ...) { .kind = (k), .type = ENC_TYPE(t), .size = sizeof(t) }
#define ENC_ARG_STRING(c, i, t, a, n, k, most) { .kind = (k) | ENCASE_IN | (n), .size = (most) }
#define ENC_ARG_BUFFER(c, i, t, a, n, dir, unit, len, fills)                                       \
	{ .kind = ENCASE_BUF | (dir) | (n) | ((fills) ? ENCASE_FILLED : 0),                        \
	  .count = ENC_AT(c, len),                                                                 \
	  .size = sizeof(unit) }
#define ENC_ARG_POINTED(c, i, t, a, n, dir, len)                                                   \
	{ .kind = ENCASE_BUF | (dir) | (n) | ENCASE_FILLED, .count = ENC_AT(c, len), .size = 1 }
#define ENC_ARG_DEEP(c, i, t, a, n, dir, which, len, fills)                                        \
	{ .kind = ENCASE_DEEP | (dir) | (n) | ((fills) ? ENCASE_FILLED : 0),                       \
	  .count = ENC_AT(c, len), .size = (which) }
#define ENC_ARG_SELF(c, i, t, a, n, dir, which, at, least)                                         \
	{ .kind = ENCASE_DEEP | (dir) | (n), .count = (at), .size = ENCASE_DEEP_SIZE(which, least) }
#define ENC_ARG_VARYING(c, i, t, a, n, k, ...) { .kind = (k) }
#define ENC_ARG_OBJECT(c, i, t, a, n, dir, type)                                                   \
	{ .kind = ENCASE_OBJ | (dir) | (n), .size = sizeof(type) }

/* Which arguments are pointers, and which of them have a length. */
#define ENC_POINTERS(c, i, arg)        ENC_FORM(ENC_POINTERS, c, i, arg)
#define ENC_POINTERS_SCALAR(...)
#define ENC_POINTERS_STRING(c, i, ...) | 1U << i
#define ENC_POINTERS_BUFFER(c, i, ...) | 1U << i
#define ENC_POINTERS_OBJECT(c, i, ...) | 1U << i
#define ENC_POINTERS_POINTED(c, i, ...) | 1U << i
#define ENC_POINTERS_DEEP(c, i, ...)   | 1U << i
#define ENC_POINTERS_SELF(c, i, ...)   | 1U << i
#define ENC_POINTERS_VARYING(c, i, ...) | 1U << i
#define ENC_SIZED(c, i, arg)           ENC_FORM(ENC_SIZED, c, i, arg)
#define ENC_SIZED_SCALAR(...)
#define ENC_SIZED_STRING(...)
#define ENC_SIZED_BUFFER(c, i, ...)    | 1U << i
#define ENC_SIZED_OBJECT(...)
#define ENC_SIZED_POINTED(...)
#define ENC_SIZED_DEEP(c, i, ...)      | 1U << i
#define ENC_SIZED_SELF(...)
#define ENC_SIZED_VARYING(...)

/* A result: ENC_RESULT_PLAIN(type, how, failure value) or ENC_RESULT_LIMITED(type, c, argument). */
#define ENC_RESULT(t, c, r)            ENC_RESULT_1(t, c, ENC_R_##r)
#define ENC_RESULT_1(...)              ENC_RESULT_2(__VA_ARGS__)
#define ENC_RESULT_2(t, c, form, ...)  ENC_RESULT_##form(t, c, __VA_ARGS__)
#define ENC_RESULT_PLAIN(t, c, how, value)                                                         \
	.result = (how), .fail = ENC_CONSTANT(t, value), .limit = 0
#define ENC_RESULT_LIMITED(t, c, a, moved)                                                         \
	.result = ENCASE_FAILS, .fail = ENC_CONSTANT(t, -1), .limit = 1 + ENC_AT(c, a)
#define ENC_MOVED(r)                   ENC_MOVED_1(ENC_R_##r)
#define ENC_MOVED_1(...)               ENC_MOVED_2(__VA_ARGS__)
#define ENC_MOVED_2(form, ...)         ENC_MOVED_##form(__VA_ARGS__)
#define ENC_MOVED_PLAIN(...)           0
#define ENC_MOVED_LIMITED(a, moved)    (moved)
#define ENC_R_FAILS                    PLAIN, ENCASE_FAILS, -1
#define ENC_R_FAILS_WITH(v)            PLAIN, ENCASE_FAILS, v
#define ENC_R_NEVER                    PLAIN, ENCASE_NEVER, 0
#define ENC_R_OVERLAPS                 PLAIN, ENCASE_OVERLAPS, -1
#define ENC_R_COUNT(a)                 LIMITED, a, 0
#define ENC_R_MOVED(a)                 LIMITED, a, 1
/* A small constant as a value of integer or pointer type t, widened; of float and double, its bits. */
#define ENC_CONSTANT(t, v)                                                                         \
	_Generic((t) 0, float: UINT32_C(0xbf800000) * !!(v),                                       \
		double: UINT64_C(0xbff0000000000000) * !!(v),                                      \
		default: (encase_word) (long) (t) (v))

/* A group's bit, and those of the groups above it. */
#define ENC_GROUPS(c, i, g)            | ENC_NAME(_groups_, g)
#define ENC_EACH_GROUP(...)            ENC_EACH(ENC_GROUPS, __VA_OPT__(,) __VA_ARGS__)

/*
 * What a descriptor cannot hold, or would hold wrongly, is refused in words.  c is
 * struct P_c_types, which has a field of each argument's type.
 */
#define ENC_TYPED(c, i, arg)           ENC_TYPED_ arg
#define ENC_TYPED_(t, a, ...)          t a;
/* What each argument is, as the size of an array. */
#define ENC_KINDED(c, i, arg)          ENC_FORM(ENC_KINDED, c, i, arg)
#define ENC_KINDED_OTHER(c, i, t, a, ...) char a##_enc_kind[1];
#define ENC_KINDED_SCALAR              ENC_KINDED_OTHER
#define ENC_KINDED_STRING              ENC_KINDED_OTHER
#define ENC_KINDED_BUFFER              ENC_KINDED_OTHER
#define ENC_KINDED_POINTED             ENC_KINDED_OTHER
#define ENC_KINDED_DEEP                ENC_KINDED_OTHER
#define ENC_KINDED_SELF                ENC_KINDED_OTHER
#define ENC_KINDED_VARYING             ENC_KINDED_OTHER
#define ENC_KINDED_OBJECT(c, i, t, a, n, dir, type) char a##_enc_kind[1 + (dir)];
#define ENC_SHAPED_SAME(...)           char enc_shaped[1];
#define ENC_SHAPED_SHAPED(...)         char enc_shaped[2];
#define ENC_SHAPED_VARIES(...)         char enc_shaped[2];
#define ENC_IS_POINTER(t)              (__builtin_classify_type((t) 0) == 5)
#define ENC_FITS(n)                    ((n) >= 1 && (n) <= UINT16_MAX)
#define ENC_IS_COUNT(c, a)                                                                         \
	_Generic(((struct c *) 0)->a, char: 1, signed char: 1, unsigned char: 1, short: 1,         \
		unsigned short: 1, int: 1, unsigned: 1, long: 1, unsigned long: 1, long long: 1,   \
		unsigned long long: 1, default: 0)
#define ENC_ASSERT_POINTER(t, a)                                                                   \
	_Static_assert(ENC_IS_POINTER(t), #a " has a kind that only a pointer can have");
/* Whether what a pointer points to is const: then the type of this is, too. */
#define ENC_IS_CONST(t)                                                                            \
	_Generic(1 ? (t) 0 : (void *) 1, const void *: 1, const volatile void *: 1, default: 0)
#define ENC_ASSERT_WRITABLE(t, a, dir)                                                             \
	_Static_assert(!((dir) & ENCASE_OUT) || !ENC_IS_CONST(t),                                  \
		       #a " is written by the call, and its type says const");
#define ENC_ASSERT_FITS(n, a)                                                                      \
	_Static_assert(ENC_FITS(n), "what " #a " points to is empty, or larger than 65535 bytes");
#define ENC_ASSERT_COUNT(c, n)                                                                     \
	_Static_assert(ENC_IS_COUNT(c, n), #n " is used as a length, and is no integer");
#define ENC_CHECK(c, i, arg)           ENC_FORM(ENC_CHECK, c, i, arg)
#define ENC_CHECK_SCALAR(c, i, t, a, ...)                                                          \
	_Static_assert(ENC_IS_WORD(t), #a " is no integer, float, double or pointer");
#define ENC_IS_WORD(t)                                                                             \
	(sizeof(t) <= sizeof(encase_word) && (ENC_TYPE(t) != ENCASE_POINTER || ENC_IS_POINTER(t)))
#define ENC_IS_LENGTH(c, len)                                                                      \
	_Generic(*((struct c *) 0)->len, int: 1, unsigned: 1, long: 1, unsigned long: 1,           \
		long long: 1, unsigned long long: 1, default: 0)
#define ENC_CHECK_POINTED(c, i, t, a, n, dir, len)                                                 \
	ENC_ASSERT_POINTER(t, a) ENC_ASSERT_WRITABLE(t, a, dir)                                    \
	_Static_assert(ENC_IS_LENGTH(c, len),                                                      \
		       #len " is used as a pointer to a length, which has 32 or 64 bits");         \
	_Static_assert(sizeof(((struct c *) 0)->len##_enc_kind) == 1 + (ENCASE_IN | ENCASE_OUT),   \
		       #len " is used as a pointer to a length, and is no INOUT_OBJ");
#define ENC_CHECK_DEEP(c, i, t, a, n, dir, which, len, fills)                                      \
	ENC_ASSERT_POINTER(t, a) ENC_ASSERT_COUNT(c, len)
#define ENC_CHECK_SELF(c, i, t, a, n, dir, which, at, least)                                       \
	ENC_ASSERT_POINTER(t, a)                                                                   \
	_Static_assert((which) == ENCASE_OPAQUE || ((at) + 4 <= (least) && (least) % 8 == 0 &&     \
						    (least) < 2048),                               \
		       "the size of " #a " does not stand in its least bytes");
#define ENC_CHECK_VARYING(c, i, t, a, ...)                                                         \
	_Static_assert(ENC_TYPE(t) == ENCASE_U64 || ENC_IS_POINTER(t),                             \
		       #a " is an ARG, and no unsigned long or pointer");                          \
	_Static_assert(sizeof(((struct c *) 0)->enc_shaped) == 2,                                  \
		       #a " is an ARG of a call that is neither SHAPED nor VARIES");
#define ENC_CHECK_STRING(c, i, t, a, n, k, most) ENC_ASSERT_POINTER(t, a) ENC_ASSERT_FITS(most, a)
#define ENC_CHECK_BUFFER(c, i, t, a, n, dir, unit, len, fills)                                     \
	ENC_ASSERT_POINTER(t, a) ENC_ASSERT_WRITABLE(t, a, dir)                                    \
	ENC_ASSERT_FITS(sizeof(unit), a) ENC_ASSERT_COUNT(c, len)
#define ENC_CHECK_OBJECT(c, i, t, a, n, dir, type)                                                 \
	ENC_ASSERT_POINTER(t, a) ENC_ASSERT_WRITABLE(t, a, dir) ENC_ASSERT_FITS(sizeof(type), a)
/* What is read, and then written whole, as that has to be which calls write that fail. */
#define ENC_WHOLE(c, i, arg)           ENC_FORM(ENC_WHOLE, c, i, arg)
#define ENC_WHOLE_SCALAR(...)
#define ENC_WHOLE_STRING(...)
#define ENC_WHOLE_POINTED(...)
#define ENC_WHOLE_VARYING(c, i, ...)    | 1U << i /* its shape has to see to that */
#define ENC_WHOLE_BUFFER(c, i, t, a, n, dir, unit, len, fills)                                     \
	| (unsigned) ((dir) == (ENCASE_IN | ENCASE_OUT) && !(fills)) << i
#define ENC_WHOLE_DEEP                 ENC_WHOLE_BUFFER
#define ENC_WHOLE_SELF(c, i, t, a, n, dir, which, at, least)                                       \
	ENC_WHOLE_BUFFER(c, i, t, a, n, dir, which, at, 0)
#define ENC_WHOLE_OBJECT(c, i, t, a, n, dir, type) ENC_WHOLE_BUFFER(c, i, t, a, n, dir, type, a, 0)
#define ENC_CHECK_RESULT(t, c, r)      ENC_CHECK_RESULT_1(t, c, ENC_R_##r)
#define ENC_CHECK_RESULT_1(...)        ENC_CHECK_RESULT_2(__VA_ARGS__)
#define ENC_CHECK_RESULT_2(t, c, form, ...)                                                        \
	_Static_assert(ENC_IS_WORD(t), "a result is no integer, float, double or pointer");        \
	ENC_CHECK_RESULT_##form(t, c, __VA_ARGS__)
#define ENC_CHECK_RESULT_PLAIN(t, c, how, v)                                                          \
	_Static_assert((v) >= -128 && (v) <= 127, "a failure value is not in -128..127");
#define ENC_CHECK_RESULT_LIMITED(t, c, a, moved)                                                   \
	_Static_assert(ENC_TYPE(t) < ENCASE_F32, "a result that has a limit is no integer");       \
	ENC_ASSERT_COUNT(c, a)

#define ENC_ARG_TEXT(c, i, arg)        { ENC_ARG_TEXT_ arg, ENC_FORM(ENC_SYMBOLS, c, i, arg) }
#define ENC_ARG_TEXT_(t, a, ...)       #a, #t
#define ENC_SYMBOLS_SCALAR(c, i, t, a, n, k, set, ...) ENC_FIRST_OF(__VA_ARGS__ __VA_OPT__(,) NULL, )
#define ENC_SYMBOLS_VARYING            ENC_SYMBOLS_SCALAR
#define ENC_FIRST_OF(p, ...)           p
#define ENC_SYMBOLS_STRING(...)        NULL
#define ENC_SYMBOLS_BUFFER(...)        NULL
#define ENC_SYMBOLS_OBJECT(...)        NULL
#define ENC_SYMBOLS_POINTED(...)       NULL
#define ENC_SYMBOLS_DEEP(...)          NULL
#define ENC_SYMBOLS_SELF(...)          NULL

#endif

#ifndef ENCASE_MACROS_ONLY /* the library's own tables of commands are made by what is above */

enum {
#define GROUP(...)
#define CALL(c, ...) ENC_NAME(_index_, c),
#include ENCASE_TABLE
#undef CALL
	ENC_CAT(ENCASE_PREFIX, _ncalls)
};
_Static_assert(ENC_CAT(ENCASE_PREFIX, _ngroups) <= 64, "at most 64 groups in an interface");

#undef GROUP
#define CALL(...)
#define GROUP(g, shown, ...)                                                                       \
	__extension__ enum {                                                                       \
		ENC_NAME(_groups_, g) = UINT64_C(1) << ENC_NAME(_group_, g)                        \
			ENC_EACH_GROUP(__VA_ARGS__)                                                \
	};
#include ENCASE_TABLE
#undef CALL
#undef GROUP
#define GROUP(...)

#define CALL(c, number, rtype, res, cls, groups, ...)                                              \
	struct ENC_NAME(_, c##_at) {                                                               \
		ENC_EACH(ENC_PLACE, __VA_OPT__(,) __VA_ARGS__) char end;                           \
	};                                                                                         \
	ENC_THUNK(ENC_NAME(_thunk_, c), ENC_VALUE, rtype, ENC_NAME(_, c##_fn) __VA_OPT__(,) __VA_ARGS__) \
	ENC_THUNK(ENC_NAME(_blind_, c), ENC_BLIND, rtype, ENC_NAME(_, c##_fn) __VA_OPT__(,) __VA_ARGS__) \
	ENC_CLASS(ENC_SHAPE, cls, c, rtype __VA_OPT__(,) __VA_ARGS__)                              \
	const struct encase_desc ENC_NAME(_desc_, c) = {                                           \
		.interface = &ENC_CAT(ENCASE_PREFIX, _calls),                                      \
		.thunk = ENC_NAME(_thunk_, c),                                                     \
		.index = ENC_NAME(_index_, c),                                                     \
		.nargs = ENC_COUNT(__VA_ARGS__),                                                   \
		.type = ENC_TYPE(rtype),                                                           \
		ENC_RESULT(rtype, ENC_NAME(_, c##_at), res),                                       \
		.pointers = 0 ENC_EACH(ENC_POINTERS, __VA_OPT__(,) __VA_ARGS__),                   \
		.sized = 0 ENC_EACH(ENC_SIZED, __VA_OPT__(,) __VA_ARGS__),                         \
		.arg = { ENC_LIST(ENC_ARG, ENC_NAME(_, c##_at) __VA_OPT__(,) __VA_ARGS__) },       \
	};                                                                                         \
	ENC_ALIGNED rtype ENC_NAME(_next_, c)(ENC_PARAMS(__VA_ARGS__))                             \
	{                                                                                          \
		encase_word words[] = { ENC_LIST(ENC_WORD_OF, __VA_OPT__(,) __VA_ARGS__) };        \
		return ENC_FROM_WORD(rtype, encase_next(&ENC_NAME(_desc_, c), words));             \
	}                                                                                          \
	struct ENC_NAME(_, c##_types) {                                                            \
		ENC_EACH(ENC_TYPED, __VA_OPT__(,) __VA_ARGS__)                                     \
		ENC_EACH(ENC_KINDED, __VA_OPT__(,) __VA_ARGS__)                                    \
		ENC_CLASS(ENC_SHAPED, cls) char end;                                               \
	};                                                                                         \
	ENC_EACH(ENC_CHECK, ENC_NAME(_, c##_types) __VA_OPT__(,) __VA_ARGS__)                      \
	_Static_assert(!((0U ENC_EACH(ENC_ANYWAY, __VA_OPT__(,) __VA_ARGS__)) &                    \
			 ~(0U ENC_EACH(ENC_WHOLE, __VA_OPT__(,) __VA_ARGS__))),                    \
		       "an argument of " #c " is written ANYWAY, and not read and written whole"); \
	ENC_CHECK_RESULT(rtype, ENC_NAME(_, c##_types), res)
#include ENCASE_TABLE
#undef CALL

/* Two calls of one number are no table: that is two cases of one value here. */
static inline __attribute__((unused)) void ENC_CAT(ENCASE_PREFIX, _numbers_)(long number)
{
	switch (number) {
#define CALL(c, nr, ...) case (nr):
#include ENCASE_TABLE
#undef CALL
	default:
		break;
	}
}

static const struct encase_desc *const ENC_CAT(ENCASE_PREFIX, _list_)[] = {
#define CALL(c, ...) &ENC_NAME(_desc_, c),
#include ENCASE_TABLE
#undef CALL
};

static const struct encase_text ENC_CAT(ENCASE_PREFIX, _texts_)[] = {
#define CALL(c, nr, rtype, res, cls, grps, ...)                                                    \
	{ .name = #c,                                                                              \
	  .result = #rtype,                                                                        \
	  .number = (nr),                                                                          \
	  .groups = 0 ENC_EACH_GROUP grps,                                                         \
	  ENC_CLASS(ENC_SHAPE_TEXT, cls, c)                                                        \
	  .transfer = ENC_MOVED(res),                                                              \
	  .anyway = 0 ENC_EACH(ENC_ANYWAY, __VA_OPT__(,) __VA_ARGS__),                                       \
	  .blind = ENC_NAME(_blind_, c),                                                           \
	  .arg = { ENC_LIST(ENC_ARG_TEXT, __VA_OPT__(,) __VA_ARGS__) } },
#include ENCASE_TABLE
#undef CALL
#undef GROUP
};

static const char *const ENC_CAT(ENCASE_PREFIX, _groups_)[] = {
#define CALL(...)
#define GROUP(g, shown, ...) shown,
#include ENCASE_TABLE
#undef GROUP
#undef CALL
	NULL,
};

const struct encase_interface ENC_CAT(ENCASE_PREFIX, _calls) = {
	.name = ENCASE_NAME,
	.ncalls = ENC_CAT(ENCASE_PREFIX, _ncalls),
	.ngroups = ENC_CAT(ENCASE_PREFIX, _ngroups),
	.calls = ENC_CAT(ENCASE_PREFIX, _list_),
	.texts = ENC_CAT(ENCASE_PREFIX, _texts_),
	.groups = ENC_CAT(ENCASE_PREFIX, _groups_),
};

#endif
