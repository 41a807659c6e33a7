/* SPDX-License-Identifier: MIT */
/*
 * Signals whose handlers make calls, while the same thread is inside calls that
 * copy: raised inside a layer's handler, and sent by a timer at any time.
 */
#define _GNU_SOURCE
#include "unit.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"

static struct encase_cage *cage, *other;
static unsigned wrong, signals;

static void handle(int signal, void (*fn)(int))
{
	struct sigaction action = { .sa_handler = fn, .sa_flags = SA_RESTART };

	same(sigaction(signal, &action, NULL), 0);
}

/* Layers that copy; the copy must stay what it is while more calls go on inside. */
static ssize_t keep_copy(void *buf, size_t n)
{
	char first[64];
	size_t known = n < sizeof(first) ? n : sizeof(first);
	ssize_t result;

	memcpy(first, buf, known);
	if (n >= 3 && !memcmp(buf, "sig", 3))
		raise(SIGUSR1);
	wrong += memcmp(first, buf, known) != 0;
	result = lab_next_swap(buf, n);
	wrong += known && *(const char *) buf != 'L';
	return result;
}

static long fill(void *below, const void *bound, struct encase_call *call)
{
	size_t n = encase_arg_word(call, 1);
	int err = encase_reach(call);

	(void) below;
	(void) bound;
	if (err)
		return err;
	memset(encase_arg(call, 0), 'L', n);
	return (long) n;
}

static const struct encase_lower filler = { .name = "filler", .call = fill };
static struct unit_layer layers[4];

static void make_cages(void)
{
	cage = unit_cage_on(NULL, NULL, &filler, NULL);
	other = unit_cage_on(NULL, NULL, &filler, NULL);
	unit_push_natural(cage, &layers[0], swap, keep_copy, ENCASE_COPY);
	unit_push_any(cage, &layers[1], lab_forward, ENCASE_PASS);
	unit_push_natural(other, &layers[2], swap, keep_copy, ENCASE_COPY);
}

/* One call with a buffer of one's own; the letter tells whose it is. */
static void call_once(struct encase_cage *of, char letter, size_t n)
{
	char buf[2000];
	int e = errno;

	memset(buf, letter, sizeof(buf));
	wrong += enter_lab(of, swap, WORD(buf), n) != (long) n;
	wrong += errno != e;
	for (size_t i = 0; i < sizeof(buf); i++)
		wrong += buf[i] != (i < n ? 'L' : letter);
}

static void large_call(struct encase_cage *of, char letter, char *buf)
{
	const size_t n = 70000;

	memset(buf, letter, n);
	wrong += enter_lab(of, swap, WORD(buf), n) != (long) n;
	wrong += buf[0] != 'L' || buf[n - 1] != 'L';
}

static void on_signal(int signal)
{
	static char buf[70000];

	(void) signal;
	signals++;
	call_once(cage, 's', 100);
	call_once(other, 't', 1500);
	if (signals % 16 == 0)
		large_call(signals % 32 ? cage : other, 'u', buf);
}

/* -- Inside a handler ----------------------------------------------------- */

Test(signals, raised_in_a_handler)
{
	char buf[100];

	make_cages();
	handle(SIGUSR1, on_signal);
	for (unsigned i = 0; i < 100; i++) {
		memset(buf, 'm', sizeof(buf));
		memcpy(buf, "sig", 3);
		errno = (int) i;
		same(enter_lab(cage, swap, WORD(buf), sizeof(buf)), sizeof(buf));
		same(errno, i);
		same(signals, i + 1);
		same(wrong, 0);
		unit_idle();
	}
	unit_free(cage);
	unit_free(other);
}

/* -- At any time ---------------------------------------------------------- */

static void start_timer(long microseconds)
{
	struct itimerval every = { { 0, microseconds }, { 0, microseconds } };

	same(setitimer(ITIMER_REAL, &every, NULL), 0);
}

/* Some hundred signals, or as many as come in two seconds of work. */
Test(signals, sent_by_a_timer)
{
	static char buf[70000];
	struct encase_traffic traffic;
	struct alloc_live before;
	unsigned long calls = 0;

	make_cages();
	handle(SIGALRM, on_signal);
	start_timer(150);
	before = alloc_live();
	for (; signals < 600 && calls < 4000000; calls++) {
		call_once(calls % 3 ? cage : other, 'm', calls % 2000);
		if (calls % 10 == 0)
			large_call(cage, 'n', buf);
	}
	start_timer(0);
	handle(SIGALRM, SIG_IGN);
	same(wrong, 0);
	holds(signals > 0);
	unit_idle();
	/* the scratch and what is kept of mappings, each thread's: no more than that */
	holds(alloc_live().map_bytes - before.map_bytes <= (16 << 20) + 2 * (64 << 10));
	traffic = encase_traffic(cage);
	same(traffic.from_cage, traffic.to_cage);
	unit_free(cage);
	unit_free(other);
}

/* -- In a thread's first call --------------------------------------------- */

static int go; /* atomic: 1 when the thread may be sent signals, 0 when they were sent */

static void *first_calls(void *arg)
{
	(void) arg;
	__atomic_store_n(&go, 1, __ATOMIC_SEQ_CST);
	do
		call_once(cage, 'm', 1000);
	while (__atomic_load_n(&go, __ATOMIC_SEQ_CST));
	return NULL;
}

/* What a thread makes for itself is made while signals of its own make it, too. */
Test(signals, in_a_threads_first_calls)
{
	make_cages();
	handle(SIGUSR2, on_signal);
	for (unsigned i = 0; i < 60; i++) {
		pthread_t victim;

		unit_row("thread %u", i);
		same(pthread_create(&victim, NULL, first_calls, NULL), 0);
		while (!__atomic_load_n(&go, __ATOMIC_SEQ_CST))
			sched_yield();
		for (unsigned k = 0; k < 3; k++)
			pthread_kill(victim, SIGUSR2);
		__atomic_store_n(&go, 0, __ATOMIC_SEQ_CST);
		same(pthread_join(victim, NULL), 0);
		same(wrong, 0);
	}
	holds(signals >= 60);
	unit_free(cage);
	unit_free(other);
}

/* -- In a fork ------------------------------------------------------------ */

static struct encase_cage *fresh;

static void call_fresh(int signal)
{
	(void) signal;
	call_once(fresh, 'f', 100);
}

static void raise_before_fork(void)
{
	raise(SIGUSR1);
}

/* In a process of its own, which can be ended if it waits for its own lock. */
static void fork_with_signal(void)
{
	int status;
	pid_t child;

	handle(SIGUSR1, call_fresh);
	pthread_atfork(raise_before_fork, NULL, NULL); /* runs last of those before a fork */
	make_cages();
	call_once(cage, 'm', 100);
	fresh = other;
	child = fork();
	if (!child)
		_exit(0);
	if (waitpid(child, &status, 0) != child || status || wrong)
		_exit(1);
	_exit(0);
}

/* A signal that arrives while the thread forks may make calls as at any other moment. */
Test(signals, while_forking)
{
	pid_t child = fork();

	if (!child)
		fork_with_signal();
	unit_wait(child);
}
