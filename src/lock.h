/* SPDX-License-Identifier: MIT */
/*
 * Locks that a thread never waits for while it has them: no signal's handler runs
 * meanwhile, so calls that are made in one may take them, too.
 */
#ifndef ENC_LOCK_H
#define ENC_LOCK_H

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * The thread's mask, by the kernel itself: libc takes its own signals out of each that it is given, and here a program's may
 * be in force, which has a libc of its own.
 */
static inline void enc_block_signals(sigset_t *saved)
{
	const uint64_t every = ~UINT64_C(0);

	(void) syscall(SYS_rt_sigprocmask, SIG_SETMASK, &every, saved, sizeof(every));
}

static inline void enc_restore_signals(const sigset_t *saved)
{
	(void) syscall(SYS_rt_sigprocmask, SIG_SETMASK, saved, NULL, sizeof(uint64_t));
}

static inline void enc_lock(pthread_mutex_t *lock, sigset_t *saved)
{
	enc_block_signals(saved);
	pthread_mutex_lock(lock);
}

static inline void enc_unlock(pthread_mutex_t *lock, const sigset_t *saved)
{
	pthread_mutex_unlock(lock);
	enc_restore_signals(saved);
}

/*
 * Defines watch_forks(), for a constructor: from then on fork() waits for a file's lock,
 * so that the child, whose only thread called fork(), finds it free.  in_child() runs
 * there while the lock is still taken.  0, or ENOMEM: then a child may find it taken.
 */
#define ENC_WATCH_FORKS(lock, in_child)                                              \
	static sigset_t mask_at_fork; /* under the lock */                           \
	static void before_fork(void)                                                \
	{                                                                            \
		sigset_t saved;                                                      \
                                                                                     \
		enc_lock(&(lock), &saved);                                           \
		mask_at_fork = saved;                                                \
	}                                                                            \
	static void after_fork(void)                                                 \
	{                                                                            \
		sigset_t saved = mask_at_fork;                                       \
                                                                                     \
		enc_unlock(&(lock), &saved);                                         \
	}                                                                            \
	static void after_fork_in_child(void)                                        \
	{                                                                            \
		in_child();                                                          \
		after_fork();                                                        \
	}                                                                            \
	static int watch_forks(void)                                                 \
	{                                                                            \
		return pthread_atfork(before_fork, after_fork, after_fork_in_child); \
	}

/* in_child() for those that have nothing to do there. */
static inline void enc_lock_is_all(void)
{
}

#endif
