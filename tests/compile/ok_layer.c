/* SPDX-License-Identifier: MIT */
/* All forms of rules that a layer may have, with each form of policy. */
#include <encase.h>
#include <stdlib.h>

/* Natural handlers have the call's own prototype; parameters may have any names. */
static ssize_t on_write(int file, const void *bytes, size_t n)
{
	return encase_next_write(file, bytes, n);
}

static int on_newfstatat(int dirfd, const char *pathname, struct stat *statbuf, int flags)
{
	return encase_next_newfstatat(dirfd, pathname, statbuf, flags);
}

static pid_t on_getpid(void)
{
	return encase_next_getpid();
}

static void *on_mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)
{
	return encase_next_mmap(addr, length, prot, flags, fd, offset);
}

/* A null that is meant is a pointer of any type. */
static int on_openat(int dirfd, const char *pathname, int flags, mode_t mode)
{
	return pathname ? encase_next_openat(dirfd, ENCASE_NULL, flags, mode) : -1;
}

/* A raw handler is one for calls of any prototype. */
static long on_all(struct encase_call *call)
{
	return encase_forward(call);
}

/* A handler may be declared as libc declares the call. */
static int on_open(const char *pathname, int flags, ...)
{
	return encase_next_open(pathname, flags, 0);
}

/* What a command's argument is it says itself. */
static int on_fcntl(int fd, int op, unsigned long arg)
{
	return encase_next_fcntl(fd, op, arg);
}

static ssize_t on_writev(int fd, const struct iovec *iov, int iovcnt)
{
	return encase_next_writev(fd, iov, iovcnt);
}

static long on_set(struct encase_call *call)
{
	return encase_set_arg(call, 1, (encase_word) (size_t) ENCASE_NULL);
}

static const struct encase_rule rules[] = {
	ENCASE_ON(write, on_write),
	ENCASE_ON(pwrite64, on_all),
	ENCASE_ON(newfstatat, on_newfstatat, .pathname = ENCASE_COPY, .statbuf = ENCASE_PASS),
	ENCASE_ON(statx, on_all, ENCASE_PASS_POINTERS, .pathname = ENCASE_COPY),
	ENCASE_ON(getpid, on_getpid),
	ENCASE_ON(openat, on_openat, .pathname = ENCASE_PASS | ENCASE_REPLACE),
	ENCASE_ON(readlinkat, on_set, .buf = ENCASE_PASS | ENCASE_ONCE | ENCASE_REPLACE),
	ENCASE_ON(clock_gettime, on_all, .every = ENCASE_NULLIFY),
	ENCASE_ON(mmap, on_mmap, ENCASE_COPY_ALL),
	ENCASE_ON_GROUP(file, on_all),
	ENCASE_ON_GROUP(desc, on_all, ENCASE_COPY),
	ENCASE_ON_ANY(on_all, ENCASE_PASS),
	ENCASE_END,
};

static const struct encase_rule any[] = {
	ENCASE_ON_GROUP(memory, on_all, ENCASE_PASS | ENCASE_REPLACE),
	ENCASE_ON(statx, on_all, .pathname = ENCASE_NULLIFY, .every = ENCASE_PASS | ENCASE_ONCE),
	ENCASE_ON_ANY(on_all, ENCASE_PASS | ENCASE_ONCE),
	ENCASE_END,
};

static const struct encase_rule verdicts[] = {
	ENCASE_FAIL(openat, 30, .flags = ENCASE_HAS(0x40), .dirfd = ENCASE_IS(-100)),
	ENCASE_FAIL(openat, 30, .pathname = { ~0ULL, 0 }),
	ENCASE_RETURN(geteuid, 1000),
	ENCASE_RETURN(mmap, 4096, .addr = ENCASE_IS(0)),
	ENCASE_ON(open, on_open, .pathname = ENCASE_PASS),
	ENCASE_ON(fcntl, on_fcntl, .arg = ENCASE_PASS | ENCASE_REPLACE),
	ENCASE_ON(writev, on_writev, .iov = ENCASE_PASS),
	ENCASE_ON(accept, on_all, .addr = ENCASE_PASS, .addrlen = ENCASE_COPY),
	ENCASE_FAIL_GROUP(process, 1),
	ENCASE_FAIL_ANY(38),
	ENCASE_END,
};

static const struct encase_rule others[] = { ENCASE_ON_ANY(on_all), ENCASE_END };

static int start(void **state, const char *options)
{
	(void) options;
	*state = malloc(1);
	return *state ? 0 : -1;
}

const struct encase_layer layers[] = {
	{ .name = "one", .rules = rules, .start = start, .stop = free },
	{ .name = "other", .rules = any },
	{ .name = "third", .rules = others },
	{ .name = "fourth", .rules = verdicts },
};
