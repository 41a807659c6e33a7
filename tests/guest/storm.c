/* SPDX-License-Identifier: MIT */
/*
 * Guest: threads that fork, spawn, wait, read and write under a storm of signals, for as many seconds
 * as the argument says.  Nothing is lost, comes twice, or hangs.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"

#define WORKERS 6

extern char **environ;
static volatile bool over;
static const char *self;
static uint64_t sent, received, alarms, rounds, wrong;

static void count(int sig, siginfo_t *info, void *context)
{
	(void) sig;
	(void) context;
	__atomic_add_fetch(&received, (uint64_t) info->si_value.sival_int, __ATOMIC_RELAXED);
}

static void alarmed(int sig)
{
	(void) sig;
	__atomic_add_fetch(&alarms, 1, __ATOMIC_RELAXED);
}

static int end_of(pid_t pid)
{
	int status = -1;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000;
}

static bool forks(int code)
{
	pid_t pid = fork();

	if (!pid) {
		free(malloc(100));
		_exit(code);
	}
	return pid > 0 && end_of(pid) == code;
}

static bool vforks(int code)
{
	pid_t pid = vfork();

	if (!pid)
		_exit(code);
	return pid > 0 && end_of(pid) == code;
}

static bool spawns(int code)
{
	char text[8];
	char *argv[] = { (char *) self, (char *) "exit", text, NULL };
	pid_t pid;

	(void) snprintf(text, sizeof(text), "%d", code);
	return !posix_spawn(&pid, self, NULL, NULL, argv, environ) && end_of(pid) == code;
}

static bool pipes(int code)
{
	char byte = (char) code, back = 0;
	int fds[2];
	bool good;

	if (pipe2(fds, O_CLOEXEC))
		return false;
	good = write(fds[1], &byte, 1) == 1 && read(fds[0], &back, 1) == 1 && back == byte;
	close(fds[0]);
	close(fds[1]);
	return good;
}

static bool sleeps(int code)
{
	struct timespec left = { .tv_nsec = code * 1000 };

	while (nanosleep(&left, &left))
		if (errno != EINTR)
			return false;
	return true;
}

static void *nothing(void *arg)
{
	return arg;
}

static bool threads(int code)
{
	pthread_t thread;
	void *result;

	return !pthread_create(&thread, NULL, nothing, (void *) (intptr_t) code) &&
	       !pthread_join(thread, &result) && (intptr_t) result == code;
}

static void *work(void *arg)
{
	static bool (*const works[])(int) = { forks, vforks, spawns, pipes, sleeps, threads };
	unsigned seed = (unsigned) (intptr_t) arg;

	while (!over) {
		int code = rand_r(&seed) % 100;

		if (!works[(unsigned) rand_r(&seed) % 6](code))
			__atomic_add_fetch(&wrong, 1, __ATOMIC_RELAXED);
		__atomic_add_fetch(&rounds, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void *storm(void *arg)
{
	pthread_t *workers = arg;
	unsigned seed = 1;

	while (!over) {
		if (!pthread_sigqueue(workers[(unsigned) rand_r(&seed) % WORKERS], SIGRTMIN + 3,
				      (union sigval){ .sival_int = 1 }))
			sent++;
		usleep((useconds_t) rand_r(&seed) % 500);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	struct sigaction one = { .sa_sigaction = count, .sa_flags = SA_SIGINFO | SA_RESTART };
	struct sigaction two = { .sa_handler = alarmed };
	const struct itimerval often = { .it_interval.tv_usec = 3000, .it_value.tv_usec = 3000 };
	const struct itimerval none = { 0 };
	pthread_t workers[WORKERS], stormer;

	if (argc == 3 && !strcmp(argv[1], "exit"))
		return atoi(argv[2]);
	self = argv[0];
	CHECK(!sigaction(SIGRTMIN + 3, &one, NULL) && !sigaction(SIGALRM, &two, NULL));
	for (int i = 0; i < WORKERS; i++)
		CHECK(!pthread_create(&workers[i], NULL, work, (void *) (intptr_t) (i + 1)));
	CHECK(!pthread_create(&stormer, NULL, storm, workers));
	CHECK(!setitimer(ITIMER_REAL, &often, NULL));
	for (time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 3); time(NULL) < end;)
		usleep(10000);
	over = true;
	CHECK(!pthread_join(stormer, NULL));
	for (int i = 0; i < WORKERS; i++)
		CHECK(!pthread_join(workers[i], NULL));
	CHECK(!setitimer(ITIMER_REAL, &none, NULL));
	printf("# %lu rounds, %lu signals, %lu alarms\n", (unsigned long) rounds,
	       (unsigned long) sent, (unsigned long) alarms);
	CHECK(rounds > 10 && !wrong);
	CHECK(sent > 10 && sent == received);
	return guest_end();
}
