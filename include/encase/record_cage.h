/* SPDX-License-Identifier: MIT */
/*
 * A receiver of a record table whose calls enter a cage, where layers see them as calls of the
 * interface P_calls.  Include it once, behind encase/record_table.h's declarations and in the C
 * file that has the handlers.  For prefix P and each call c there has to be a function
 *
 *     int on_c(arguments..., result)      or long, of COUNT
 *
 * a P_c_fn, which says -1 and errno when it fails: with another type, or where it is missing,
 * the file does not compile.  Another name than on_c is what ENCASE_HANDLER(c) is defined as.  They
 * are listed in P_functions, for a cage whose lower layer is encase_lower_functions.  See
 * encase/record_receiver.h; handles are checked with the cage as self.
 *
 *     int P_enter(struct encase_cage *cage, P_word number, P_word *registers)
 *
 * receives a call of the cage's, whose memory has no more bytes than a word can address, and, if it is
 * an arena, begins at an address that 8 divides: what it has in its registers is replaced by the answer.
 * Returns 0; or the negative number of an error that the caller cannot be told (MUST,
 * MUST_GIVE): then it must not go on.
 */
/* clang-format off */
#include <encase.h>

#include "record_receiver.h"

#ifndef ENCASE_HANDLER
#define ENCASE_HANDLER(c) on_##c
#endif

#ifndef ENCASE_RECORD_CAGE_H
#define ENCASE_RECORD_CAGE_H

static inline int enc_rec_cage_check(void *cage, uint64_t at, size_t n)
{
	return encase_cage_check((struct encase_cage *) cage, at, n);
}
static inline int enc_rec_cage_read(void *cage, uint64_t from, void *to, size_t n)
{
	return encase_cage_read((struct encase_cage *) cage, from, to, n);
}
static inline int enc_rec_cage_write(void *cage, uint64_t to, const void *from, size_t n)
{
	return encase_cage_write((struct encase_cage *) cage, to, from, n);
}

/* A slice's address as a word: null is for none alone. */
static inline encase_word enc_rec_place(uint64_t address)
{
	return address ? address : 1;
}

#endif

static const struct encase_function ENC_CAT(ENCASE_PREFIX, _functions)[] = {
#define GENERAL(c, ...) ENC_REC_RUN(ENC_FUNCTION, ENC_NAME(_desc_, c), ENC_NAME(_, c), ENCASE_HANDLER(c)),
#define FAST GENERAL
#include "record_entries.h"
	ENCASE_FUNCTION_END,
};

#define ENC_REC_ENTERS(c, x)               ENC_REC_KIND(ENC_REC_ENTERS, c, x)
#define ENC_REC_ENTERS_VALUE(c, t, a, ...) words[n++] = (encase_word) args.a;
#define ENC_REC_ENTERS_HANDLE(c, t, a, ...) words[n++] = (encase_word) args.a.bits;
#define ENC_REC_ENTERS_POINTER(c, t, a, ...)                                                       \
	held |= 1U << n;                                                                           \
	words[n++] = (encase_word) (uintptr_t) &args.a;
#define ENC_REC_ENTERS_OPTION(c, t, a, ...)                                                        \
	held |= 1U << n;                                                                           \
	words[n++] = args.a.there ? (encase_word) (uintptr_t) &args.a.value : 0;
#define ENC_REC_ENTERS_SPAN(c, t, a, ...)                                                          \
	words[n++] = enc_rec_place(args.a.address);                                                \
	words[n++] = args.a.count;
#define ENC_REC_ENTERS_OPTION_SPAN(c, t, a, ...)                                                   \
	words[n++] = args.a.there ? enc_rec_place(args.a.value.address) : 0;                       \
	words[n++] = args.a.there ? args.a.value.count : 0;
#define ENC_REC_HOLDS_NONE(must, t, c)
#define ENC_REC_HOLDS_VALUE(must, t, c)                                                            \
	ENC_REC_C_##t result;                                                                      \
	enc_rec_clear(&result, sizeof(result));
#define ENC_REC_HOLDS_COUNT(must, a, c)
#define ENC_REC_ENDS_NONE(must, t, c)
#define ENC_REC_ENDS_VALUE(must, t, c)                                                             \
	held |= 1U << n;                                                                           \
	words[n++] = (encase_word) (uintptr_t) &result;
#define ENC_REC_ENDS_COUNT(must, a, c)
#define ENC_REC_GOT_NONE(must, t, c)
#define ENC_REC_GOT_VALUE(must, t, c)      , &result
#define ENC_REC_GOT_COUNT(must, a, c)

#define GENERAL(c, number, res, groups, text, ...)                                                 \
	static inline int ENC_NAME(_enter_, c)(const struct encase_receiver *r, ENC_REC_WORD *registers) \
	{                                                                                          \
		struct ENC_NAME(_, c##_args) args;                                                 \
		ENC_REC_RESULT(ENC_REC_HOLDS, res, c)                                              \
		encase_word words[ENCASE_MAX_ARGS + 1];                                            \
		unsigned n = 0, held = 0;                                                          \
		long value = ENC_NAME(_take_, c)(r, registers, &args);                             \
		if (!value) {                                                                      \
			ENC_REC_EACH(ENC_REC_ENTERS, c __VA_OPT__(,) __VA_ARGS__)                  \
			ENC_REC_RESULT(ENC_REC_ENDS, res, c)                                       \
			(void) n;                                                                  \
			value = encase_enter_held((struct encase_cage *) r->self,                  \
						  &ENC_NAME(_desc_, c), words, held);              \
		}                                                                                  \
		return ENC_NAME(_answer_, c)(r, registers, &args,                                  \
					     value ENC_REC_RESULT(ENC_REC_GOT, res, c));           \
	}
#define FAST GENERAL
#include "record_entries.h"

static inline __attribute__((unused)) int
ENC_CAT(ENCASE_PREFIX, _enter)(struct encase_cage *cage, ENC_REC_WORD number, ENC_REC_WORD *registers)
{
	static const struct encase_reach reach = { enc_rec_cage_check, enc_rec_cage_read,
						   enc_rec_cage_write };
	const struct encase_receiver receiver = { .self = cage, .reach = &reach, .space = cage };

	switch (number) {
	case 0:
		return ENC_CAT(ENCASE_PREFIX, _answer_abi_)(registers);
#define GENERAL(c, number, ...)                                                                    \
	case number:                                                                               \
		return ENC_NAME(_enter_, c)(&receiver, registers);
#define FAST GENERAL
#include "record_entries.h"
	default:
		ENC_CAT(ENCASE_PREFIX, _tell_)(registers, -ENCASE_RECORD_ENOSYS);
		return 0;
	}
}
