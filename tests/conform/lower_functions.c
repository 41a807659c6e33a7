/* SPDX-License-Identifier: MIT */
/*
 * Row of lower layer "functions": libc's, each behind one that notes what it was
 * given.  Tests of what only functions have are in functions.c.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "lowers.h"

static _Thread_local struct seen seen;

#define W(arg)    ((encase_word) (arg))
#define P(arg)    ((encase_word) (uintptr_t) (arg))
#define NOTE(...) (seen = (struct seen){ { __VA_ARGS__ } })

static ssize_t note_write(int fd, const void *buf, size_t count)
{
	NOTE(W(fd), P(buf), count);
	return write(fd, buf, count);
}

static ssize_t note_read(int fd, void *buf, size_t count)
{
	NOTE(W(fd), P(buf), count);
	return read(fd, buf, count);
}

static int note_pipe2(int *pipefd, int flags)
{
	NOTE(P(pipefd), W(flags));
	return pipe2(pipefd, flags);
}

static int note_fstat(int fd, struct stat *statbuf)
{
	NOTE(W(fd), P(statbuf));
	return (int) syscall(SYS_fstat, fd, statbuf);
}

static int note_newfstatat(int dirfd, const char *pathname, struct stat *statbuf, int flags)
{
	NOTE(W(dirfd), P(pathname), P(statbuf), W(flags));
	return (int) syscall(SYS_newfstatat, dirfd, pathname, statbuf, flags);
}

static int note_openat(int dirfd, const char *pathname, int flags, mode_t mode)
{
	NOTE(W(dirfd), P(pathname), W(flags), mode);
	return (int) syscall(SYS_openat, dirfd, pathname, flags, mode);
}

/*
 * Calls are made by syscall() where libc's functions would not take a null; its
 * getcwd() returns its buffer, and its clock_gettime() follows a null pointer.
 */
static long note_getcwd(char *buf, size_t size)
{
	NOTE(P(buf), size);
	return syscall(SYS_getcwd, buf, size);
}

static int note_clock_gettime(clockid_t clockid, struct timespec *tp)
{
	NOTE(W(clockid), P(tp));
	return (int) syscall(SYS_clock_gettime, clockid, tp);
}

static const struct seen *functions_seen(void)
{
	return &seen;
}

#define FUNCTION(c) ENCASE_FUNCTION(c, note_##c),
static const struct encase_function functions[] = { LOWER_CALLS(FUNCTION) ENCASE_FUNCTION_END };

const struct lower_row lower_row_functions = {
	.lower = &encase_lower_functions,
	.below = functions,
	.answers = true,
	.seen = functions_seen,
};
