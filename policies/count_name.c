/* SPDX-License-Identifier: MIT */
/*
 * Layer "count": names of what is counted; see count.h.
 *
 * A path is told as the program names it, made absolute by the working directory or the directory's
 * descriptor, without "//" and "/.".  A descriptor of which no more is known is what
 * /proc/self/fd says, asked as a call of the cage's.  What has no name but a number of
 * its own, a pipe or a socket, is counted with all others of its kind: such numbers are
 * never the same twice.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "count.h"

#define UNKNOWN "[unknown]"

static uint64_t *row(const struct enc_count *count, const char *name)
{
	return encase_stats_row(count->stats, name, strlen(name));
}

/* -- Descriptors ------------------------------------------------------------------- */

/* What a descriptor is called, up to a NUL; its length, or -1. */
static ssize_t read_name(int fd, char *name, size_t size)
{
	char link[32];
	ssize_t n;

	(void) snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = fd < 0 ? -1 : encase_next_readlink(link, name, (int) size - 1);
	if (n > 0)
		name[n] = '\0';
	return n > 0 ? n : -1;
}

/* "pipe:[4711]" becomes "pipe:[...]"; not what begins with a slash, nor "anon_inode:[eventfd]". */
static void hide_number(char *name, size_t size)
{
	char *digits = name[0] == '/' ? NULL : strstr(name, ":[");

	if (digits && digits[2] && !strcmp(digits + 2 + strspn(digits + 2, "0123456789"), "]"))
		(void) snprintf(digits, size - (size_t) (digits - name), ":[...]");
}

uint64_t *enc_count_name(const struct enc_count *count, int fd, bool *known)
{
	char name[PATH_MAX];

	*known = read_name(fd, name, sizeof(name) - 8) > 0;
	if (!*known)
		return row(count, UNKNOWN);
	hide_number(name, sizeof(name));
	return row(count, name);
}

/* -- Paths ------------------------------------------------------------------------- */

/* The directory that dirfd is, up to a NUL; its length, 0 for "/", or -1: it is not known. */
static ssize_t read_base(int dirfd, char *base, size_t size)
{
	ssize_t n = dirfd == AT_FDCWD ? encase_next_getcwd(base, size) - 1
				      : read_name(dirfd, base, size);

	if (n <= 0 || base[0] != '/')
		return -1;
	return n == 1 ? 0 : n;
}

/* Appends a path's parts to what is in name: to has room for all of it, and a slash. */
static size_t append(char *to, const char *path)
{
	char *at = to;

	while (*path) {
		size_t len = strcspn(path, "/");

		if (len && !(len == 1 && path[0] == '.')) {
			*at++ = '/';
			memcpy(at, path, len);
			at += len;
		}
		path += len + strspn(path + len, "/");
	}
	return (size_t) (at - to);
}

/* A path below a directory; as it is where that is unknown, or there is no room. */
static uint64_t *path_row(const struct enc_count *count, int dirfd, const char *path, size_t len)
{
	char name[PATH_MAX];
	ssize_t base = path[0] == '/' ? 0 : read_base(dirfd, name, sizeof(name));

	if (base < 0 || (size_t) base + len + 2 > sizeof(name))
		return row(count, path);
	base += (ssize_t) append(name + base, path);
	if (!base)
		name[base++] = '/';
	return encase_stats_row(count->stats, name, (size_t) base);
}

static uint64_t *queue_row(const struct enc_count *count, const char *path)
{
	char name[PATH_MAX];

	(void) snprintf(name, sizeof(name), "mqueue:%s", path);
	return row(count, name);
}

uint64_t *enc_count_cwd(const struct enc_count *count)
{
	char name[PATH_MAX];
	ssize_t n = read_base(AT_FDCWD, name, sizeof(name));

	if (n < 0)
		return row(count, UNKNOWN);
	return n ? row(count, name) : row(count, "/");
}

uint64_t *enc_count_path(const struct enc_count *count, struct encase_call *call, unsigned i,
			 int dirfd)
{
	const struct encase_desc *desc = encase_call_desc(call);
	void *path;
	size_t len;

	if (encase_arg_data(call, i, &path, &len))
		return row(count, UNKNOWN); /* the kernel will say why */
	if (!path || !len)
		return NULL;
	if (desc == &encase_desc_mq_open || desc == &encase_desc_mq_unlink)
		return queue_row(count, path);
	return path_row(count, dirfd, path, len);
}
