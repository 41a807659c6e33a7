/* SPDX-License-Identifier: MIT */
/*
 * Retire: stacks and pushes that are no cage's any more, until the last call that
 * may use them has left.
 *
 * Who takes them out of use deals with them on the spot if no call is in flight.
 * Else the next one who sets something up does, and for layers that are to stop a
 * thread that is made for it and ends when it has nothing to wait for: the thread
 * whose call was the last may be in a signal's handler.
 */
#ifndef ENC_RETIRE_H
#define ENC_RETIRE_H

#include "wait.h"

struct enc_retired {
	struct enc_wait wait; /* the first: what is done is found by it */
	uint32_t *left;       /* one less for each that has been dealt with; atomic */
	struct enc_stack *stack;
	size_t npushes, next;      /* how many, and the first that has not been dropped */
	struct enc_push *pushes[]; /* each with a reference; stopped in this order */
};

/* Room for so many pushes; null: no memory. */
struct enc_retired *enc_retired_new(size_t npushes);
/*
 * The cage has another stack now, and *left counts r, which is filled in but for wait and
 * left.  Layers may stop in here.
 */
void enc_retire(struct enc_retired *r, const struct encase_cage *cage, uint32_t *left);
/* Deals with what is done: of one cage, or of any if that is null. */
void enc_retire_collect(const struct encase_cage *cage);
/* Sleeps until *left is 0. */
void enc_retire_drain(const struct encase_cage *cage, const uint32_t *left);
/* Whether this thread runs a stop() of a layer that was on that cage. */
bool enc_retire_stops(const struct encase_cage *cage);
/* Gives up a reference to a push: the last one stops its layer. */
void enc_push_drop(struct enc_push *push, const struct encase_cage *cage);

#endif
