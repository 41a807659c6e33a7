/* SPDX-License-Identifier: MIT */
/*
 * What receivers of a record table have in common: taking a call's arguments, looking at
 * each of them, answering.  Included by encase/record_serve.h and encase/record_cage.h, which
 * need, besides what encase/record_types.h does, of each handle h of the table a function
 *
 *     int valid_h(void *self, struct P_h h)     0, or the negative number of an error
 *
 * that says whether the caller was given h and may still use it; another name than valid_h
 * is what ENCASE_VALID(h) is defined as.  It is asked for each handle that arrives, before
 * anything is done.
 *
 * The table is read here once more: no macro of the file may be named as a word of it (COUNT, in).
 *
 * Registers and spills are read once; what handlers get is that copy.  Elements of slices
 * are looked at by nobody here.
 */
/* clang-format off */
#include "record_words.h"

#ifndef ENCASE_VALID
#define ENCASE_VALID(h) valid_##h
#endif

/* -- A look at values: 0 or a negative number, for handles and slices ----------- */

#define ENC_REC_V_u8(r, v)        0
#define ENC_REC_V_u16             ENC_REC_V_u8
#define ENC_REC_V_u32             ENC_REC_V_u8
#define ENC_REC_V_u64             ENC_REC_V_u8
#define ENC_REC_V_s8              ENC_REC_V_u8
#define ENC_REC_V_s16             ENC_REC_V_u8
#define ENC_REC_V_s32             ENC_REC_V_u8
#define ENC_REC_V_s64             ENC_REC_V_u8
#define ENC_REC_V_bool            ENC_REC_V_u8
#define ENC_REC_V__Bool           ENC_REC_V_u8
#define ENC_REC_V_enum(n)         ENC_REC_V_u8
#define ENC_REC_V_handle(n)       ENC_NAME(_vet_, n)
#define ENC_REC_V_record(n)       ENC_NAME(_vet_, n)
#define ENC_REC_V_union(n)        ENC_NAME(_vet_, n)
#define ENC_REC_V_option(n)       ENC_NAME(_vet_, n)
#define ENC_REC_V_slice(t)        ENC_REC_VS_##t
#define ENC_REC_VS_u8             ENC_CAT(ENCASE_PREFIX, _vet_slice_8_)
#define ENC_REC_VS_u16            ENC_CAT(ENCASE_PREFIX, _vet_slice_16_)
#define ENC_REC_VS_u32            ENC_CAT(ENCASE_PREFIX, _vet_slice_32_)
#define ENC_REC_VS_u64            ENC_CAT(ENCASE_PREFIX, _vet_slice_64_)
#define ENC_REC_VS_s8             ENC_REC_VS_u8
#define ENC_REC_VS_s16            ENC_REC_VS_u16
#define ENC_REC_VS_s32            ENC_REC_VS_u32
#define ENC_REC_VS_s64            ENC_REC_VS_u64
#define ENC_REC_VS_handle(n)      ENC_NAME(_vet_slice_of_, n)
#define ENC_REC_V_in              ENC_REC_V_slice
#define ENC_REC_V_filled          ENC_REC_V_slice
#define ENC_REC_V_out             ENC_REC_V_slice
#define ENC_REC_V_inout           ENC_REC_V_slice

#define ENC_REC_VET_SLICE(name, e)                                                                 \
	static inline int name(const struct encase_receiver *r,                                    \
			       const struct ENC_CAT(ENCASE_PREFIX, _slice) *v)                     \
	{                                                                                          \
		return enc_rec_reaches(r, v->address, v->count, ENC_REC_SHIFT(sizeof(e)));         \
	}
ENC_REC_VET_SLICE(ENC_REC_VS_u8, uint8_t)
ENC_REC_VET_SLICE(ENC_REC_VS_u16, uint16_t)
ENC_REC_VET_SLICE(ENC_REC_VS_u32, uint32_t)
ENC_REC_VET_SLICE(ENC_REC_VS_u64, uint64_t)

#define HANDLE(h, ...)                                                                             \
	static inline int ENC_NAME(_vet_, h)(const struct encase_receiver *r,                      \
					     const struct ENC_NAME(_, h) *v)                       \
	{                                                                                          \
		int err = _Generic(&(ENCASE_VALID(h)),                                             \
				   int (*)(void *, struct ENC_NAME(_, h)): ENCASE_VALID(h))(r->self, *v); \
		return err >= -ENCASE_RECORD_ERRORS && err <= 0 ? err : -ENCASE_RECORD_EIO;        \
	}                                                                                          \
	ENC_REC_VET_SLICE(ENC_NAME(_vet_slice_of_, h), struct ENC_NAME(_, h))
