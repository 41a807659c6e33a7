/* SPDX-License-Identifier: MIT */
/*
 * A receiver of a record table that calls handlers straight, with no cage and no libc.
 * Include it behind encase/record_types.h, in the C file that has the handlers.  For prefix P
 * and each call c there has to be
 *
 *     long on_c(void *self, arguments..., result)
 *
 * a P_c_handler: with another type, or where it is missing, the file does not compile.  Another
 * name than on_c is what ENCASE_HANDLER(c) is defined as.  It returns 0, the negative number
 * of an error, or the COUNT; other values are EIO to the caller.  Arguments are the caller's
 * stub's: records by pointer to a copy of the receiver's, options null where they are none,
 * slices as pointers to the elements where these stand in the caller's memory, which it may
 * be writing to: who looks twice may see another thing.  A null slice is one that is none.  Also
 * see encase/record_receiver.h.
 *
 *     int P_serve(const struct encase_receiver *receiver, P_word number, P_word *registers)
 *
 * receives a call: what it has in its registers is replaced by the answer.  receiver's base
 * must not be null.  Returns 0; or the negative number of an error that the caller cannot be
 * told (MUST, MUST_GIVE): then it must not go on.
 */
/* clang-format off */
#include "record_receiver.h"

#ifndef ENCASE_HANDLER
#define ENCASE_HANDLER(c) on_##c
#endif

#define ENC_REC_HANDED(c, x)               ENC_REC_KIND(ENC_REC_HANDED, c, x)
#define ENC_REC_HANDED_VALUE(c, t, a, ...) , args.a
#define ENC_REC_HANDED_HANDLE              ENC_REC_HANDED_VALUE
#define ENC_REC_HANDED_POINTER(c, t, a, ...) , &args.a
#define ENC_REC_HANDED_OPTION(c, t, a, ...) , args.a.there ? &args.a.value : NULL
#define ENC_REC_HANDED_SPAN(c, t, a, type, ...)                                                    \
	, (type *) enc_rec_at(r, args.a.address), (size_t) args.a.count
#define ENC_REC_HANDED_OPTION_SPAN(c, t, a, type, ...)                                             \
	, args.a.there ? (type *) enc_rec_at(r, args.a.value.address) : NULL,       \
		args.a.there ? (size_t) args.a.value.count : 0

#define ENC_REC_TAKES_NONE(must, t, c)
#define ENC_REC_TAKES_VALUE(must, t, c)    , ENC_REC_C_##t *result
#define ENC_REC_TAKES_COUNT(must, a, c)
#define ENC_REC_HAS_NONE(must, t, c)
#define ENC_REC_HAS_VALUE(must, t, c)                                                              \
	ENC_REC_C_##t result;                                                                      \
	enc_rec_clear(&result, sizeof(result));
#define ENC_REC_HAS_COUNT(must, a, c)
#define ENC_REC_HERE_NONE(must, t, c)
#define ENC_REC_HERE_VALUE(must, t, c)     , &result
#define ENC_REC_HERE_COUNT(must, a, c)

#define GENERAL(c, number, res, groups, text, ...)                                                 \
	typedef long ENC_NAME(_, c##_handler)(                                                     \
		void *self ENC_REC_EACH(ENC_REC_PARAM, c __VA_OPT__(,) __VA_ARGS__)                \
			ENC_REC_RESULT(ENC_REC_TAKES, res, c));                                    \
	static inline int ENC_NAME(_serve_, c)(const struct encase_receiver *r, ENC_REC_WORD *registers) \
	{                                                                                          \
		struct ENC_NAME(_, c##_args) args;                                                 \
		ENC_REC_RESULT(ENC_REC_HAS, res, c)                                                \
		long value = ENC_NAME(_take_, c)(r, registers, &args);                             \
		if (!value)                                                                        \
			value = _Generic(&(ENCASE_HANDLER(c)),                                     \
					 ENC_NAME(_, c##_handler) *: ENCASE_HANDLER(c))(           \
				r->self ENC_REC_EACH(ENC_REC_HANDED, c __VA_OPT__(,) __VA_ARGS__)  \
					ENC_REC_RESULT(ENC_REC_HERE, res, c));                     \
		return ENC_NAME(_answer_, c)(r, registers, &args,                                  \
					     value ENC_REC_RESULT(ENC_REC_HERE, res, c));          \
	}
#define FAST GENERAL
#include "record_entries.h"

static inline __attribute__((always_inline, unused)) int
ENC_CAT(ENCASE_PREFIX, _serve)(const struct encase_receiver *receiver, ENC_REC_WORD number,
			       ENC_REC_WORD *registers)
{
	switch (number) {
	case 0:
		return ENC_CAT(ENCASE_PREFIX, _answer_abi_)(registers);
#define GENERAL(c, number, ...)                                                                    \
	case number:                                                                               \
		return ENC_NAME(_serve_, c)(receiver, registers);
#define FAST GENERAL
#include "record_entries.h"
	default:
		ENC_CAT(ENCASE_PREFIX, _tell_)(registers, -ENCASE_RECORD_ENOSYS);
		return 0;
	}
}
