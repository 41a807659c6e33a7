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

/* What an entry inside another one found, to be put back at its end. */
struct enc_outer {
	uintptr_t base; /* the first slot's */
	struct enc_shadow *mark;
	int failed;
	uintptr_t shared; /* the last slot's base, if an outer entry has it; else 0 */
};

/*
 * For an entry that finds the first slot taken: makes the thread known, or releases
 * what a longjmp() left behind.  Whether the first slot is free now.
 */
bool enc_thread_clear(uintptr_t here);
/* An entry inside another one, and its end; outer is kept meanwhile. */
void enc_thread_nest(uintptr_t base, const struct encase_cage *cage, struct enc_outer *outer);
void enc_thread_unnest(const struct enc_outer *outer);
/* Whether this thread has a call of the cage's in flight. */
bool enc_thread_in(const struct encase_cage *cage);

#endif
