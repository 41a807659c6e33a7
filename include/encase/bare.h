/* SPDX-License-Identifier: MIT */
/*
 * Bare handlers: raw ones that need so little that a gate inside a program (encase/dispatch.h)
 * calls them with the program's own thread pointer and vector registers, which would take
 * longer to save than what they do.
 *
 *     static ENCASE_BARE_CODE long count(struct encase_bare *call)
 *     {
 *             __atomic_fetch_add(&counts[encase_bare_number(call)], 1, __ATOMIC_RELAXED);
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

struct encase_bare; /* a call, as struct encase_call */
typedef long encase_bare_fn(struct encase_bare *call);

#define ENCASE_BARE_CODE __attribute__((target("general-regs-only"), no_stack_protector))

/* Hands the call to the layer below as it arrived; returns what came back, -4095..-1 being -errno. */
ENCASE_API long encase_bare_forward(struct encase_bare *call);
/* As encase_call_desc(), encase_call_number(), encase_arg_word(). */
ENCASE_API const struct encase_desc *encase_bare_desc(const struct encase_bare *call);
ENCASE_API long encase_bare_number(const struct encase_bare *call);
ENCASE_API encase_word encase_bare_word(const struct encase_bare *call, unsigned i);
/* The state of the handler's layer, as its start() made it. */
ENCASE_API void *encase_bare_self(const struct encase_bare *call);

#ifdef __cplusplus
}
#endif
#endif
