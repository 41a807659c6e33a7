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

/* A raw handler is one for calls of any prototype. */
static long on_all(struct encase_call *call)
{
	return encase_forward(call);
}

static const struct encase_rule rules[] = {
	ENCASE_ON(write, on_write),
	ENCASE_ON(pwrite64, on_all),
	ENCASE_ON(newfstatat, on_newfstatat, .pathname = ENCASE_COPY, .statbuf = ENCASE_PASS),
	ENCASE_ON(statx, on_all, ENCASE_PASS_POINTERS, .pathname = ENCASE_COPY),
	ENCASE_ON(getpid, on_getpid),
	ENCASE_ON(mmap, on_mmap, ENCASE_COPY_ALL),
	ENCASE_ON_GROUP(file, on_all),
	ENCASE_ON_GROUP(desc, on_all, ENCASE_COPY),
	ENCASE_ON_ANY(on_all, ENCASE_PASS),
	ENCASE_END,
};

static const struct encase_rule any[] = { ENCASE_ON_ANY(on_all), ENCASE_END };

static int start(void **state, const char *options)
{
	(void) options;
	*state = malloc(1);
	return *state ? 0 : -1;
}

const struct encase_layer layers[] = {
	{ .name = "one", .rules = rules, .start = start, .stop = free },
	{ .name = "other", .rules = any },
};
