/* SPDX-License-Identifier: MIT */
/*
 * What both sides of a record table have: types, what they look like in records, and what
 * each call puts into which register.  Include it once per table; see encase/record.h.
 * For prefix P:
 *
 *   P_word                one of the caller's registers
 *   enum P_error          P_error_e for each error
 *   struct P_h            a handle: its bits, a P_h_bits, are opaque to the caller
 *   P_h_as_a()            it as one of the handle above it
 *   enum P_e              P_e_v for each value
 *   struct P_r            a record
 *   struct P_u            a union: its tag, an enum P_u_tag of P_u_v, and as.v
 *   struct P_o            an option: there, value; P_o_value is the value's type
 *   P_abi()               a number that another table, word or number of registers changes
 *
 * Handles, enums, records, unions and options share their names.
 */
/* clang-format off */
#include "record_words.h"

/* gcc would keep loops of two turns; clang does not. */
#ifdef __clang__
#define ENC_REC_UNROLLED
#else
#define ENC_REC_UNROLLED _Pragma("GCC unroll 8")
#endif

typedef ENC_REC_WORD ENC_CAT(ENCASE_PREFIX, _word);
_Static_assert(ENCASE_REGISTERS == 4 || ENCASE_REGISTERS == 6, "4 or 6 registers");
_Static_assert(ENCASE_WORD == 16 || ENCASE_WORD == 32 || ENCASE_WORD == 64, "words of 16, 32 or 64 bits");

/* -- Bytes in words: low ones first, none between them ---------------------------- */

static inline __attribute__((always_inline)) void
ENC_CAT(ENCASE_PREFIX, _put_bytes_)(ENC_REC_WORD *w, size_t at, uint64_t value, unsigned size)
{
	unsigned gone = ENC_REC_WORD_SIZE - at % ENC_REC_WORD_SIZE;

	w += at / ENC_REC_WORD_SIZE;
	*w = (ENC_REC_WORD) (*w | value << 8 * (at % ENC_REC_WORD_SIZE));
	ENC_REC_UNROLLED for (; gone < size; gone += ENC_REC_WORD_SIZE) {
		w++;
		*w = (ENC_REC_WORD) (*w | value >> 8 * gone);
	}
}
static inline __attribute__((always_inline)) uint64_t
ENC_CAT(ENCASE_PREFIX, _get_bytes_)(const ENC_REC_WORD *w, size_t at, unsigned size)
{
	unsigned had = ENC_REC_WORD_SIZE - at % ENC_REC_WORD_SIZE;
	uint64_t value;

	w += at / ENC_REC_WORD_SIZE;
	value = (uint64_t) *w >> 8 * (at % ENC_REC_WORD_SIZE);
	ENC_REC_UNROLLED for (; had < size; had += ENC_REC_WORD_SIZE)
		value |= (uint64_t) *++w << 8 * had;
	return value;
}
/* Zeros, n of them; the first few in no loop, which would be memset() to compilers. */
static inline __attribute__((always_inline)) void ENC_CAT(ENCASE_PREFIX, _none_)(ENC_REC_WORD *w, size_t n)
{
#define ENC_REC_ZERO(k)                                                                            \
	if ((k) < n)                                                                               \
		w[k] = 0;
	ENC_REC_ZERO(0) ENC_REC_ZERO(1) ENC_REC_ZERO(2) ENC_REC_ZERO(3)
	ENC_REC_ZERO(4) ENC_REC_ZERO(5) ENC_REC_ZERO(6) ENC_REC_ZERO(7)
#undef ENC_REC_ZERO
	for (size_t k = 8; k < n; k = enc_rec_next(k))
		w[k] = 0;
}
/* As many words as there are registers, or fewer; likewise. */
static inline __attribute__((always_inline)) void
ENC_CAT(ENCASE_PREFIX, _move_)(ENC_REC_WORD *to, const ENC_REC_WORD *from, size_t n)
{
#define ENC_REC_MOVE(k)                                                                            \
	if ((k) < n)                                                                               \
		to[k] = from[k];
	ENC_REC_MOVE(0) ENC_REC_MOVE(1) ENC_REC_MOVE(2)
	ENC_REC_MOVE(3) ENC_REC_MOVE(4) ENC_REC_MOVE(5)
#undef ENC_REC_MOVE
}

