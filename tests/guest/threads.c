/* SPDX-License-Identifier: MIT */
/* Guest: threads. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

#define THREADS 64

static _Thread_local int own;
static int sum;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *add(void *arg)
{
	own = *(const int *) arg;
	for (int i = 0; i < 100; i++) {
		pthread_mutex_lock(&lock);
		sum += own;
		pthread_mutex_unlock(&lock);
		(void) getppid();
	}
	return (void *) (intptr_t) (syscall(SYS_gettid) != getpid() ? own : -1);
}

static void many(void)
{
	pthread_t threads[THREADS];
	int args[THREADS], wrong = 0;
	void *result;

	for (int round = 0; round < 4; round++) {
		sum = 0;
		for (int i = 0; i < THREADS; i++) {
			args[i] = i;
			wrong += pthread_create(&threads[i], NULL, add, &args[i]) != 0;
		}
		for (int i = 0; i < THREADS; i++)
			wrong += pthread_join(threads[i], &result) != 0 || (intptr_t) result != i;
		wrong += sum != 100 * THREADS * (THREADS - 1) / 2;
	}
	CHECK(!wrong && !own);
}

/* A signal that libc never blocks, blocked behind its back: it is pending when the thread ends. */
static void *end_with_pending(void *arg)
{
	const int sig = 33;
	const uint64_t set = UINT64_C(1) << (sig - 1);

	if (syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, NULL, sizeof(set)) ||
	    syscall(SYS_tkill, syscall(SYS_gettid), sig))
		return NULL;
	return arg;
}

static void pending(void)
{
	pthread_t thread;
	void *result;
	int good = 0;

	for (int i = 0; i < 50; i++)
		good += !pthread_create(&thread, NULL, end_with_pending, &good) &&
			!pthread_join(thread, &result) && result == &good;
	CHECK(good == 50);
}

static pthread_mutex_t robust;

static void *die_with(void *arg)
{
	pthread_mutex_lock(&robust);
	return arg;
}

static void robust_locks(void)
{
	pthread_mutexattr_t attr;
	pthread_t thread;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	CHECK(!pthread_mutex_init(&robust, &attr));
	CHECK(!pthread_create(&thread, NULL, die_with, NULL) && !pthread_join(thread, NULL));
	CHECK(pthread_mutex_lock(&robust) == EOWNERDEAD);
	CHECK(!pthread_mutex_consistent(&robust) && !pthread_mutex_unlock(&robust));
}

static int cleaned;

static void clean(void *arg)
{
	(void) arg;
	cleaned++;
}

static void *wait_long(void *arg)
{
	char byte;

	pthread_cleanup_push(clean, NULL);
	(void) sem_post(arg);
	for (;;)
		(void) !read(own, &byte, 1);
	pthread_cleanup_pop(0);
	return NULL;
}

static void *wait_on(void *arg)
{
	int fds[2];

	if (pipe(fds))
		return NULL;
	own = fds[0];
	return wait_long(arg);
}

static void cancelled(void)
{
	pthread_t thread;
	void *result;
	sem_t begun;

	sem_init(&begun, 0, 0);
	for (int i = 0; i < 20; i++) {
		CHECK(!pthread_create(&thread, NULL, wait_on, &begun) && !sem_wait(&begun));
		CHECK(!pthread_cancel(thread) && !pthread_join(thread, &result));
		CHECK(result == PTHREAD_CANCELED);
	}
	CHECK(cleaned == 20);
}

static void *fork_there(void *arg)
{
	pid_t pid = fork();
	int status = 0;

	if (!pid)
		_exit(malloc(1000) ? 3 : 4);
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status) == 3 ? arg : NULL;
}

static volatile bool stop;

static void *churn(void *arg)
{
	while (!stop)
		free(malloc((size_t) rand() % 10000));
	return arg;
}

static void forks(void)
{
	pthread_t threads[8], other;
	void *result;
	int good = 0;

	CHECK(!pthread_create(&other, NULL, churn, NULL));
	for (int round = 0; round < 10; round++) {
		for (int i = 0; i < 8; i++)
			(void) pthread_create(&threads[i], NULL, fork_there, &lock);
		for (int i = 0; i < 8; i++)
			good += !pthread_join(threads[i], &result) && result == &lock;
	}
	CHECK(good == 80);
	stop = true;
	CHECK(!pthread_join(other, NULL));
}

/* A signal of the process's goes to a thread that does not block it; of a thread's to that one. */
static volatile sig_atomic_t who;

static void note(int sig)
{
	(void) sig;
	who = (sig_atomic_t) syscall(SYS_gettid);
}

static void *wait_for(void *arg)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	*(int *) arg = (int) syscall(SYS_gettid);
	while (!who)
		usleep(1000);
	return NULL;
}

static void signals(void)
{
	volatile int tid = 0;
	pthread_t thread;
	sigset_t set;

	signal(SIGUSR1, note);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	CHECK(!pthread_create(&thread, NULL, wait_for, (void *) &tid));
	while (!tid)
		usleep(1000);
	kill(getpid(), SIGUSR1);
	CHECK(!pthread_join(thread, NULL) && who == tid);
	CHECK(pthread_kill(pthread_self(), 0) == 0);
}

static void *set_ids(void *arg)
{
	(void) arg;
	return (void *) (intptr_t) (setgid(getgid()) || setuid(getuid()));
}

static void identities(void)
{
	pthread_t one, two;
	void *result;

	stop = false;
	CHECK(!pthread_create(&one, NULL, churn, NULL));
	CHECK(!pthread_create(&two, NULL, set_ids, NULL) && !pthread_join(two, &result) && !result);
	stop = true;
	CHECK(!pthread_join(one, NULL));
}

/* The process ends with its last thread, whichever that is. */
static void *last(void *arg)
{
	usleep(20000);
	exit(*(int *) arg);
}

static void main_ends_first(void)
{
	pid_t pid = fork();
	int status = 0;

	if (!pid) {
		static int code = 12;
		pthread_t thread;

		(void) pthread_create(&thread, NULL, last, &code);
		pthread_exit(NULL);
	}
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 12);
}

int main(void)
{
	many();
	pending();
	robust_locks();
	cancelled();
	forks();
	signals();
	identities();
	main_ends_first();
	return guest_end();
}
