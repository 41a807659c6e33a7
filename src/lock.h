/* SPDX-License-Identifier: MIT */
/*
 * Locks that a thread never waits for while it has them: no signal's handler runs
 * meanwhile, so calls that are made in one may take them, too.
 */
#ifndef ENC_LOCK_H
#define ENC_LOCK_H

#include <pthread.h>
#include <signal.h>

static inline void enc_lock(pthread_mutex_t *lock, sigset_t *saved)
{
	sigset_t every;

	sigfillset(&every);
	pthread_sigmask(SIG_SETMASK, &every, saved);
	pthread_mutex_lock(lock);
}

static inline void enc_unlock(pthread_mutex_t *lock, const sigset_t *saved)
{
	pthread_mutex_unlock(lock);
	pthread_sigmask(SIG_SETMASK, saved, NULL);
}

#endif
