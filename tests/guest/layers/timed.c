/* SPDX-License-Identifier: MIT */
/*
 * A layer that asks all the time for times that the vDSO has to ask the kernel for: in calls, and on a thread of its own, which a
 * call makes after some others.
 */
#define _GNU_SOURCE
#include <encase.h>
#include <encase/plugin.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

static void *ask(void *arg)
{
	struct timespec now;

	for (;;)
		(void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return arg;
}

static void begin(void)
{
	sigset_t every, saved;
	pthread_t thread;

	sigfillset(&every);
	pthread_sigmask(SIG_SETMASK, &every, &saved);
	(void) pthread_create(&thread, NULL, ask, NULL);
	pthread_sigmask(SIG_SETMASK, &saved, NULL);
}

static long on_any(struct encase_call *call)
{
	static int calls;
	struct timespec now;

	if (__atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST) == 3000)
		begin();
	(void) clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return encase_forward(call);
}

static const struct encase_rule rules[] = { ENCASE_ON_ANY(on_any), ENCASE_END };
static const struct encase_layer timed = { .name = "timed", .rules = rules };

ENCASE_PLUGIN(timed);
