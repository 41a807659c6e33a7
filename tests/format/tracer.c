/* SPDX-License-Identifier: MIT */
/*
 * Traces a program as strace(1) does, and prints its calls in the library's words: see tracer.py.
 *
 *     tracer OUT PROGRAM [ARGUMENT...]   PROGRAM being a path; ends as the program does
 *
 * Follows no children.  Lines have what memory holds when a call returns; of one that replaces
 * the memory, what it held before.
 */
#define _GNU_SOURCE
#include <encase.h>
#include <encase/format.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE = 1 << 16, BROKEN = 99, SYSCALL_STOP = SIGTRAP | 0x80 };

struct tracer {
	FILE *out;
	struct encase_process child;
	struct encase_source source;
	bool started; /* the program's own execve() has begun */
	/* The call that is being made. */
	const struct encase_desc *desc;
	long number;
	encase_word words[ENCASE_MAX_ARGS];
	char before[LINE]; /* as it was when it began */
};

static void need(bool good, const char *what)
{
	if (good)
		return;
	perror(what);
	exit(BROKEN);
}

static void format(struct tracer *t, char *line, const struct encase_outcome *outcome)
{
	need(encase_format(line, LINE, t->desc, t->words, outcome, &t->source) < LINE,
	     "a line is too long");
}

static void begin(struct tracer *t, const struct __ptrace_syscall_info *info)
{
	t->number = (long) info->entry.nr;
	t->started |= t->number == SYS_execve;
	t->desc = encase_find_number(&encase_calls, t->number);
	if (!t->started || !t->desc)
		return;
	for (unsigned i = 0; i < 6; i++)
		t->words[i] = info->entry.args[i];
	format(t, t->before, NULL);
	if (t->number == SYS_exit_group || t->number == SYS_exit) {
		format(t, t->before, &(struct encase_outcome){ .gone = 1 });
		(void) fprintf(t->out, "%s\n", t->before);
	}
}

static void end(struct tracer *t, const struct __ptrace_syscall_info *info)
{
	static char line[LINE];
	struct encase_outcome outcome = { .word = (encase_word) info->exit.rval };
	size_t args = strlen(t->before);

	if (!t->started)
		return;
	if (!t->desc) {
		(void) fprintf(t->out, "? number %ld\n", t->number);
		return;
	}
	if (info->exit.is_error)
		outcome.error = (int) -info->exit.rval;
	format(t, line, &outcome);
	if (t->number == SYS_execve && !outcome.error)
		(void) fprintf(t->out, "%.*s%s\n", (int) args, t->before, strrchr(line, ')') + 1);
	else
		(void) fprintf(t->out, "%s\n", line);
}

static void stopped(struct tracer *t)
{
	struct __ptrace_syscall_info info;

	need(ptrace(PTRACE_GET_SYSCALL_INFO, t->child.pid, sizeof(info), &info) > 0, "ptrace");
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		begin(t, &info);
	else if (info.op == PTRACE_SYSCALL_INFO_EXIT)
		end(t, &info);
}

/* Until it has ended; returns how. */
static int trace(struct tracer *t)
{
	int status;
	long signal = 0;

	for (;;) {
		need(ptrace(PTRACE_SYSCALL, t->child.pid, 0, signal) == 0, "ptrace");
		need(waitpid(t->child.pid, &status, 0) == t->child.pid, "waitpid");
		if (WIFEXITED(status))
			return WEXITSTATUS(status);
		if (WIFSIGNALED(status))
			return 128 + WTERMSIG(status);
		signal = 0;
		if (WSTOPSIG(status) == SYSCALL_STOP)
			stopped(t);
		else if (status >> 16 == 0)
			signal = WSTOPSIG(status);
	}
}

static void be_traced(char **command)
{
	need(ptrace(PTRACE_TRACEME, 0, 0, 0) == 0, "ptrace");
	need(raise(SIGSTOP) == 0, "raise");
	(void) execv(command[0], command);
	need(false, command[0]);
}

int main(int argc, char **argv)
{
	static struct tracer t;
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC;
	int status;

	if (argc < 3) {
		(void) fputs("usage: tracer OUT PROGRAM [ARGUMENT...]\n", stderr);
		return BROKEN;
	}
	t.out = fopen(argv[1], "we");
	need(t.out, argv[1]);
	t.child.pid = fork();
	need(t.child.pid >= 0, "fork");
	if (t.child.pid == 0)
		be_traced(argv + 2);
	t.source = (struct encase_source){ .memory = &encase_memory_process, .space = &t.child };
	need(waitpid(t.child.pid, &status, 0) == t.child.pid && WIFSTOPPED(status), "waitpid");
	need(ptrace(PTRACE_SETOPTIONS, t.child.pid, 0, options) == 0, "ptrace");
	status = trace(&t);
	need(fclose(t.out) == 0, argv[1]);
	return status;
}
