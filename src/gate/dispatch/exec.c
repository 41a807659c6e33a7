/* SPDX-License-Identifier: MIT */
/*
 * Gate "dispatch": execve().  The host is executed once more, told of the program's file by a
 * descriptor, of its arguments and its environment behind its own words; it has an environment of
 * its own, so that nothing in the program's (LD_PRELOAD) is taken for the host's.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "file.h"
#include "memory/host_checked.h"

#define MARK       "encase-again"
#define WORDS_MOST (UINT64_C(1) << 22)

/* Pointers for execve(), in a mapping of their own: this may be a child in its parent's memory. */
struct words {
	char **at;
	size_t n, room;
};

static int add(struct words *words, const char *word)
{
	size_t room = words->room ? 2 * words->room : 512;
	void *more;

	if (words->n == words->room) {
		if (words->n)
			more = mremap(words->at, words->room * sizeof(char *),
				      room * sizeof(char *), MREMAP_MAYMOVE);
		else
			more = mmap(NULL, room * sizeof(char *), PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (more == MAP_FAILED)
			return -ENOMEM;
		words->at = more;
		words->room = room;
	}
	words->at[words->n++] = (char *) word;
	return 0;
}

static void drop(const struct words *words)
{
	if (words->room)
		munmap(words->at, words->room * sizeof(char *));
}

/* The program's pointers up to a null; where is null: none.  How many, or a negative errno. */
static long add_theirs(struct words *words, uint64_t where, unsigned skip)
{
	uint64_t word;
	long n = 0;
	int err;

	for (; where; where += sizeof(word)) {
		if (enc_read_theirs(&word, where, sizeof(word)))
			return -EFAULT;
		if (!word)
			break;
		if (skip) {
			skip--;
			continue;
		}
		err = add(words, (const char *) (uintptr_t) word);
		if (err)
			return err;
		if (++n > (long) WORDS_MOST)
			return -E2BIG;
	}
	return n;
}

/* -- Executing the host again --------------------------------------------------------- */

/* What stands behind the host's own words. */
struct told {
	char fd[16], argc[24];
};

static int add_all(struct words *words, struct enc_file *file, struct told *told, uint64_t argv,
		   uint64_t envp)
{
	size_t first;
	long n = 0;
	int err = 0;

	for (const char *const *w = enc_program.again; *w && !err; w++)
		err = add(words, *w);
	(void) snprintf(told->fd, sizeof(told->fd), "%d", file->fd);
	if (err || (err = add(words, MARK)) || (err = add(words, told->fd)) ||
	    (err = add(words, file->name)) || (err = add(words, told->argc)))
		return err;
	first = words->n;
	for (unsigned i = 0; i < file->nbefore && !err; i++)
		err = add(words, file->before[i]);
	if (!err)
		n = add_theirs(words, argv, file->nbefore ? 1 : 0);
	if (!err && n >= 0 && words->n == first)
		err = add(words, ""); /* as the kernel gives to who has no name */
	(void) snprintf(told->argc, sizeof(told->argc), "%zu", words->n - first);
	if (!err && n >= 0)
		n = add_theirs(words, envp, 0);
	if (n < 0)
		err = (int) n;
	return err ? err : add(words, NULL);
}

/*
 * They go through the execution.  The host's stay so if it fails: nothing is executed but the host, and
 * another thread may be about to.
 */
static void keep_open(int file)
{
	for (size_t i = 0; i < enc_program.nkeep; i++)
		(void) enc_sys(SYS_fcntl, enc_program.keep[i], F_SETFD, 0);
	(void) enc_sys(SYS_fcntl, file, F_SETFD, 0);
}

/* What is ignored stays so; of those that the gate handles itself the kernel is told for that. */
static void settle_ignored(const struct enc_actions *actions, bool ignore)
{
	static const int sigs[] = { SIGSEGV, SIGBUS, SIGTRAP };
	const struct enc_action ign = { .handler = (uint64_t) (uintptr_t) SIG_IGN,
					.flags = ENC_SA_RESTORER };

	for (unsigned i = 0; i < 3; i++)
		if (actions->of[sigs[i]].handler == ign.handler) {
			if (ignore)
				(void) enc_sys(SYS_rt_sigaction, sigs[i], &ign, 0, 8);
			else
				enc_action_settle(actions, sigs[i]);
		}
}

static long execute(struct enc_context *ctx, const struct words *words, int file)
{
	const uint64_t given[6] = { (uint64_t) (uintptr_t) "/proc/self/exe",
				    (uint64_t) (uintptr_t) words->at,
				    (uint64_t) (uintptr_t) enc_program.again_envp };
	long result;

	keep_open(file);
	settle_ignored(ctx->actions, true);
	(void) enc_sys(SYS_rt_sigprocmask, SIG_BLOCK, &ctx->blocks, 0, sizeof(ctx->blocks));
	if (ctx->traced)
		(void) enc_sys(SYS_ptrace, PTRACE_TRACEME);
	result = enc_window(SYS_execve, given, &ctx->waiting);
	(void) enc_sys(SYS_rt_sigprocmask, SIG_UNBLOCK, &ctx->blocks, 0, sizeof(ctx->blocks));
	settle_ignored(ctx->actions, false);
	return result;
}

static long exec_again(struct enc_context *ctx, struct enc_file *file, uint64_t argv, uint64_t envp)
{
	struct words words = { 0 };
	struct told told;
	long result = add_all(&words, file, &told, argv, envp);

	if (!result)
		result = execute(ctx, &words, file->fd);
	drop(&words);
	return result;
}

/* -- The first program ------------------------------------------------------------------ */

static long exec_first(struct enc_context *ctx, struct enc_file *file, uint64_t argv, uint64_t envp)
{
	const char *const *theirs = (const char *const *) (uintptr_t) argv;
	struct words words = { 0 };
	struct enc_launch launch = { .file = file->fd,
				     .name = file->name,
				     .envp = (const char *const *) (uintptr_t) envp };
	int err = 0;

	for (unsigned i = 0; i < file->nbefore && !err; i++)
		err = add(&words, file->before[i]);
	if (file->nbefore && *theirs)
		theirs++;
	for (; *theirs && !err; theirs++)
		err = add(&words, *theirs);
	if (!err)
		err = add(&words, NULL);
	if (err) {
		drop(&words);
		return err;
	}
	launch.argv = (const char *const *) words.at;
	return enc_launch(ctx, &launch);
}

static long exec_path(struct enc_context *ctx, int at, uint64_t path, uint64_t argv, uint64_t envp,
		      int flags)
{
	char text[4096];
	struct enc_file file;
	long result = enc_checked_string(text, path, sizeof(text));

	if (result < 0)
		return result == -E2BIG ? -ENAMETOOLONG : result;
	result = enc_file_open(&file, at, text, flags);
	if (!result)
		result = enc_file_find(&file);
	if (!result && !(flags & ENC_EXECVE_CHECK))
		result = enc_program.threads ? exec_again(ctx, &file, argv, envp)
					     : exec_first(ctx, &file, argv, envp);
	if (file.fd >= 0)
		(void) close(file.fd);
	return result;
}

long enc_op_execve(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	return exec_path(ctx, AT_FDCWD, words[0], words[1], words[2], 0);
}

long enc_op_execveat(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	return exec_path(ctx, (int) words[0], words[1], words[2], words[3], (int) words[4]);
}

/* -- In the host that was executed ---------------------------------------------------- */

int encase_dispatch_again(char **words, struct encase_dispatch *run)
{
	char *end;
	size_t n = 0;
	long argc;

	while (n < 4 && words[n])
		n++;
	if (n < 4 || strcmp(words[0], MARK) != 0)
		return -EINVAL;
	argc = strtol(words[3], &end, 10);
	for (n = 0; words[n + 4]; n++)
		;
	if (*end || argc < 1 || (size_t) argc > n)
		return -EINVAL;
	run->file = (int) strtol(words[1], &end, 10);
	if (*end || run->file <= 0)
		return -EINVAL;
	run->path = words[2];
	/* Between the two goes a null, in the place of the word before. */
	memmove(words + 3, words + 4, (size_t) argc * sizeof(*words));
	words[3 + argc] = NULL;
	run->argv = (const char *const *) words + 3;
	run->envp = (const char *const *) words + 4 + argc;
	return 0;
}
