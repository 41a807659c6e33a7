/* SPDX-License-Identifier: MIT */
/*
 * Bare handlers: raw ones that need so little that a gate inside a program (encase/dispatch.h)
 * calls them with the program's own thread pointer and vector registers, which would take
 * longer to save than what they do.
 *
 *     static ENCASE_BARE_CODE long count(struct encase_bare *call)
 *     {
 *             __atomic_fetch_add(&counts[call->number], 1, __ATOMIC_RELAXED);
 *             return encase_bare_forward(call);
 *     }
 *     ...
 *     ENCASE_ON_ANY(count)
 *
 * A bare handler sees arguments as words, and forwards the call as it arrived, or not at all.  It calls
 * nothing but what is declared here and other bare functions; it uses no errno, no other
 * thread-local variable, no floating point: libc's functions may do all of that, memcpy() included.  What
 * the compiler itself would do of it is kept out by ENCASE_BARE_CODE, which is for the
 * functions that it calls, too.  It is not to be left by longjmp().
 *
 * A call all of whose handlers are bare is made so where the gate can; else, and in all other
 * gates, they run as raw handlers do.
 */
#ifndef ENCASE_BARE_H
#define ENCASE_BARE_H

#include "call.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A call; a handler changes nothing of it. */
struct encase_bare {
	long number; /* by which gates know it */
	const encase_word
		*words; /* its arguments as they arrived, to be looked at with encase_bare_word() */
	const struct encase_desc *desc;            /* what is known of it; null: nothing */
	void *self;                                /* the layer's state, as its start() made it */
	long (*forward)(struct encase_bare *call); /* for encase_bare_forward() */
};
typedef long encase_bare_fn(struct encase_bare *call);

#define ENCASE_BARE_CODE __attribute__((target("general-regs-only"), no_stack_protector))

/* Hands the call to the layer below as it arrived; returns what came back, -4095..-1 being -errno. */
static inline ENCASE_BARE_CODE long encase_bare_forward(struct encase_bare *call)
{
	return call->forward(call);
}

/* Argument i (0..5) as a number, widened from its type's bits. */
static inline ENCASE_BARE_CODE encase_word encase_bare_word(const struct encase_bare *call,
							    unsigned i)
{
	encase_word word = call->words[i];

	if (!call->desc || call->desc->pointers >> i & 1)
		return word;
	switch (call->desc->arg[i].type) {
	case ENCASE_S32:
		return (encase_word) (int32_t) word;
	case ENCASE_U32:
		return (uint32_t) word;
	case ENCASE_S16:
		return (encase_word) (int16_t) word;
	case ENCASE_U16:
		return (uint16_t) word;
	case ENCASE_S8:
		return (encase_word) (int8_t) word;
	case ENCASE_U8:
		return (uint8_t) word;
	default:
		return word;
	}
}

#ifdef __cplusplus
}
#endif
#endif
