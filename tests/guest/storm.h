/* SPDX-License-Identifier: MIT */
/*
 * Guest: a storm.  Threads do, for some time, what chance has them do; each act knows what must
 * come of it.  A ledger counts calls in memory, and the kernel counts them in a counter of its own,
 * so that one that was lost or made twice is found in the end.
 */
#ifndef GUEST_STORM_H
#define GUEST_STORM_H

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#define STORM_WORKERS 6
/* Signals, by what they are for. */
#define STORM_QUEUED (SIGRTMIN + 3) /* counted */
#define STORM_TIMED  (SIGRTMIN + 4) /* by timers */
#define STORM_ASKED  (SIGRTMIN + 5) /* taken, never handled */
#define STORM_LEAVE  SIGUSR2        /* its handler leaves by siglongjmp() */
#define STORM_STACK  SIGUSR1        /* tells on which stack it runs */

/* One of the threads, or of their children. */
struct storm_worker {
	uint64_t seed;
	const char *volatile doing; /* an act's name, for when it hangs */
	volatile uint64_t rounds;
	pthread_t thread;
	pid_t tid;
	sigjmp_buf out;
	volatile sig_atomic_t armed; /* STORM_LEAVE leaves to there */
	volatile sig_atomic_t hits;  /* of a timer */
	volatile uintptr_t stack_seen;
};

/* Shared with forked children; atomic. */
struct storm_ledger {
	uint64_t steps;       /* calls that the kernel counts, too */
	uint64_t sent, taken; /* queued signals */
	uint64_t alarms;
	uint64_t wrong;
	const char *first_wrong;
	int first_errno;
};
extern struct storm_ledger *storm_ledger;
extern int storm_counter; /* the kernel's counter, an eventfd */
extern const char *storm_self;
extern struct storm_worker storm_workers[STORM_WORKERS];
extern _Thread_local struct storm_worker *storm_me;
extern volatile bool storm_over;

/* Below n, by the worker's seed. */
uint32_t storm_draw(struct storm_worker *w, uint32_t n);
/* One call that is counted on both sides. */
bool storm_step(void);
static inline void storm_add(uint64_t *count, uint64_t n)
{
	__atomic_add_fetch(count, n, __ATOMIC_SEQ_CST);
}

/* What is done: whether all came as it must. */
typedef bool storm_act_fn(struct storm_worker *w);
struct storm_act {
	storm_act_fn *fn;
	const char *name;
	bool light; /* may be done by a forked child, by any thread, and inside of others */
};
/* Some random acts; only light ones, if so asked. */
bool storm_acts(struct storm_worker *w, unsigned n, bool light);

/* storm_children.c */
storm_act_fn storm_fork, storm_vfork, storm_vfork_exec, storm_spawn, storm_exec, storm_kill,
	storm_stop;
/* What the storm's program does when it was executed: its status. */
int storm_executed(int argc, char **argv);

/* storm_signals.c */
storm_act_fn storm_queue, storm_timer, storm_altstack, storm_leave, storm_wait, storm_suspend,
	storm_masks;
bool storm_signals_begin(void);

/* storm_calls.c */
storm_act_fn storm_count, storm_pipe, storm_conveyor, storm_sleep, storm_threads, storm_state,
	storm_made, storm_memory;

#endif
