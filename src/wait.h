/* SPDX-License-Identifier: MIT */
/*
 * Waits: who is in a call of which cage, and how to learn that they have left.
 *
 * A thread notes its entry into a gate in a slot of its own, with plain stores: it
 * takes no lock and needs no barrier.  Who has put another stack into a cage makes
 * all threads pass a barrier (membarrier(2)) and then looks into the slots: a
 * thread that is not seen there will find the new stack, and one that is seen
 * finds at its end that somebody waits, and says so.
 */
#ifndef ENC_WAIT_H
#define ENC_WAIT_H

#include "enc.h"

/* In the first slot's base: the thread has made no call yet, or is about to end. */
#define ENC_STRANGER ((uintptr_t) 1)
/* In the last slot's in, which all entries from there on share: may be any cage's. */
#define ENC_ANY_CAGE ((const struct encase_cage *) (const void *) &enc_nobody)

/* Notes an entry: only afterwards may the cage's stack be looked up.  Stores are what it costs. */
static inline void enc_slot_enter(struct enc_slot *slot, uintptr_t base,
				  const struct encase_cage *cage)
{
	__atomic_store_n(&slot->base, base, __ATOMIC_RELAXED);
	enc_settled(); /* in between, a signal's handler finds the slot taken */
	if (enc_unlikely(slot->in != cage))
		__atomic_store_n(&slot->in, cage, __ATOMIC_RELAXED);
	enc_settled();
}

/* Somebody waits for what this slot's entry was. */
void enc_slot_left(struct enc_slot *slot);

static inline void enc_slot_leave(struct enc_slot *slot)
{
	__atomic_store_n(&slot->base, 0, __ATOMIC_RELEASE);
	enc_settled(); /* in this order, for who makes all threads pass a barrier */
	if (enc_unlikely(__atomic_load_n(&slot->first, __ATOMIC_RELAXED)))
		enc_slot_left(slot);
}

/* This thread makes calls from now on; watch() says whether its end will be noticed. */
void enc_wait_join(struct enc_thread *t, bool (*watch)(struct enc_thread *t));
/* It makes none any more; all its entries have ended. */
void enc_wait_leave(struct enc_thread *t);

/* Something that awaits the end of calls. */
struct enc_wait {
	struct enc_wait *next;
	const struct encase_cage *cage;
	uint64_t ticket;
	size_t entries;              /* that have not ended yet */
	const struct enc_thread *by; /* who deals with it */
	bool urgent;                 /* somebody is to deal with it as soon as they have */
};
/*
 * Waits for all calls of wait->cage that are in flight, in which the cage's stack of
 * before may be in use.  0: there are none, and wait is the caller's; else it is theirs
 * until enc_wait_done() hands it out.
 */
size_t enc_wait(struct enc_wait *wait);
/*
 * Takes one for which nobody is waited any more: of this cage, or of any if that is null.
 * After a fork in the meantime somebody in the child gets it, too.
 */
struct enc_wait *enc_wait_done(const struct encase_cage *cage);
/*
 * It has been dealt with, and the allocation that it begins is freed; then *left is one less,
 * and who sleeps wakes up.
 */
void enc_wait_over(struct enc_wait *wait, uint32_t *left);
/* Whether something urgent waits, or is done and has not been taken yet. */
bool enc_wait_pending(void);
/* Whether any thread has a call of the cage's in flight; this one. */
bool enc_wait_busy(const struct encase_cage *cage);
bool enc_wait_is_in(const struct enc_thread *t, const struct encase_cage *cage);
/* How often something was done, and sleep until it is more often than that. */
uint32_t enc_wait_turns(void);
void enc_wait_sleep(uint32_t seen);

#endif
