/* SPDX-License-Identifier: MIT */
/*
 * Cages: identity, memory, stack of layers, lower layer, entries.
 *
 * The stack is swapped as a whole.  Stacks that were replaced are kept until the
 * cage is freed, since calls may still be on them.
 */
#ifndef ENC_CAGE_H
#define ENC_CAGE_H

#include "enc.h"
#include "stack.h"
#include "traffic.h"

struct enc_entry; /* of the direct gate */

struct encase_cage {
	struct enc_stack *stack; /* atomic */
	struct enc_plan plan;    /* what it was built from; its arrays belong to the cage: */
	const struct encase_interface **interfaces;
	struct enc_push **pushes;
	struct enc_stack **old; /* replaced stacks */
	size_t nold;
	bool busy; /* a layer's start() or stop() runs */
	struct enc_meter meter;
	struct enc_entry *entries;                /* freed by free_entries */
	void (*free_entries)(struct enc_entry *); /* set by the gate that makes them */
};

static inline const struct enc_stack *enc_cage_stack(const struct encase_cage *cage)
{
	return __atomic_load_n(&cage->stack, __ATOMIC_ACQUIRE);
}

#endif
