/* SPDX-License-Identifier: MIT */
/* Dealing with what is out of use, and the thread that does when nobody else can; see retire.h. */
#include "retire.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "loan.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* Under the lock: */
static bool running; /* there is a thread that waits */
static struct enc_wait *finishing;

static _Thread_local const struct encase_cage *stopping;

struct enc_retired *enc_retired_new(size_t npushes)
{
	return calloc(1, sizeof(struct enc_retired) + npushes * sizeof(struct enc_push *));
}

bool enc_retire_stops(const struct encase_cage *cage)
{
	return stopping == cage;
}

void enc_push_drop(struct enc_push *push, const struct encase_cage *cage)
{
	const struct encase_layer *layer = push->layer;
	const struct encase_cage *outer = stopping;

	if (__atomic_sub_fetch(&push->refs, 1, __ATOMIC_ACQ_REL))
		return;
	stopping = cage;
	if (layer->stop)
		layer->stop(push->state);
	stopping = outer;
	enc_loan_give_back(layer);
	free(push);
}

/* What is being dealt with stands on a list, so that a child of fork() can tell what never will be. */
static void begin(struct enc_retired *r)
{
	pthread_mutex_lock(&lock);
	r->thread = pthread_self();
	r->wait.next = finishing;
	finishing = &r->wait;
	pthread_mutex_unlock(&lock);
}

static void end(struct enc_retired *r)
{
	struct enc_wait **at = &finishing;

	pthread_mutex_lock(&lock);
	while (*at != &r->wait)
		at = &(*at)->next;
	*at = r->wait.next;
	pthread_mutex_unlock(&lock);
}

static void finish(struct enc_retired *r)
{
	begin(r);
	free(r->stack);
	for (size_t i = 0; i < r->npushes; i++)
		enc_push_drop(r->pushes[i], r->wait.cage);
	end(r);
	__atomic_sub_fetch(r->left, 1, __ATOMIC_RELEASE);
	free(r);
	enc_wait_turn();
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
	pthread_sigmask(SIG_SETMASK, &saved, NULL);
	pthread_attr_destroy(&attr);
}

void enc_retire(struct enc_retired *r, const struct encase_cage *cage, uint32_t *left)
{
	size_t entries;

	r->wait.cage = cage;
	r->wait.urgent = r->npushes;
	r->left = left;
	__atomic_add_fetch(left, 1, __ATOMIC_RELAXED);
	pthread_mutex_lock(&lock);
	entries = enc_wait(&r->wait);
	if (entries && r->npushes)
		start_thread();
	pthread_mutex_unlock(&lock);
	if (!entries)
		finish(r);
}

static void before_fork(void)
{
	pthread_mutex_lock(&lock);
}

static void after_fork(void)
{
	pthread_mutex_unlock(&lock);
}

/*
 * The child has no such thread, and what its parent's waited for is left to who sets
 * up next.  What other threads were dealing with is as far as it got.
 */
static void in_child(void)
{
	for (struct enc_wait *wait = finishing; wait; wait = wait->next) {
		struct enc_retired *r = (struct enc_retired *) wait;

		if (!pthread_equal(r->thread, pthread_self()))
			__atomic_sub_fetch(r->left, 1, __ATOMIC_RELEASE);
	}
	running = false;
	pthread_mutex_unlock(&lock);
}

static __attribute__((constructor)) void watch_forks(void)
{
	(void) pthread_atfork(before_fork, after_fork, in_child);
}
