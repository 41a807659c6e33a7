/* SPDX-License-Identifier: MIT */
/*
 * Cages: identity, memory, stack of layers, lower layer, entries.
 *
 * The stack is swapped as a whole, by who has the cage's lock; calls take no lock.
 * What it was retires when the calls that may be on it have left.
 */
#ifndef ENC_CAGE_H
#define ENC_CAGE_H

#include <pthread.h>

#include "enc.h"
#include "stack.h"
#include "traffic.h"

struct enc_entry; /* of the direct gate */
struct enc_share; /* of a table of handles */

struct encase_cage {
	struct enc_stack *stack; /* atomic */
	struct enc_plan plan;    /* what it was built from; its arrays belong to the cage: */
	const struct encase_interface **interfaces;
	struct enc_push **pushes;
	pthread_mutex_t
		lock; /* of all that sets up, but for start(), end() and stop() on one thread */
	const struct enc_thread *owner; /* of the lock; atomic */
	struct encase_cage *parent;
	uint32_t children; /* atomic */
	uint32_t retiring; /* stacks that were this cage's and are not freed yet; atomic */
	struct enc_meter meter;
	struct enc_entry *entries;                /* under the lock; freed by free_entries */
	void (*free_entries)(struct enc_entry *); /* set by the gate that makes them */
	struct enc_share *share; /* atomic, null at first; with what ends and frees it */
	void (*end_share)(struct enc_share *), (*free_share)(struct enc_share *);
};

static inline const struct enc_stack *enc_cage_stack(const struct encase_cage *cage)
{
	return __atomic_load_n(&cage->stack, __ATOMIC_ACQUIRE);
}

/* 0, or -EBUSY: this thread has it already, or runs a stop() of a layer of this cage. */
int enc_cage_lock(struct encase_cage *cage);
void enc_cage_unlock(struct encase_cage *cage);
/* For who leaves the stack as it is: false if this thread has the lock already. */
bool enc_cage_hold(struct encase_cage *cage);
void enc_cage_let_go(struct encase_cage *cage, bool held);
/*
 * May the running handler, if there is one, change the stack of this cage?  Its own
 * layer's place on its caller's, if own; else that of its caller's descendants alone.
 */
bool enc_cage_may_change(const struct encase_cage *cage, bool own);
/* Tells the cage's layers of its end, newest first. */
void enc_cage_tell_end(struct encase_cage *cage, int status);
/* And that its process runs another program. */
void enc_cage_tell_exec(struct encase_cage *cage);
/* Without the lock, once it has ended: its handles are closed, and objects destroyed. */
void enc_cage_end_handles(struct encase_cage *cage);

#endif