#define RECORD(n, ...)                                                                             \
	static inline int ENC_NAME(_vet_, n)(const struct encase_receiver *r,                      \
					     const struct ENC_NAME(_, n) *v)                       \
	{                                                                                          \
		int err = 0;                                                                       \
		(void) r, (void) v;                                                                \
		ENC_REC_EACH(ENC_REC_FIELD_VET, n, __VA_ARGS__)                                    \
		return err;                                                                        \
	}
#define ENC_REC_FIELD_VET(n, f)       ENC_REC_RUN(ENC_REC_FIELD_VET_, ENC_STRIP f)
#define ENC_REC_FIELD_VET_(t, a, ...)                                                              \
	for (size_t k = 0; !err && k < ENC_REC_N(__VA_ARGS__); k++)                                \
		err = ENC_REC_V_##t(r, (const ENC_REC_C_##t *) &v->a + k);
#define UNION(u, t, ...)                                                                           \
	static inline int ENC_NAME(_vet_, u)(const struct encase_receiver *r,                      \
					     const struct ENC_NAME(_, u) *v)                       \
	{                                                                                          \
		(void) r;                                                                          \
		switch ((ENC_REC_C_##t) v->tag) {                                                  \
			ENC_REC_EACH(ENC_REC_VARIANT_VET, (ENC_REC_C_##t), __VA_ARGS__)            \
		default:                                                                           \
			return 0;                                                                  \
		}                                                                                  \
	}
#define ENC_REC_VARIANT_VET(type, x)  ENC_REC_RUN(ENC_REC_VARIANT_VET_, type, ENC_STRIP x)
#define ENC_REC_VARIANT_VET_(type, var, n, ...)                                                    \
	case type(n):                                                                              \
		return 0 __VA_OPT__(| ENC_REC_VARIANT_VET_1(__VA_ARGS__)(r, &v->as.var));
#define ENC_REC_VARIANT_VET_1(t)      ENC_REC_V_##t
#define OPTION(o, t)                                                                               \
	static inline int ENC_NAME(_vet_, o)(const struct encase_receiver *r,                      \
					     const struct ENC_NAME(_, o) *v)                       \
	{                                                                                          \
		(void) r;                                                                          \
		if (!v->there)                                                                     \
			return 0;                                                                  \
		return ENC_REC_V_##t(r, &v->value);                                                \
	}
#include "record_entries.h"

/* -- Arguments and answers ------------------------------------------------------ */

#define ENC_REC_ARG_C(c, x)        ENC_REC_RUN(ENC_REC_ARG_C_, ENC_STRIP x)
#define ENC_REC_ARG_C_(t, a)       ENC_REC_C_##t a;
#define ENC_REC_ARG_GET(c, x)      ENC_REC_RUN(ENC_REC_ARG_GET_, c, ENC_STRIP x)
#define ENC_REC_ARG_GET_(c, t, a)                                                                  \
	bad |= ENC_REC_GET_##t(&args->a, w, offsetof(struct ENC_NAME(_, c##_call_image), a));
#define ENC_REC_ARG_FGET(c, x)     ENC_REC_RUN(ENC_REC_ARG_FGET_, c, ENC_STRIP x)
#define ENC_REC_ARG_FGET_(c, t, a)                                                                 \
	bad |= ENC_REC_FGET_##t(&args->a, registers + offsetof(struct ENC_NAME(_, c##_fast), a) /  \
							      ENC_REC_WORD_SIZE);
#define ENC_REC_ARG_VET(c, x)      ENC_REC_KIND(ENC_REC_ARG_VET, c, x)
#define ENC_REC_ARG_VET_VALUE(c, t, a, ...)
#define ENC_REC_ARG_VET_HANDLE(c, t, a, ...)                                                       \
	if (!err)                                                                                  \
		err = ENC_REC_V_##t(r, &args->a);
#define ENC_REC_ARG_VET_POINTER    ENC_REC_ARG_VET_HANDLE
#define ENC_REC_ARG_VET_OPTION     ENC_REC_ARG_VET_HANDLE
#define ENC_REC_ARG_VET_SPAN       ENC_REC_ARG_VET_HANDLE
#define ENC_REC_ARG_VET_OPTION_SPAN(c, t, a, type, ...)                                            \
	if (!err && args->a.there)                                                                 \
		err = enc_rec_reaches(r, args->a.value.address, args->a.value.count,               \
				      ENC_REC_SHIFT(sizeof(type)));

/* What is given: a C function's last argument, how it is put, and the most that it returns itself. */
#define ENC_REC_ANSWER_NONE(must, t, c)
#define ENC_REC_ANSWER_VALUE(must, t, c)  , const ENC_REC_C_##t *result
#define ENC_REC_ANSWER_COUNT(must, a, c)
#define ENC_REC_MOST_NONE(must, t, c)     0
#define ENC_REC_MOST_VALUE(must, t, c)    0
#define ENC_REC_MOST_COUNT(must, a, c)    args->a.count
#define ENC_REC_MUST_NONE(must, ...)      (must)
#define ENC_REC_MUST_VALUE(must, ...)     (must)
#define ENC_REC_MUST_COUNT(must, ...)     (must)
#define ENC_REC_GIVE_NONE(must, t, c)
#define ENC_REC_GIVE_VALUE(must, t, c)    ENC_REC_PUT_##t(w, 0, result);
#define ENC_REC_GIVE_COUNT(must, a, c)    w[0] = (ENC_REC_WORD) value;
#define ENC_REC_FGIVE_NONE(must, t, c)
#define ENC_REC_FGIVE_VALUE(must, t, c)   ENC_REC_FPUT_##t(registers + 1, result);
#define ENC_REC_FGIVE_COUNT(must, a, c)   registers[1] = (ENC_REC_WORD) value;

/* A handler's result as one that can be. */
static inline __attribute__((always_inline)) long ENC_CAT(ENCASE_PREFIX, _judge_)(long value, uint64_t most)
{
	if (value < -ENCASE_RECORD_ERRORS || (value > 0 && (uint64_t) value > most))
		return -ENCASE_RECORD_EIO;
	return value;
}
static inline __attribute__((always_inline)) void
ENC_CAT(ENCASE_PREFIX, _tell_)(ENC_REC_WORD *registers, long value)
{
	ENC_CAT(ENCASE_PREFIX, _none_)(registers + 1, ENC_REC_GIVEN);
	registers[0] = value < 0 ? (ENC_REC_WORD) -value : 0;
}

/* The spill: arguments are read from it, and there has to be room for the result. */
static inline __attribute__((always_inline)) int
ENC_CAT(ENCASE_PREFIX, _fetch_)(const struct encase_receiver *r, ENC_REC_WORD at, ENC_REC_WORD *w,
				size_t args, size_t given)
{
	int err = enc_rec_reaches(r, at, ENC_REC_MORE(args, given), 0);

	return err ? err : enc_rec_read(r, at, w + ENC_REC_GIVEN, args);
}

/*
 * P_take_c() gives a call's arguments, or the negative number of what is wrong with them;
 * P_answer_c() tells the caller: the value that a handler returned, and what it gave. Returns 0, or
 * the negative number of an error that the caller cannot be told: then it must not go on.
 */
#define GENERAL(c, number, res, groups, text, ...)                                                 \
	struct ENC_NAME(_, c##_args) {                                                             \
		ENC_REC_EACH(ENC_REC_ARG_C, c __VA_OPT__(,) __VA_ARGS__) ENC_REC_WORD enc_spill;   \
	};                                                                                         \
	static inline __attribute__((always_inline)) int ENC_NAME(_take_, c)(                      \
		const struct encase_receiver *r, const ENC_REC_WORD *registers,                    \
		struct ENC_NAME(_, c##_args) *args)                                                \
	{                                                                                          \
		ENC_REC_WORD w[ENC_NAME(_words_, c)];                                              \
		int bad = 0, err = 0;                                                              \
		args->enc_spill = registers[ENCASE_REGISTERS - 1];                                 \
		if (ENC_NAME(_spills_, c)) {                                                       \
			w[ENC_NAME(_words_, c) - 1] = 0;                                           \
			err = ENC_CAT(ENCASE_PREFIX, _fetch_)(r, args->enc_spill, w,               \
							      ENC_REC_REST(struct ENC_NAME(_, c##_call_image)), \
							      ENC_REC_REST(struct ENC_NAME(_, c##_call_result_image))); \
		}                                                                                  \
		if (err)                                                                           \
			return err;                                                                \
		ENC_CAT(ENCASE_PREFIX, _move_)(w, registers, ENCASE_REGISTERS - ENC_NAME(_spills_, c)); \
		ENC_REC_EACH(ENC_REC_ARG_GET, c __VA_OPT__(,) __VA_ARGS__)                         \
		if (bad)                                                                           \
			return -ENCASE_RECORD_EINVAL;                                              \
		ENC_REC_EACH(ENC_REC_ARG_VET, c __VA_OPT__(,) __VA_ARGS__)                         \
		return err;                                                                        \
	}                                                                                          \
	static inline __attribute__((always_inline)) int ENC_NAME(_answer_, c)(                    \
		const struct encase_receiver *r, ENC_REC_WORD *registers,                          \
		const struct ENC_NAME(_, c##_args) *args,                                          \
		long value ENC_REC_RESULT(ENC_REC_ANSWER, res, c))                                 \
	{                                                                                          \
		ENC_REC_WORD w[ENC_NAME(_words_, c)];                                              \
		value = ENC_CAT(ENCASE_PREFIX, _judge_)(value, ENC_REC_RESULT(ENC_REC_MOST, res, c)); \
		if (value >= 0) {                                                                  \
			ENC_CAT(ENCASE_PREFIX, _none_)(w, ENC_NAME(_words_, c));                   \
			ENC_REC_RESULT(ENC_REC_GIVE, res, c)                                       \
			if (ENC_REC_REST(struct ENC_NAME(_, c##_call_result_image)))                    \
				value = enc_rec_write(r, args->enc_spill, w + ENC_REC_GIVEN,       \
						      ENC_REC_REST(struct ENC_NAME(_, c##_call_result_image))); \
		}                                                                                  \
		(void) args;                                                                       \
		ENC_CAT(ENCASE_PREFIX, _tell_)(registers, value);                                  \
		if (value >= 0)                                                                    \
			ENC_CAT(ENCASE_PREFIX, _move_)(registers + 1, w,                           \
						       ENC_REC_HEAD(struct ENC_NAME(_, c##_call_result_image))); \
		return value < 0 && ENC_REC_RESULT(ENC_REC_MUST, res, c) ? (int) value : 0;        \
	}
#define FAST(c, number, res, groups, text, ...)                                                    \
	struct ENC_NAME(_, c##_args) {                                                             \
		ENC_REC_EACH(ENC_REC_ARG_C, c __VA_OPT__(,) __VA_ARGS__) char enc_end;             \
	};                                                                                         \
	static inline __attribute__((always_inline)) int ENC_NAME(_take_, c)(                      \
		const struct encase_receiver *r, const ENC_REC_WORD *registers,                    \
		struct ENC_NAME(_, c##_args) *args)                                                \
	{                                                                                          \
		int bad = 0, err = 0;                                                              \
		(void) r, (void) registers, (void) args;                                           \
		ENC_REC_EACH(ENC_REC_ARG_FGET, c __VA_OPT__(,) __VA_ARGS__)                        \
		if (bad)                                                                           \
			return -ENCASE_RECORD_EINVAL;                                              \
		ENC_REC_EACH(ENC_REC_ARG_VET, c __VA_OPT__(,) __VA_ARGS__)                         \
		return err;                                                                        \
	}                                                                                          \
	static inline __attribute__((always_inline)) int ENC_NAME(_answer_, c)(                    \
		const struct encase_receiver *r, ENC_REC_WORD *registers,                          \
		const struct ENC_NAME(_, c##_args) *args,                                          \
		long value ENC_REC_RESULT(ENC_REC_ANSWER, res, c))                                 \
	{                                                                                          \
		(void) r, (void) args;                                                             \
		value = ENC_CAT(ENCASE_PREFIX, _judge_)(value, ENC_REC_RESULT(ENC_REC_MOST, res, c)); \
		ENC_CAT(ENCASE_PREFIX, _tell_)(registers, value);                                  \
		if (value >= 0) {                                                                  \
			ENC_REC_RESULT(ENC_REC_FGIVE, res, c)                                      \
		}                                                                                  \
		return value < 0 && ENC_REC_RESULT(ENC_REC_MUST, res, c) ? (int) value : 0;        \
	}
#include "record_entries.h"

/* Call 0: whether the caller has the same table. */
static inline int ENC_CAT(ENCASE_PREFIX, _answer_abi_)(ENC_REC_WORD *registers)
{
	uint32_t abi = (uint32_t) registers[0];

	if (ENCASE_WORD == 16)
		abi = (abi & UINT16_MAX) | (uint32_t) registers[1] << 16;
	ENC_CAT(ENCASE_PREFIX, _tell_)(registers, abi == ENC_CAT(ENCASE_PREFIX, _abi)() ? 0 : -ENCASE_RECORD_EPROTO);
	return 0;
}
