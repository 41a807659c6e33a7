/* SPDX-License-Identifier: MIT */
/*
 * Gate "dispatch": descriptors of the host's, which are none to the program, and the link to the
 * process's own executable, which is the host's.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dispatch.h"
#include "memory/host_checked.h"

/* -- Descriptors ------------------------------------------------------------------ */

bool enc_keeps(int fd)
{
	for (size_t i = 0; fd >= enc_program.lowest && i < enc_program.nkeep; i++)
		if (enc_program.keep[i] == fd)
			return true;
	return false;
}

/* To the program they are not open, whichever call it asks. */
bool enc_keeps_any(const struct encase_desc *desc, const uint64_t words[6])
{
	for (unsigned i = 0; i < desc->nargs && i < 6; i++) {
		unsigned kind = desc->arg[i].kind & ENCASE_KIND;

		if ((kind == ENCASE_FD || kind == ENCASE_AT) && enc_keeps((int) words[i]))
			return true;
	}
	return false;
}

/* The next kept descriptor in a range, or -1. */
static int next_kept(uint32_t first, uint32_t last)
{
	int next = -1;

	for (size_t i = 0; i < enc_program.nkeep; i++) {
		int fd = enc_program.keep[i];

		if (fd >= 0 && (uint32_t) fd >= first && (uint32_t) fd <= last &&
		    (next < 0 || fd < next))
			next = fd;
	}
	return next;
}

long enc_op_close_range(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	uint32_t first = (uint32_t) words[0], last = (uint32_t) words[1];
	long result = 0;
	int kept;

	(void) call;
	if (first > last)
		return enc_pass(ctx, SYS_close_range, words);
	for (; !result && (kept = next_kept(first, last)) >= 0; first = (uint32_t) kept + 1) {
		words[0] = first;
		words[1] = (uint32_t) kept - 1;
		if ((uint32_t) kept > first)
			result = enc_pass(ctx, SYS_close_range, words);
	}
	words[0] = first;
	words[1] = last;
	return result || first > last ? result : enc_pass(ctx, SYS_close_range, words);
}

/* -- /proc/self/exe ----------------------------------------------------------------- */

bool enc_is_own_exe(const char *path)
{
	char own[64];

	if (!strcmp(path, "/proc/self/exe") || !strcmp(path, "/proc/thread-self/exe"))
		return true;
	if (strncmp(path, "/proc/", 6) != 0)
		return false;
	(void) snprintf(own, sizeof(own), "/proc/%ld/exe", enc_sys(SYS_getpid));
	return !strcmp(path, own);
}

/* Whether a call's path is that link. */
static bool names_exe(uint64_t path)
{
	char text[64];

	return enc_checked_string(text, path, sizeof(text)) > 0 && enc_is_own_exe(text);
}

static long read_link(uint64_t to, uint64_t size)
{
	size_t n = strlen(enc_program.path);

	if ((int) size <= 0)
		return -EINVAL;
	n = n < (uint32_t) size ? n : (uint32_t) size;
	return enc_write_theirs(to, enc_program.path, n) ? -EFAULT : (long) n;
}

long enc_op_readlink(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	if (names_exe(words[0]))
		return read_link(words[1], words[2]);
	return enc_pass(ctx, SYS_readlink, words);
}

long enc_op_readlinkat(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	if (names_exe(words[1]))
		return read_link(words[2], words[3]);
	return enc_pass(ctx, SYS_readlinkat, words);
}

static long open_path(struct enc_context *ctx, long number, uint64_t words[6], unsigned i)
{
	if (names_exe(words[i]))
		words[i] = (uint64_t) (uintptr_t) enc_program.path;
	return enc_pass(ctx, number, words);
}

long enc_op_open(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	return open_path(ctx, SYS_open, words, 0);
}

long enc_op_openat(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	return open_path(ctx, SYS_openat, words, 1);
}

long enc_op_openat2(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	return open_path(ctx, SYS_openat2, words, 1);
}
