/* SPDX-License-Identifier: MIT */
/*
 * Bare: calls whose handlers are all bare, made with nothing that is thread-local; see encase/bare.h.
 * For a gate's file that is compiled without vector registers.
 */
#ifndef ENC_BARE_H
#define ENC_BARE_H

#include "cage.h"
#include "enc.h"
#include "wait.h"

/* A call on its way down. */
struct enc_bare {
	struct encase_bare is; /* what the running handler sees */
	const struct enc_step *step;
	/* Where it ends: what the gate has below all layers. */
	long (*bottom)(void *gate);
	void *gate;
};

/* Runs a step, and looks at what it returns. */
long enc_bare_hop(struct enc_bare *bare, const struct enc_step *step);
/* encase_bare_forward() in such calls. */
long enc_bare_forward(struct encase_bare *call);

/* How it ended. */
enum enc_bare_end {
	ENC_BARE_NOT, /* there are other handlers, or it is not the thread's only call: nothing was done */
	ENC_BARE_DONE, /* *result is the call's */
	ENC_BARE_LEFT, /* likewise, and enc_slot_left() is to be called of t's first slot */
};

/* The chain of a call whose handlers are all bare; null: others. */
static inline const struct enc_step *enc_bare_chain(const struct enc_stack *stack,
						    const struct encase_desc *desc)
{
	const struct enc_step *step = enc_stack_chain(stack, desc);

	if (!step || !step->all_bare)
		return NULL;
	return step->push || !step->depth ? step : step + 1; /* behind that of calls that vary */
}

static inline enum enc_bare_end enc_bare_enter(struct enc_thread *t, const struct encase_cage *cage,
					       struct enc_bare *bare, long *result)
{
	struct enc_slot *slot = &t->slot[0];
	const struct enc_step *step;

	if (enc_unlikely(slot->base))
		return ENC_BARE_NOT;
	enc_slot_enter(slot, (uintptr_t) bare, cage);
	step = enc_bare_chain(enc_cage_stack(cage), bare->is.desc);
	if (enc_likely(step))
		*result = step->push ? enc_bare_hop(bare, step) : bare->bottom(bare->gate);
	__atomic_store_n(&slot->base, 0, __ATOMIC_RELEASE);
	enc_settled(); /* see enc_slot_leave() */
	if (enc_unlikely(!step))
		return ENC_BARE_NOT;
	return enc_unlikely(__atomic_load_n(&slot->first, __ATOMIC_RELAXED)) ? ENC_BARE_LEFT
									     : ENC_BARE_DONE;
}

#endif
