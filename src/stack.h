/* SPDX-License-Identifier: MIT */
/*
 * Stacks: a cage's layers, resolved into one chain of steps per call.
 *
 * A stack never changes once it is built, so that a call in flight may keep it;
 * pushing a layer builds another.  All of a stack is one allocation.
 */
#ifndef ENC_STACK_H
#define ENC_STACK_H

#include "enc.h"

/* Layers are counted in a byte, and 0 is the lower layer. */
#define ENC_LAYERS_MAX 255

/* What a stack is built from. */
struct enc_plan {
	struct encase_cage *cage;
	struct enc_home home;
	struct enc_meter *meter;
	const struct encase_lower *lower;
	void *below, *self;
	const struct encase_interface *const *interfaces;
	const void ***bound; /* what the lower layer bound, by interface and call; or null */
	size_t ninterfaces;
	struct enc_push *const *pushes; /* oldest first */
	size_t npushes;
	int refuse;   /* the errno of calls without a rule; 0: they go down */
	bool unknown; /* calls of unknown number go down */
	bool ended;   /* no call does anything */
	/*
	 * If not null: the cage's stack before this one, of which the layers' steps are taken
	 * over, but for those of gone; on top come those of fresh.  Either may be null.
	 */
	const struct enc_stack *before;
	const struct enc_push *fresh, *gone;
};

/* 0, or why a layer's rules cannot be pushed onto such a cage: -EINVAL, -EEXIST. */
int enc_stack_check(const struct enc_plan *plan, const struct encase_layer *layer);
#define ENC_DEPTH_MAX (UINT16_MAX - 1)
/* A stack, to be freed by free(); its rules have been checked.  Null: no memory. */
struct enc_stack *enc_stack_build(const struct enc_plan *plan);

/* An enum encase_sight, or -ENOSYS. */
int enc_stack_sight(const struct enc_stack *stack, const struct encase_desc *desc);

/* What a stack has for an interface; null: it does not speak it. */
static inline const struct enc_speaks *enc_stack_speaks(const struct enc_stack *stack,
							const struct encase_interface *interface)
{
	const struct enc_speaks *s = stack->speaks;

	for (size_t i = 0; i < stack->nspeaks; i++, s++)
		if (enc_likely(s->interface == interface))
			return s;
	return NULL;
}

/* The chain of a call: its first step.  Null: the stack does not speak the call's interface. */
static inline const struct enc_step *enc_stack_chain(const struct enc_stack *stack,
						     const struct encase_desc *desc)
{
	const struct enc_speaks *s = enc_stack_speaks(stack, desc->interface);

	return s ? s->chains[desc->index] : NULL;
}

#endif
