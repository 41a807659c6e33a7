/* SPDX-License-Identifier: MIT */
/*
 * A record table as a table of calls, for encase/declare.h and encase/define.h, so that layers
 * work on its calls as on any.  Behind encase/record_types.h, and with its definitions:
 *
 *     #define ENCASE_TABLE <encase/record_table.h>
 *     #include <encase/declare.h>
 *
 * A call's arguments are there what they are to the caller's stub, but for handles, which are
 * numbers, a P_h_bits.  Records, unions, options and results are pointers to what the receiver
 * has copied; slices point into the cage's memory.  COUNT is the call's result, which is a long; a
 * result of GIVES(t) is the last argument, and then the call's result is an int.
 */
/* clang-format off */
#include "record_words.h"

#define ENC_REC_CALL(c, x)                 ENC_REC_KIND(ENC_REC_CALL, c, x)
#define ENC_REC_CALL_VALUE(c, t, a, type)  , (type, a, NUM)
#define ENC_REC_CALL_HANDLE(c, t, a, n)    , (ENC_NAME(_, n##_bits), a, NUM)
#define ENC_REC_CALL_POINTER(c, t, a, type) , (const type *, a, IN_OBJ(type))
#define ENC_REC_CALL_OPTION(c, t, a, n)                                                            \
	, (const ENC_NAME(_, n##_value) *, a, IN_OBJ(ENC_NAME(_, n##_value)), NULLABLE)
#define ENC_REC_CALL_SPAN(c, t, a, type, kind)                                                     \
	, (type *, a, kind(type, a##_count)), (size_t, a##_count, SIZE)
#define ENC_REC_CALL_OPTION_SPAN(c, t, a, type, kind)                                              \
	, (type *, a, kind(type, a##_count), NULLABLE), (size_t, a##_count, SIZE)
#define ENC_REC_RTYPE_NONE(must, t, c)     int, FAILS
#define ENC_REC_RTYPE_VALUE(must, t, c)    int, FAILS
#define ENC_REC_RTYPE_COUNT(must, a, c)    long, COUNT(a##_count)
#define ENC_REC_RARG_NONE(must, t, c)
#define ENC_REC_RARG_VALUE(must, t, c)     , (ENC_REC_C_##t *, result, OUT_OBJ(ENC_REC_C_##t))
#define ENC_REC_RARG_COUNT(must, a, c)

#define GENERAL(c, number, res, groups, text, ...)                                                 \
	ENC_REC_RUN_(CALL, c, number, ENC_REC_RESULT(ENC_REC_RTYPE, res, c), ORDINARY,             \
		     groups ENC_REC_EACH(ENC_REC_CALL, c __VA_OPT__(,) __VA_ARGS__)                \
			     ENC_REC_RESULT(ENC_REC_RARG, res, c))
#define FAST GENERAL
#include "record_entries.h"

#undef ENC_REC_CALL
#undef ENC_REC_CALL_VALUE
#undef ENC_REC_CALL_HANDLE
#undef ENC_REC_CALL_POINTER
#undef ENC_REC_CALL_OPTION
#undef ENC_REC_CALL_SPAN
#undef ENC_REC_CALL_OPTION_SPAN
#undef ENC_REC_RTYPE_NONE
#undef ENC_REC_RTYPE_VALUE
#undef ENC_REC_RTYPE_COUNT
#undef ENC_REC_RARG_NONE
#undef ENC_REC_RARG_VALUE
#undef ENC_REC_RARG_COUNT
