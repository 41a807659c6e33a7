/* SPDX-License-Identifier: MIT */
/*
 * Guest: family HOW, processes that begin, execute and end in one way; family exit N ends with N.
 * What layers hear of it is for who runs it to look at.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static const char *self;

static void wait_all(void)
{
	while (wait(NULL) > 0 || errno == EINTR)
		;
}

static int plain(void)
{
	return 3;
}

static int forks(void)
{
	for (int i = 0; i < 3; i++)
		if (!fork())
			_exit(10 + i);
	wait_all();
	return 0;
}

static int grandchildren(void)
{
	if (!fork()) {
		if (!fork())
			_exit(12);
		wait_all();
		_exit(11);
	}
	wait_all();
	return 10;
}

static int vforks(void)
{
	if (!vfork())
		_exit(10);
	if (!vfork())
		_exit(11);
	wait_all();
	return 0;
}

static int vfork_execs(void)
{
	if (!vfork()) {
		execl(self, "family", "exit", "10", (char *) NULL);
		_exit(1);
	}
	wait_all();
	return 0;
}

static int fork_execs(void)
{
	if (!fork()) {
		execl(self, "family", "exit", "10", (char *) NULL);
		_exit(1);
	}
	wait_all();
	return 0;
}

static int spawns(void)
{
	char *argv[] = { (char *) "family", (char *) "exit", (char *) "10", NULL };
	pid_t pid;
	int failed = posix_spawn(&pid, self, NULL, NULL, argv, environ);

	failed |= !posix_spawn(&pid, "/nonexistent", NULL, NULL, argv, environ);
	wait_all();
	return failed;
}

static int executes(void)
{
	return execl(self, "family", "exit", "10", (char *) NULL);
}

static int executes_twice(void)
{
	return execl("/proc/self/exe", "family", "executes", (char *) NULL);
}

/* The last of them are found out by the kernel alone: arguments that have no room. */
static int fails_to_execute(void)
{
	static char large[130000], *argv[200], *const none[] = { NULL };

	memset(large, 'x', sizeof(large) - 1);
	for (size_t i = 0; i + 1 < sizeof(argv) / sizeof(argv[0]); i++)
		argv[i] = large;
	execve("/nonexistent", argv, none);
	execve("/etc/passwd", argv, none);
	if (execve(self, argv, none) != -1 || errno != E2BIG)
		return 1;
	if (!vfork()) {
		execve(self, argv, none);
		_exit(10);
	}
	wait_all();
	return 4;
}

static void *return_at_once(void *arg)
{
	return arg;
}

static int threads(void)
{
	for (int i = 0; i < 4; i++) {
		pthread_t thread;

		pthread_create(&thread, NULL, return_at_once, NULL);
		pthread_join(thread, NULL);
	}
	return 5;
}

static void *outlive(void *arg)
{
	(void) usleep(50000);
	return arg;
}

/* The last thread's end is the process's. */
static int last_thread(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, outlive, NULL);
	pthread_exit(NULL);
}

static void *leave(void *arg)
{
	(void) arg;
	exit(6);
}

static int thread_leaves(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, leave, NULL);
	return pthread_join(thread, NULL);
}

static void *execute(void *arg)
{
	execl(self, "family", "exit", "10", (char *) NULL);
	return arg;
}

static int thread_executes(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, execute, NULL);
	return pthread_join(thread, NULL);
}

static int killed(void)
{
	int ends[2];
	pid_t pid;
	char c;

	if (pipe(ends))
		return 1;
	pid = fork();
	while (!pid)
		(void) !write(ends[1], "", 1);
	(void) !read(ends[0], &c, 1);
	kill(pid, SIGKILL);
	if (!vfork())
		kill(getpid(), SIGKILL);
	wait_all();
	return 7;
}

static const struct {
	const char *name;
	int (*run)(void);
} ways[] = {
	{ "plain", plain },
	{ "forks", forks },
	{ "grandchildren", grandchildren },
	{ "vforks", vforks },
	{ "vfork_execs", vfork_execs },
	{ "fork_execs", fork_execs },
	{ "spawns", spawns },
	{ "executes", executes },
	{ "executes_twice", executes_twice },
	{ "fails_to_execute", fails_to_execute },
	{ "threads", threads },
	{ "last_thread", last_thread },
	{ "thread_leaves", thread_leaves },
	{ "thread_executes", thread_executes },
	{ "killed", killed },
};

int main(int argc, char **argv)
{
	self = "/proc/self/exe";
	if (argc == 3 && !strcmp(argv[1], "exit"))
		return atoi(argv[2]);
	for (size_t i = 0; argc == 2 && i < sizeof(ways) / sizeof(ways[0]); i++)
		if (!strcmp(argv[1], ways[i].name))
			return ways[i].run();
	return 2;
}
