/* SPDX-License-Identifier: MIT */
/*
 * encase run, where a layer counts for the whole run: this process stays, as the program's parent, and
 * tells at the end what was counted.
 *
 * Each process of the run has the write end of a pipe, which it cannot close: when nobody has it any
 * more the run is over, however its processes ended.  Until then this one is to be
 * taken for the program: it hands on what signals it is sent, and stops when the program does.
 * Both are in one process group: what the terminal sends, or others send to the group, the
 * program has got.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"

struct stay {
	pid_t program;
	bool ended;
	int status; /* as waitpid(2) has it */
	bool over;  /* nothing is waited for any more */
};

/* -- Two processes of one ------------------------------------------------------------ */

/* All signals stay blocked in the one that stays. */
pid_t cli_fork(int *end)
{
	const struct sigaction dfl = { .sa_handler = SIG_DFL };
	struct sigaction child;
	sigset_t all, saved;
	int ends[2], err;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	(void) sigfillset(&all);
	(void) sigprocmask(SIG_SETMASK, &all, &saved);
	(void) sigaction(SIGCHLD, &dfl,
			 &child); /* ignored, it would take the program's status away */
	pid = fork();
	err = -errno;
	if (pid <= 0) {
		(void) sigaction(SIGCHLD, &child, NULL);
		(void) sigprocmask(SIG_SETMASK, &saved, NULL);
	}
	(void) close(ends[pid ? 1 : 0]);
	if (pid < 0)
		(void) close(ends[0]);
	*end = ends[pid ? 0 : 1];
	return pid < 0 ? err : pid;
}

/* -- Signals --------------------------------------------------------------------------- */

/* A process's parent; 0: it is not known. */
static pid_t parent_of(pid_t pid)
{
	char path[32], text[512];
	const char *behind;
	FILE *file;
	size_t n;

	(void) snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	n = fread(text, 1, sizeof(text) - 1, file);
	text[n] = '\0';
	(void) fclose(file);
	behind = strrchr(text, ')'); /* of its name */
	return behind && behind[1] && behind[2] && behind[3] ? atoi(behind + 4) : 0;
}

/* Whether a process is below this one. */
static bool is_of_run(pid_t pid)
{
	while (pid > 1 && pid != getpid())
		pid = parent_of(pid);
	return pid == getpid();
}

/*
 * Whether a signal was meant for the program, and has not reached it: of what the kernel sends a
 * process because of a terminal, the whole group has got it; but a session's leader gets the end
 * of its terminal, and alarm(2) goes on in who executes encase, for this process alone.
 */
static bool is_for_program(const struct signalfd_siginfo *info)
{
	if (info->ssi_code <= 0)
		return !is_of_run((pid_t) info->ssi_pid);
	return info->ssi_signo == SIGALRM || (info->ssi_signo == SIGHUP && getsid(0) == getpid());
}

/* What a program ends by unless it says otherwise. */
static bool ends_programs(uint32_t sig)
{
	return sig == SIGINT || sig == SIGTERM || sig == SIGHUP || sig == SIGQUIT;
}

/*
 * As if this were the program that a shell has in a group of its own, and whose stops it waits for.
 * Who goes on with the group has gone on with the program; who goes on with this process has not.
 */
static void stop_too(const struct stay *stay, int sig)
{
	const struct sigaction dfl = { .sa_handler = SIG_DFL };
	const struct timespec now = { 0 };
	siginfo_t info = { .si_pid = 0 };
	sigset_t set;

	if (getpgid(getppid()) == getpgrp() || getsid(getppid()) != getsid(0))
		return;
	(void) sigemptyset(&set);
	(void) sigaddset(&set, sig);
	(void) sigaction(sig, &dfl, NULL);
	(void) raise(sig);
	(void) sigprocmask(SIG_UNBLOCK, &set, NULL); /* stops here */
	(void) sigprocmask(SIG_BLOCK, &set, NULL);
	(void) sigemptyset(&set);
	(void) sigaddset(&set, SIGCONT);
	(void) sigtimedwait(&set, NULL, &now);
	if (waitid(P_PID, (id_t) stay->program, &info, WCONTINUED | WNOHANG) || !info.si_pid)
		(void) kill(stay->program, SIGCONT);
}

static void look_after(struct stay *stay)
{
	int status;

	while (!stay->ended &&
	       waitpid(stay->program, &status, WNOHANG | WUNTRACED) == stay->program) {
		stay->ended = !WIFSTOPPED(status);
		stay->status = status;
		if (!stay->ended)
			stop_too(stay, WSTOPSIG(status));
	}
}

/* Once the program has ended it is the wait that a signal ends. */
static void take_signal(struct stay *stay, const struct signalfd_siginfo *info)
{
	union sigval value = { .sival_ptr = (void *) (uintptr_t) info->ssi_ptr };

	if (info->ssi_signo == SIGCHLD)
		look_after(stay);
	else if (stay->ended)
		stay->over |= ends_programs(info->ssi_signo);
	else if (is_for_program(info) && info->ssi_code == SI_QUEUE)
		(void) sigqueue(stay->program, (int) info->ssi_signo, value);
	else if (is_for_program(info))
		(void) kill(stay->program, (int) info->ssi_signo);
}

/* -- The wait -------------------------------------------------------------------------- */

int cli_wait(pid_t program, int end)
{
	struct stay stay = { .program = program };
	struct signalfd_siginfo info;
	struct pollfd fds[2];
	sigset_t all;

	(void) sigfillset(&all);
	fds[0] = (struct pollfd){ .fd = signalfd(-1, &all, SFD_CLOEXEC), .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = end, .events = POLLIN };
	look_after(&stay);
	while (!stay.over) {
		if (poll(fds, 2, -1) <= 0)
			continue;
		if (fds[0].revents & POLLIN && read(fds[0].fd, &info, sizeof(info)) == sizeof(info))
			take_signal(&stay, &info);
		stay.over |= fds[1].revents != 0;
	}
	while (!stay.ended && waitpid(program, &stay.status, 0) < 0 && errno == EINTR)
		;
	return stay.status;
}

int cli_leave(int status)
{
	const struct sigaction dfl = { .sa_handler = SIG_DFL };
	sigset_t set;

	if (!WIFSIGNALED(status))
		return WEXITSTATUS(status);
	(void) fflush(NULL);
	(void) prctl(PR_SET_DUMPABLE, 0); /* the program's core is enough */
	(void) sigemptyset(&set);
	(void) sigaddset(&set, WTERMSIG(status));
	(void) sigaction(WTERMSIG(status), &dfl, NULL);
	(void) raise(WTERMSIG(status));
	(void) sigprocmask(SIG_UNBLOCK, &set, NULL);
	return 128 + WTERMSIG(status);
}
