/* SPDX-License-Identifier: MIT */
/*
 * Threads: entries that are not a thread's first and only one.
 *
 * Entries nest: closures, signals' handlers.  What a longjmp() left behind is
 * noticed at the thread's next entry from the same place of its stack or above,
 * or at its end.  An entry on an alternate signal stack is told from that by
 * sigaltstack(2); of stacks that are switched by other means nothing is known:
 * while a call is in flight on one, the thread must make none on one above it.
 */
#ifndef ENC_THREAD_H
#define ENC_THREAD_H

#include "wait.h"

/* Releases what a longjmp() left behind, as seen from this place of the stack. */
void enc_thread_notice(uintptr_t here);
/*
 * For an entry that finds the first slot taken: the same, and makes the thread known.
 * Whether the first slot is free now.
 */
bool enc_thread_clear(uintptr_t here);

/* What an entry inside another one found, and is to be put back at its end. */
struct enc_nested {
	unsigned level; /* entries inside the first one, with this one */
	int failed;
	uintptr_t base;
	struct encase_call *top;
	struct enc_shadow *mark;
	struct enc_shadow *own; /* the newest shadow */
};
void enc_thread_nest(uintptr_t base, const struct encase_cage *cage, struct enc_nested *nested);
void enc_thread_unnest(const struct enc_nested *nested);

/*
 * For gates that leave handlers by other ways than a return: how many entries this thread is in, and
 * the end of all but the outermost of these.
 */
unsigned enc_thread_entries(void);
void enc_thread_abandon(unsigned entries);

/* What longjmp()s to handlers left behind inside the first entry, which is about to end. */
void enc_thread_tidy(void);

/* The end of the first entry. */
static inline void enc_thread_leave(struct enc_thread *t)
{
	if (enc_unlikely(t->nest | (uintptr_t) t->shadows))
		enc_thread_tidy();
	enc_slot_leave(&t->slot[0]);
}

#endif
