/* SPDX-License-Identifier: MIT */
/* Guest storm: acts that make children. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storm.h"

extern char **environ;

static int status_of(pid_t pid, int how)
{
	int status = -1;

	while (waitpid(pid, &status, how) < 0)
		if (errno != EINTR)
			return -1;
	return status;
}

static bool ended(pid_t pid, int code)
{
	int status = pid > 0 ? status_of(pid, 0) : -1;

	return status != -1 && WIFEXITED(status) && WEXITSTATUS(status) == code;
}

/* The child does some acts of its own, children among them. */
bool storm_fork(struct storm_worker *w)
{
	int code = (int) storm_draw(w, 100);
	uint64_t seed = storm_draw(w, 1000000) + 1;
	pid_t own = getpid(), pid = fork();

	if (!pid) {
		bool good = getpid() != own && getppid() == own;

		w->seed = seed;
		w->tid = (pid_t) syscall(SYS_gettid);
		good &= storm_acts(w, storm_draw(w, 4), true);
		_exit(good ? code : 101);
	}
	return ended(pid, code);
}

static pid_t vfork_and_end(int code)
{
	pid_t pid = vfork();

	if (!pid)
		_exit(code);
	return pid;
}

bool storm_vfork(struct storm_worker *w)
{
	int code = (int) storm_draw(w, 100);

	return ended(vfork_and_end(code), code);
}

/* -- Executed -------------------------------------------------------------------- */

/* The arguments of this program for n counted calls, and the status that it ends with. */
struct words {
	char counter[12], n[12], code[12];
	char *argv[8];
	uint32_t steps;
	int status;
};

static void make_words(struct storm_worker *w, struct words *words)
{
	words->steps = storm_draw(w, 10);
	words->status = (int) storm_draw(w, 100);
	(void) snprintf(words->counter, sizeof(words->counter), "%d", storm_counter);
	(void) snprintf(words->n, sizeof(words->n), "%u", words->steps);
	(void) snprintf(words->code, sizeof(words->code), "%d", words->status);
	memcpy(words->argv,
	       (char *[]){ (char *) storm_self, (char *) "0", (char *) "0", words->counter,
			   words->n, words->code, NULL },
	       7 * sizeof(char *));
}

int storm_executed(int argc, char **argv)
{
	const uint64_t one = 1;

	if (argc != 6)
		return 102;
	for (int n = atoi(argv[4]); n; n--)
		if (write(atoi(argv[3]), &one, sizeof(one)) != sizeof(one))
			return 103;
	return atoi(argv[5]);
}

static bool counted(const struct words *words, pid_t pid)
{
	if (!ended(pid, words->status))
		return false;
	storm_add(&storm_ledger->steps, words->steps);
	return true;
}

static pid_t vfork_and_exec(char *const *argv)
{
	pid_t pid = vfork();

	if (!pid) {
		execve(storm_self, argv, environ);
		_exit(104);
	}
	return pid;
}

bool storm_vfork_exec(struct storm_worker *w)
{
	struct words words;

	make_words(w, &words);
	return counted(&words, vfork_and_exec(words.argv));
}

bool storm_exec(struct storm_worker *w)
{
	bool by_descriptor = storm_draw(w, 2);
	struct words words;
	pid_t pid;
	int fd;

	make_words(w, &words);
	pid = fork();
	if (!pid && by_descriptor) {
		fd = open(storm_self, O_RDONLY | O_CLOEXEC);
		(void) syscall(SYS_execveat, fd, "", words.argv, environ, AT_EMPTY_PATH);
	} else if (!pid) {
		execve(storm_self, words.argv, environ);
	}
	if (!pid)
		_exit(105);
	return counted(&words, pid);
}

bool storm_spawn(struct storm_worker *w)
{
	struct words words;
	pid_t pid;

	make_words(w, &words);
	if (posix_spawn(&pid, storm_self, NULL, NULL, words.argv, environ))
		return false;
	return counted(&words, pid);
}

/* -- Ended and stopped from outside -------------------------------------------------- */

static pid_t waiting_child(void)
{
	pid_t pid = fork();

	while (!pid)
		(void) getppid(), pause();
	return pid;
}

bool storm_kill(struct storm_worker *w)
{
	const int how[] = { SIGKILL, SIGTERM, SIGHUP, SIGINT };
	int sig = how[storm_draw(w, 4)], status;
	pid_t pid = waiting_child();

	if (pid < 0)
		return false;
	usleep(storm_draw(w, 200));
	if (kill(pid, sig))
		return false;
	status = status_of(pid, 0);
	return status != -1 && WIFSIGNALED(status) && WTERMSIG(status) == sig;
}

bool storm_stop(struct storm_worker *w)
{
	pid_t pid = waiting_child();
	int status;
	bool good;

	if (pid < 0)
		return false;
	usleep(storm_draw(w, 200));
	good = !kill(pid, SIGSTOP);
	status = status_of(pid, WUNTRACED);
	good &= status != -1 && WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP;
	good &= !kill(pid, SIGCONT);
	status = status_of(pid, WCONTINUED);
	good &= status != -1 && WIFCONTINUED(status);
	good &= !kill(pid, SIGKILL);
	status = status_of(pid, 0);
	return good && status != -1 && WIFSIGNALED(status);
}
