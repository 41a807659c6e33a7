/* SPDX-License-Identifier: MIT */
/*
 * Router: moves a call into a cage's stack, and from one layer to the next.
 * Rules: docs/forwarding.md, sections 1 and 4.  Gates enter here.
 */
#ifndef ENC_ROUTER_H
#define ENC_ROUTER_H

#include "cage.h"
#include "enc.h"
#include "invoke.h"
#include "thread.h"

/* ENCASE_NULL as a word. */
#define ENC_NULL_WORD ((encase_word) (uintptr_t) ENCASE_NULL)

/* How a call ended. */
struct enc_outcome {
	long result;
	int error; /* its errno, or 0 */
};

/*
 * A call at the top of the cage's stack, once the entry is noted; theirs has a bit for each
 * argument whose home is the cage's memory.
 */
static inline __attribute__((always_inline)) struct enc_outcome
enc_router_run(const struct encase_cage *cage, const struct encase_desc *desc,
	       const encase_word *words, unsigned theirs)
{
	struct enc_flight flight = { desc, enc_cage_stack(cage) };
	const struct enc_step *step = enc_stack_chain(flight.stack, desc);
	bool looked;
	long result;

	if (enc_unlikely(!step))
		return (struct enc_outcome){ -ENOSYS, ENOSYS };
	result = enc_hop(step, &flight, words, theirs, &looked);
	__asm__("" : "+m"(flight.desc)); /* not kept in a register: that would be a store more */
	return (struct enc_outcome){ result, enc_hop_error(flight.desc, result, looked) };
}

/* The thread's first entry, one inside another, or one after a longjmp(). */
struct enc_outcome enc_router_enter_slowly(const struct encase_cage *cage,
					   const struct encase_desc *desc, const encase_word *words,
					   unsigned theirs, uintptr_t here);

/*
 * Section 4 for a forward of the same call: what the handler gave in words becomes
 * what goes down; *theirs has a bit for each pointer whose home is the cage's memory.
 * The flight has the forwarded call's descriptor; where that varies it becomes *shape.  0 or -EINVAL.
 */
int enc_router_merge(struct encase_call *call, struct enc_flight *flight, struct encase_desc *shape,
		     encase_word *words, unsigned *theirs);
/* The same for a forward of another call. */
int enc_router_take(struct enc_flight *flight, struct encase_desc *shape, encase_word *words);

/* A call of the cage's, from a gate that has some of the arguments itself. */
static inline __attribute__((always_inline)) struct enc_outcome
enc_router_enter_with(const struct encase_cage *cage, const struct encase_desc *desc,
		      const encase_word *words, unsigned theirs)
{
	struct enc_slot *slot = &enc_thread.slot[0];
	uintptr_t here = (uintptr_t) __builtin_dwarf_cfa();
	struct enc_outcome outcome;

	if (enc_unlikely(slot->base))
		return enc_router_enter_slowly(cage, desc, words, theirs, here);
	enc_slot_enter(slot, here, cage);
	outcome = enc_router_run(cage, desc, words, theirs);
	enc_thread_leave(&enc_thread);
	return outcome;
}

/* The same where all pointers are the cage's. */
static inline __attribute__((always_inline)) struct enc_outcome
enc_router_enter(const struct encase_cage *cage, const struct encase_desc *desc,
		 const encase_word *words)
{
	return enc_router_enter_with(cage, desc, words, ENC_ALL);
}

#endif