/* -- Slices: where elements begin in the caller's memory, and how many --------- */

struct ENC_CAT(ENCASE_PREFIX, _slice) {
	ENC_REC_WORD address, count;
};
struct ENC_CAT(ENCASE_PREFIX, _option_slice) {
	_Bool there;
	struct ENC_CAT(ENCASE_PREFIX, _slice) value;
};
struct ENC_CAT(ENCASE_PREFIX, _slice_image) {
	ENC_REC_WORD_IMAGE address, count;
};
struct ENC_CAT(ENCASE_PREFIX, _option_slice_image) {
	struct enc_image_8 there;
	struct ENC_CAT(ENCASE_PREFIX, _slice_image) value;
};
static inline void ENC_CAT(ENCASE_PREFIX, _put_slice_)(ENC_REC_WORD *w, size_t at,
						       const struct ENC_CAT(ENCASE_PREFIX, _slice) *v)
{
	ENC_REC_PUT_BYTES(w, at, v->address, ENC_REC_WORD_SIZE);
	ENC_REC_PUT_BYTES(w, at + ENC_REC_WORD_SIZE, v->count, ENC_REC_WORD_SIZE);
}
static inline int ENC_CAT(ENCASE_PREFIX, _get_slice_)(struct ENC_CAT(ENCASE_PREFIX, _slice) *v,
						      const ENC_REC_WORD *w, size_t at)
{
	v->address = (ENC_REC_WORD) ENC_REC_GET_BYTES(w, at, ENC_REC_WORD_SIZE);
	v->count = (ENC_REC_WORD) ENC_REC_GET_BYTES(w, at + ENC_REC_WORD_SIZE, ENC_REC_WORD_SIZE);
	return 0;
}
static inline int ENC_CAT(ENCASE_PREFIX, _get_option_slice_)(
	struct ENC_CAT(ENCASE_PREFIX, _option_slice) *v, const ENC_REC_WORD *w, size_t at)
{
	ENC_CAT(ENCASE_PREFIX, _get_slice_)(&v->value, w, at + 1);
	return ENC_REC_GET_bool(&v->there, w, at);
}

/* -- Errors -------------------------------------------------------------------- */

