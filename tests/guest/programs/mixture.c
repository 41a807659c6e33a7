/* SPDX-License-Identifier: MIT */
/*
 * Some of all that a C library does with the kernel, in any C library, linked in any way: 64 threads, signals, children by
 * fork(), vfork() and posix_spawn() in loops.  It prints what came of it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define THREADS 64
#define ROUNDS  200

extern char **environ;
static char *self;

/* -- Threads ------------------------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t all;
static int whose, sum;
static _Thread_local int own;

/* One after the other, each some times: they hand a turn on. */
static void *take_turns(void *arg)
{
	own = (int) (intptr_t) arg;
	pthread_barrier_wait(&all);
	for (int round = 0; round < 20; round++) {
		pthread_mutex_lock(&lock);
		while (whose != own)
			pthread_cond_wait(&turn, &lock);
		whose = (whose + 1) % THREADS;
		sum += own;
		pthread_cond_broadcast(&turn);
		pthread_mutex_unlock(&lock);
	}
	return (void *) (intptr_t) (own * 2);
}

static void threads(void)
{
	pthread_t of[THREADS];
	void *result;
	long twice = 0;

	pthread_barrier_init(&all, NULL, THREADS);
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&of[i], NULL, take_turns, (void *) (intptr_t) i))
			abort();
	for (int i = 0; i < THREADS; i++) {
		pthread_join(of[i], &result);
		twice += (intptr_t) result;
	}
	printf("threads: %d %ld\n", sum, twice);
}

static void *wait_for_ever(void *arg)
{
	sem_t *begun = arg;

	sem_post(begun);
	for (;;)
		pause();
	return NULL;
}

static void cancelled(void)
{
	pthread_t thread;
	void *result;
	sem_t begun;
	int n = 0;

	sem_init(&begun, 0, 0);
	for (int i = 0; i < 20; i++) {
		pthread_create(&thread, NULL, wait_for_ever, &begun);
		sem_wait(&begun);
		pthread_cancel(thread);
		pthread_join(thread, &result);
		n += result == PTHREAD_CANCELED;
	}
	printf("cancelled: %d\n", n);
}

/* -- Signals ------------------------------------------------------------------- */

static volatile sig_atomic_t came, nested, on_other;
static char other_stack[65536];
static sigjmp_buf out;

static void count(int sig)
{
	char here;

	/* Signals for the process come to any of its threads; of these the main one alone has another stack. */
	__atomic_add_fetch(&came, 1, __ATOMIC_RELAXED);
	on_other += &here > other_stack && &here < other_stack + sizeof(other_stack);
	if (sig == SIGUSR1 && came % 10 == 0) {
		nested++;
		raise(SIGUSR2);
	}
}

static void leave(int sig)
{
	siglongjmp(out, sig);
}

static void *send(void *arg)
{
	for (int i = 0; i < 2000; i++)
		while (sigqueue(getpid(), SIGRTMIN + 1, (union sigval){ .sival_ptr = arg }) &&
		       errno == EAGAIN)
			usleep(100);
	return NULL;
}

static void signals(void)
{
	const stack_t stack = { .ss_sp = other_stack, .ss_size = sizeof(other_stack) };
	struct sigaction action = { .sa_handler = count, .sa_flags = SA_ONSTACK | SA_RESTART };
	const struct itimerval often = { .it_interval.tv_usec = 500, .it_value.tv_usec = 500 };
	const struct itimerval never = { 0 };
	volatile int left = 0;
	pthread_t sender;
	char byte = 'x', back = 0;
	int fds[2], bytes = 0;

	sigaltstack(&stack, NULL);
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGUSR2, &action, NULL);
	for (int i = 0; i < 2000; i++)
		raise(SIGUSR1);
	printf("signals: %s\n", came == 2000 + nested && on_other == came ? "all" : "some");
	came = 0;
	sigaction(SIGRTMIN + 1, &action, NULL);
	pthread_create(&sender, NULL, send, NULL);
	if (pipe(fds))
		abort();
	for (int i = 0; i < 2000; i++)
		bytes += write(fds[1], &byte, 1) == 1 && read(fds[0], &back, 1) == 1 && back == 'x';
	pthread_join(sender, NULL);
	while (came < 2000)
		usleep(1000);
	printf("queued: %d, bytes: %d\n", (int) came, bytes);
	action.sa_handler = leave;
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	while (left < 100)
		if (sigsetjmp(out, 1))
			left++;
		else if (left % 2)
			(void) !read(fds[0], &back, 1);
		else
			for (;;)
				getppid();
	setitimer(ITIMER_REAL, &never, NULL);
	printf("left: %d\n", left);
}

/* -- Children ------------------------------------------------------------------ */

static int end_of(pid_t pid)
{
	int status = -1;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static pid_t start(char *const argv[], int how)
{
	pid_t pid = -1;

	if (how == 2 && posix_spawn(&pid, self, NULL, NULL, argv, environ))
		return -1;
	if (how < 2)
		pid = how ? vfork() : fork();
	if (!pid) {
		execv(self, argv);
		_exit(99);
	}
	return pid;
}

static pid_t end_at_once(int how, int code)
{
	pid_t pid = how ? vfork() : fork();

	if (!pid)
		_exit(code);
	return pid;
}

static void children(void)
{
	char code[8], *argv[] = { self, code, NULL };
	int good[3] = { 0 }, plain = 0;

	for (int i = 0; i < ROUNDS; i++)
		plain += end_of(end_at_once(i % 2, i % 100)) == i % 100;
	for (int i = 0; i < ROUNDS; i++) {
		(void) snprintf(code, sizeof(code), "%d", i % 50);
		good[i % 3] += end_of(start(argv, i % 3)) == i % 50;
	}
	printf("children: %d, executed: %d %d %d\n", plain, good[0], good[1], good[2]);
	printf("system: %d\n", WEXITSTATUS(system("exit 7")));
}

static void texts(void)
{
	FILE *words = popen("echo some words; echo more", "r");
	char line[64], *p = NULL;
	size_t total = 0;

	while (words && fgets(line, sizeof(line), words))
		printf("line: %s", line);
	printf("pclose: %d\n", words ? pclose(words) : -1);
	for (size_t n = 1; n < 5000000; n *= 3) {
		p = realloc(p, n);
		memset(p, 'm', n);
		total += n;
	}
	free(p);
	printf("memory: %zu\n", total);
	printf("time goes on: %d\n", time(NULL) > 1000000000 && clock() != (clock_t) -1);
}

int main(int argc, char **argv)
{
	if (argc == 2)
		return atoi(argv[1]);
	self = argv[0];
	setvbuf(stdout, NULL, _IOLBF, 0);
	threads();
	cancelled();
	signals();
	children();
	texts();
	return 3;
}
