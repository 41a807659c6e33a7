/* SPDX-License-Identifier: MIT */
/* Dealing with what is out of use, and the thread that does when nobody else can; see retire.h. */
#include "retire.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "loan.h"
#include "lock.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool running; /* under the lock: there is a thread that waits */

/* The stop()s that run on this thread, innermost first. */
struct stopping {
	const struct encase_cage *cage;
	const struct stopping *outer;
};
static _Thread_local const struct stopping *stopping;

struct enc_retired *enc_retired_new(size_t npushes)
{
	return calloc(1, sizeof(struct enc_retired) + npushes * sizeof(struct enc_push *));
}

bool enc_retire_stops(const struct encase_cage *cage)
{
	for (const struct stopping *s = stopping; s; s = s->outer)
		if (s->cage == cage)
			return true;
	return false;
}

void enc_push_drop(struct enc_push *push, const struct encase_cage *cage)
{
	const struct encase_layer *layer = push->layer;
	struct stopping now = { cage, stopping };

	if (__atomic_sub_fetch(&push->refs, 1, __ATOMIC_ACQ_REL))
		return;
	stopping = &now;
	if (layer->stop)
		layer->stop(push->state);
	stopping = now.outer;
	if (push->lent)
		enc_loan_give_back(layer);
	free(push);
}

/* Of what was begun before a fork nothing is done once more in the child. */
static void finish(struct enc_retired *r)
{
	struct enc_stack *stack = r->stack;

	r->stack = NULL;
	free(stack);
	while (r->next < r->npushes)
		enc_push_drop(r->pushes[r->next++], r->wait.cage);
	enc_wait_over(&r->wait, r->left);
}

void enc_retire_collect(const struct encase_cage *cage)
{
	struct enc_wait *wait;

	while ((wait = enc_wait_done(cage)))
		finish((struct enc_retired *) wait);
}

void enc_retire_drain(const struct encase_cage *cage, const uint32_t *left)
{
	for (;;) {
		uint32_t turns = enc_wait_turns();

		enc_retire_collect(cage);
		if (!__atomic_load_n(left, __ATOMIC_ACQUIRE))
			return;
		enc_wait_sleep(turns);
	}
}

static void *run(void *arg)
{
	bool more = true;

	while (more) {
		uint32_t turns = enc_wait_turns();

		enc_retire_collect(NULL);
		pthread_mutex_lock(&lock);
		more = enc_wait_pending();
		running = more;
		pthread_mutex_unlock(&lock);
		if (more)
			enc_wait_sleep(turns);
	}
	return arg;
}

/* Under the lock.  Without a thread, the next who sets something up has to do. */
static void start_thread(void)
{
	pthread_attr_t attr;
	sigset_t every, saved;
	pthread_t thread;

	if (running || pthread_attr_init(&attr))
		return;
	sigfillset(&every);
	pthread_sigmask(SIG_SETMASK, &every, &saved);
	running = !pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED) &&
		  !pthread_create(&thread, &attr, run, NULL);
	enc_restore_signals(&saved);
	pthread_attr_destroy(&attr);
}

void enc_retire(struct enc_retired *r, const struct encase_cage *cage, uint32_t *left)
{
	bool urgent = r->npushes;
	size_t entries;

	r->wait.cage = cage;
	r->wait.urgent = urgent;
	r->left = left;
	pthread_mutex_lock(&lock);
	entries = enc_wait(&r->wait);
	if (entries && urgent) /* r may be gone by now */
		start_thread();
	pthread_mutex_unlock(&lock);
	if (!entries)
		finish(r);
}

/* The child has no such thread, and what its parent's waited for is left to who sets up next. */
static void in_child(void)
{
	pthread_mutex_init(&lock, NULL);
	running = false;
}

static __attribute__((constructor)) void watch_forks(void)
{
	(void) pthread_atfork(NULL, NULL, in_child);
}