enum ENC_CAT(ENCASE_PREFIX, _error) {
#define ERROR(e, number, text) ENC_NAME(_error_, e) = (number),
#include "record_entries.h"
	ENC_CAT(ENCASE_PREFIX, _error_most_) = ENCASE_RECORD_ERRORS
};
#define ERROR(e, number, text)                                                                     \
	_Static_assert((number) > 0 && (number) <= ENCASE_RECORD_ERRORS, "error " #e " is not in 1..4095");
#include "record_entries.h"

/* -- Types --------------------------------------------------------------------- */

#define HANDLE(h, t, ...)                                                                          \
	typedef ENC_REC_C_##t ENC_NAME(_, h##_bits);                                               \
	struct ENC_NAME(_, h) {                                                                    \
		ENC_REC_C_##t bits;                                                                \
	};                                                                                         \
	struct ENC_NAME(_, h##_image) {                                                            \
		ENC_REC_I_##t bits;                                                                \
	};                                                                                         \
	static inline void ENC_NAME(_put_, h)(ENC_REC_WORD *w, size_t at,                          \
					      const struct ENC_NAME(_, h) *v)                      \
	{                                                                                          \
		ENC_REC_PUT_##t(w, at, &v->bits);                                                  \
	}                                                                                          \
	static inline int ENC_NAME(_get_, h)(struct ENC_NAME(_, h) *v, const ENC_REC_WORD *w, size_t at) \
	{                                                                                          \
		return ENC_REC_GET_##t(&v->bits, w, at);                                           \
	}                                                                                          \
	__VA_OPT__(ENC_REC_ABOVE(h, __VA_ARGS__))
#define ENC_REC_ABOVE(h, a)                                                                        \
	_Static_assert(sizeof(struct ENC_NAME(_, h)) == sizeof(struct ENC_NAME(_, a)),             \
		       "handle " #h " has another size than " #a);                                 \
	static inline struct ENC_NAME(_, a) ENC_NAME(_, h##_as_##a)(struct ENC_NAME(_, h) v)       \
	{                                                                                          \
		return (struct ENC_NAME(_, a)){ .bits = v.bits };                                  \
	}

#define ENUM(e, t, ...)                                                                            \
	enum ENC_NAME(_, e) { ENC_REC_EACH(ENC_REC_VALUE, e, __VA_ARGS__) };                       \
	struct ENC_NAME(_, e##_image) {                                                            \
		ENC_REC_I_##t value;                                                               \
	};                                                                                         \
	static inline int ENC_NAME(_enum_raw_, e)(enum ENC_NAME(_, e) *v, ENC_REC_C_##t raw)       \
	{                                                                                          \
		*v = (enum ENC_NAME(_, e)) raw;                                                    \
		switch (raw) {                                                                     \
			ENC_REC_EACH(ENC_REC_CASE, (ENC_REC_C_##t), __VA_ARGS__)                   \
			return 0;                                                                  \
		default:                                                                           \
			return 1;                                                                  \
		}                                                                                  \
	}                                                                                          \
	static inline int ENC_NAME(_enum_, e)(enum ENC_NAME(_, e) *v, const ENC_REC_WORD *w)       \
	{                                                                                          \
		return ENC_NAME(_enum_raw_, e)(v, (ENC_REC_C_##t) *w);                             \
	}                                                                                          \
	static inline void ENC_NAME(_put_, e)(ENC_REC_WORD *w, size_t at,                          \
					      const enum ENC_NAME(_, e) *v)                        \
	{                                                                                          \
		ENC_REC_C_##t raw = (ENC_REC_C_##t) *v;                                            \
		ENC_REC_PUT_##t(w, at, &raw);                                                      \
	}                                                                                          \
	static inline int ENC_NAME(_get_, e)(enum ENC_NAME(_, e) *v, const ENC_REC_WORD *w, size_t at) \
	{                                                                                          \
		ENC_REC_C_##t raw;                                                                 \
		(void) ENC_REC_GET_##t(&raw, w, at);                                               \
		return ENC_NAME(_enum_raw_, e)(v, raw);                                            \
	}                                                                                          \
	ENC_REC_EACH(ENC_REC_FITS, ENC_REC_C_##t, __VA_ARGS__)
#define ENC_REC_VALUE(e, x)           ENC_REC_RUN(ENC_REC_VALUE_, e, ENC_STRIP x)
#define ENC_REC_VALUE_(e, v, n, ...)  ENC_NAME(_, e##_##v) = (n),
#define ENC_REC_CASE(type, x)         ENC_REC_RUN(ENC_REC_CASE_, type, ENC_STRIP x)
#define ENC_REC_CASE_(type, v, n, ...) case type(n):
#define ENC_REC_FITS(type, x)         ENC_REC_RUN(ENC_REC_FITS_, type, ENC_STRIP x)
#define ENC_REC_FITS_(type, v, n, ...)                                                             \
	_Static_assert((int64_t) (type) (n) == (n) && (n) <= INT32_MAX, "the number of " #v " does not fit its type");

#define RECORD(r, ...)                                                                             \
	struct ENC_NAME(_, r) {                                                                    \
		ENC_REC_EACH(ENC_REC_FIELD, r, __VA_ARGS__)                                        \
	};                                                                                         \
	struct ENC_NAME(_, r##_image) {                                                            \
		ENC_REC_EACH(ENC_REC_FIELD_I, r, __VA_ARGS__)                                      \
	};                                                                                         \
	static inline void ENC_NAME(_put_, r)(ENC_REC_WORD *w, size_t at,                          \
					      const struct ENC_NAME(_, r) *v)                      \
	{                                                                                          \
		ENC_REC_EACH(ENC_REC_FIELD_PUT, r, __VA_ARGS__)                                    \
	}                                                                                          \
	static inline int ENC_NAME(_get_, r)(struct ENC_NAME(_, r) *v, const ENC_REC_WORD *w, size_t at) \
	{                                                                                          \
		int bad = 0;                                                                       \
		ENC_REC_EACH(ENC_REC_FIELD_GET, r, __VA_ARGS__)                                    \
		return bad;                                                                        \
	}
#define ENC_REC_N(...)                (__VA_OPT__((__VA_ARGS__) + 0 *) 1)
#define ENC_REC_FIELD(r, f)           ENC_REC_RUN(ENC_REC_FIELD_, ENC_STRIP f)
#define ENC_REC_FIELD_(t, a, ...)     ENC_REC_C_##t a __VA_OPT__([__VA_ARGS__]);
#define ENC_REC_FIELD_I(r, f)         ENC_REC_RUN(ENC_REC_FIELD_I_, ENC_STRIP f)
#define ENC_REC_FIELD_I_(t, a, ...)   ENC_REC_I_##t a __VA_OPT__([__VA_ARGS__]);
#define ENC_REC_FIELD_PUT(r, f)       ENC_REC_RUN(ENC_REC_FIELD_PUT_, r, ENC_STRIP f)
#define ENC_REC_FIELD_PUT_(r, t, a, ...)                                                           \
	for (size_t k = 0; k < ENC_REC_N(__VA_ARGS__); k++)                                        \
		ENC_REC_PUT_##t(w, at + offsetof(struct ENC_NAME(_, r##_image), a) +               \
					   k * sizeof(ENC_REC_I_##t),                              \
				(const ENC_REC_C_##t *) &v->a + k);
#define ENC_REC_FIELD_GET(r, f)       ENC_REC_RUN(ENC_REC_FIELD_GET_, r, ENC_STRIP f)
#define ENC_REC_FIELD_GET_(r, t, a, ...)                                                           \
	for (size_t k = 0; k < ENC_REC_N(__VA_ARGS__); k++)                                        \
		bad |= ENC_REC_GET_##t((ENC_REC_C_##t *) &v->a + k, w,                             \
				       at + offsetof(struct ENC_NAME(_, r##_image), a) +           \
					       k * sizeof(ENC_REC_I_##t));

#define UNION(u, t, ...)                                                                           \
	enum ENC_NAME(_, u##_tag) { ENC_REC_EACH(ENC_REC_VALUE, u, __VA_ARGS__) };                 \
	struct ENC_NAME(_, u) {                                                                    \
		enum ENC_NAME(_, u##_tag) tag;                                                     \
		union {                                                                            \
			ENC_REC_EACH(ENC_REC_VARIANT, u, __VA_ARGS__) char enc_none;               \
		} as;                                                                              \
	};                                                                                         \
	struct ENC_NAME(_, u##_image) {                                                            \
		ENC_REC_I_##t tag;                                                                 \
		union {                                                                            \
			ENC_REC_EACH(ENC_REC_VARIANT_I, u, __VA_ARGS__) char enc_none[0];          \
		} as;                                                                              \
	};                                                                                         \
	static inline void ENC_NAME(_put_, u)(ENC_REC_WORD *w, size_t at,                          \
					      const struct ENC_NAME(_, u) *v)                      \
	{                                                                                          \
		ENC_REC_C_##t raw = (ENC_REC_C_##t) v->tag;                                        \
		ENC_REC_PUT_##t(w, at, &raw);                                                      \
		switch (raw) {                                                                     \
			ENC_REC_EACH(ENC_REC_VARIANT_PUT, (ENC_REC_C_##t), __VA_ARGS__)            \
		default:                                                                           \
			break;                                                                     \
		}                                                                                  \
	}                                                                                          \
	static inline int ENC_NAME(_get_, u)(struct ENC_NAME(_, u) *v, const ENC_REC_WORD *w, size_t at) \
	{                                                                                          \
		ENC_REC_C_##t raw;                                                                 \
		(void) ENC_REC_GET_##t(&raw, w, at);                                               \
		v->tag = (enum ENC_NAME(_, u##_tag)) raw;                                          \
		enc_rec_clear(&v->as, sizeof(v->as));                                              \
		switch (raw) {                                                                     \
			ENC_REC_EACH(ENC_REC_VARIANT_GET, (ENC_REC_C_##t), __VA_ARGS__)            \
		default:                                                                           \
			return 1;                                                                  \
		}                                                                                  \
	}                                                                                          \
	ENC_REC_EACH(ENC_REC_FITS, ENC_REC_C_##t, __VA_ARGS__)
#define ENC_REC_VARIANT(u, x)         ENC_REC_RUN(ENC_REC_VARIANT_, ENC_STRIP x)
#define ENC_REC_VARIANT_(v, n, ...)   __VA_OPT__(ENC_REC_VARIANT_C(__VA_ARGS__) v;)
#define ENC_REC_VARIANT_C(t)          ENC_REC_C_##t
#define ENC_REC_VARIANT_I(u, x)       ENC_REC_RUN(ENC_REC_VARIANT_I_, ENC_STRIP x)
#define ENC_REC_VARIANT_I_(v, n, ...) __VA_OPT__(ENC_REC_VARIANT_IMAGE(__VA_ARGS__) v;)
#define ENC_REC_VARIANT_IMAGE(t)      ENC_REC_I_##t
#define ENC_REC_VARIANT_PUT(type, x)  ENC_REC_RUN(ENC_REC_VARIANT_PUT_, type, ENC_STRIP x)
#define ENC_REC_VARIANT_PUT_(type, var, n, ...)                                                    \
	case type(n):                                                                              \
		__VA_OPT__(ENC_REC_VARIANT_PUT_1(__VA_ARGS__)(w, at + sizeof(raw), &v->as.var);)   \
		break;
#define ENC_REC_VARIANT_PUT_1(t)      ENC_REC_PUT_##t
#define ENC_REC_VARIANT_GET(type, x)  ENC_REC_RUN(ENC_REC_VARIANT_GET_, type, ENC_STRIP x)
#define ENC_REC_VARIANT_GET_(type, var, n, ...)                                                    \
	case type(n):                                                                              \
		return 0 __VA_OPT__(| ENC_REC_VARIANT_GET_1(__VA_ARGS__)(&v->as.var, w, at + sizeof(raw)));
#define ENC_REC_VARIANT_GET_1(t)      ENC_REC_GET_##t

#define OPTION(o, t)                                                                               \
	typedef ENC_REC_C_##t ENC_NAME(_, o##_value);                                              \
	struct ENC_NAME(_, o) {                                                                    \
		_Bool there;                                                                       \
		ENC_REC_C_##t value;                                                               \
	};                                                                                         \
	struct ENC_NAME(_, o##_image) {                                                            \
		struct enc_image_8 there;                                                          \
		ENC_REC_I_##t value;                                                               \
	};                                                                                         \
	static inline void ENC_NAME(_put_value_, o)(ENC_REC_WORD *w, size_t at,                    \
						    const ENC_REC_C_##t *value)                    \
	{                                                                                          \
		ENC_REC_PUT_BYTES(w, at, value != NULL, 1);                                        \
		if (value)                                                                         \
			ENC_REC_PUT_##t(w, at + 1, value);                                         \
	}                                                                                          \
	static inline void ENC_NAME(_put_, o)(ENC_REC_WORD *w, size_t at,                          \
					      const struct ENC_NAME(_, o) *v)                      \
	{                                                                                          \
		ENC_NAME(_put_value_, o)(w, at, v->there ? &v->value : NULL);                      \
	}                                                                                          \
	static inline int ENC_NAME(_get_, o)(struct ENC_NAME(_, o) *v, const ENC_REC_WORD *w, size_t at) \
	{                                                                                          \
		int bad = ENC_REC_GET_bool(&v->there, w, at);                                      \
		if (v->there)                                                                      \
			return ENC_REC_GET_##t(&v->value, w, at + 1);                              \
		enc_rec_clear(&v->value, sizeof(v->value));                                        \
		return bad;                                                                        \
	}
#include "record_entries.h"

#include "record_calls.h"

#undef ENC_REC_UNROLLED
