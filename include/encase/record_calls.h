/* SPDX-License-Identifier: MIT */
/*
 * What each call of a record table puts where: the end of encase/record_types.h, which includes
 * it; docs/encoding.md, 2, 3 and 6.
 */
/* clang-format off */
#define ENC_REC_WORDS(bytes) (((bytes) + ENC_REC_WORD_SIZE - 1) / ENC_REC_WORD_SIZE)
#define ENC_REC_MORE(a, b)   ((a) > (b) ? (a) : (b))
/* Of a part of a record, the bytes behind the registers, in the spill; and the words before them. */
#define ENC_REC_REST(part)                                                                         \
	(sizeof(part) > ENC_REC_GIVEN * ENC_REC_WORD_SIZE ?                                        \
		 sizeof(part) - ENC_REC_GIVEN * ENC_REC_WORD_SIZE : 0)
#define ENC_REC_HEAD(part)                                                                         \
	(ENC_REC_WORDS(sizeof(part)) < ENC_REC_GIVEN ? ENC_REC_WORDS(sizeof(part)) : ENC_REC_GIVEN)
/* Results have one register less: the first says how the call ended. */
#define ENC_REC_GIVEN        (ENCASE_REGISTERS - 1)

#define ENC_REC_ARG_I(c, x)       ENC_REC_RUN(ENC_REC_ARG_I_, ENC_STRIP x)
#define ENC_REC_ARG_I_(t, a)      ENC_REC_I_##t a;
#define ENC_REC_ARG_F(c, x)       ENC_REC_RUN(ENC_REC_ARG_F_, c, ENC_STRIP x)
#define ENC_REC_ARG_F_(c, t, a)   ENC_REC_WORD a[ENC_REC_FI_##t];
#define ENC_REC_ARG_FW(c, x)      ENC_REC_RUN(ENC_REC_ARG_FW_, c, ENC_STRIP x)
#define ENC_REC_ARG_FW_(c, t, a)                                                                   \
	_Static_assert(ENC_REC_FW(t) <= ENC_REC_WORD_SIZE, #a " of the FAST call " #c " is wider than a register");
#define ENC_REC_GIVES_NONE(must, t, c)
#define ENC_REC_GIVES_VALUE(must, t, c) ENC_REC_I_##t result;
#define ENC_REC_GIVES_COUNT(must, a, c) ENC_REC_WORD_IMAGE result;
#define ENC_REC_FAST_NONE(must, t, c)
#define ENC_REC_FAST_VALUE(must, t, c)                                                             \
	_Static_assert(ENC_REC_FI_##t == 1 && ENC_REC_FW(t) <= ENC_REC_WORD_SIZE,                  \
		       "the result of the FAST call " #c " is wider than a register");
#define ENC_REC_FAST_COUNT(must, a, c)

#define ENC_REC_NUMBER(c, number)                                                                  \
	_Static_assert((number) > 0 && (number) <= UINT16_MAX, "the number of " #c " is not in 1..65535");
#define GENERAL(c, number, res, groups, text, ...)                                                 \
	ENC_REC_NUMBER(c, number)                                                                  \
	struct ENC_NAME(_, c##_call_image) {                                                            \
		ENC_REC_EACH(ENC_REC_ARG_I, c __VA_OPT__(,) __VA_ARGS__)                           \
	};                                                                                         \
	struct ENC_NAME(_, c##_call_result_image) {                                                     \
		ENC_REC_RESULT(ENC_REC_GIVES, res, c)                                              \
	};                                                                                         \
	enum {                                                                                     \
		ENC_NAME(_number_, c) = (number),                                                  \
		ENC_NAME(_spills_, c) =                                                            \
			sizeof(struct ENC_NAME(_, c##_call_image)) > ENCASE_REGISTERS * ENC_REC_WORD_SIZE ||   \
			sizeof(struct ENC_NAME(_, c##_call_result_image)) > ENC_REC_GIVEN * ENC_REC_WORD_SIZE, \
		ENC_NAME(_words_, c) = ENC_REC_MORE(                                               \
			ENCASE_REGISTERS,                                                          \
			ENC_REC_WORDS(ENC_REC_MORE(sizeof(struct ENC_NAME(_, c##_call_image)),          \
						   sizeof(struct ENC_NAME(_, c##_call_result_image)))))  \
	};
#define FAST(c, number, res, groups, text, ...)                                                    \
	ENC_REC_NUMBER(c, number)                                                                  \
	struct ENC_NAME(_, c##_fast) {                                                             \
		ENC_REC_EACH(ENC_REC_ARG_F, c __VA_OPT__(,) __VA_ARGS__)                           \
	};                                                                                         \
	_Static_assert(sizeof(struct ENC_NAME(_, c##_fast)) <= ENCASE_REGISTERS * ENC_REC_WORD_SIZE, \
		       "the FAST call " #c " has too many arguments for the registers");           \
	ENC_REC_EACH(ENC_REC_ARG_FW, c __VA_OPT__(,) __VA_ARGS__)                                  \
	ENC_REC_RESULT(ENC_REC_FAST, res, c)                                                       \
	union ENC_NAME(_, c##_registers) {                                                         \
		struct ENC_NAME(_, c##_fast) args;                                                 \
		ENC_REC_WORD words[ENCASE_REGISTERS];                                              \
	};                                                                                         \
	enum { ENC_NAME(_number_, c) = (number) };
#include "record_entries.h"

/* What the spill of any call has to have, in bytes. */
union ENC_CAT(ENCASE_PREFIX, _any_spill) {
	ENC_REC_WORD enc_none;
#define GENERAL(c, ...) ENC_REC_WORD c[ENC_NAME(_words_, c) - ENC_REC_GIVEN];
#include "record_entries.h"
};

/* Two calls or errors of one number are no table. */
static inline void ENC_CAT(ENCASE_PREFIX, _unique_)(unsigned number)
{
	switch (number) {
	case 0: /* P_call_abi() */
#define GENERAL(c, number, ...) case (number):
#define FAST GENERAL
#include "record_entries.h"
	default:
		break;
	}
	switch (number) {
#define ERROR(e, number, text) case (number):
#include "record_entries.h"
	default:
		break;
	}
}

/* FNV-1a of all that the encoding depends on, and of names. */
static inline uint32_t ENC_CAT(ENCASE_PREFIX, _abi)(void)
{
	static const char *const entries[] = {
#define ERROR(e, number, text) "error " #e " " #number,
#define HANDLE(...)            "handle " #__VA_ARGS__,
#define ENUM(...)              "enum " #__VA_ARGS__,
#define RECORD(...)            "record " #__VA_ARGS__,
#define UNION(...)             "union " #__VA_ARGS__,
#define OPTION(...)            "option " #__VA_ARGS__,
#define GENERAL(c, number, res, groups, text, ...) "general " #c " " #number " " #res " " #__VA_ARGS__,
#define FAST(c, number, res, groups, text, ...)    "fast " #c " " #number " " #res " " #__VA_ARGS__,
#include "record_entries.h"
		"",
	};
	uint32_t hash = (UINT32_C(2166136261) ^ ENCASE_WORD ^ ENCASE_REGISTERS) * 16777619;

	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
		for (const char *p = entries[i]; *p; p++)
			hash = (hash ^ (uint8_t) *p) * 16777619;
	return hash;
}
