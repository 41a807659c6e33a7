/* SPDX-License-Identifier: MIT */
/* Descriptors with names, and what was counted; see count_kit.h. */
#define _GNU_SOURCE
#include "count_kit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "policies.h"

static const char *names[32];
static unsigned asked;

static ssize_t read_link(const char *path, char *buf, int size)
{
	static const char folder[] = "/proc/self/fd/";
	int fd;

	cr_assert(!strncmp(path, folder, strlen(folder)), "%s", path);
	fd = atoi(path + strlen(folder));
	asked++;
	if (fd < 0 || fd >= 32 || !names[fd]) {
		errno = ENOENT;
		return -1;
	}
	cr_assert_lt(strlen(names[fd]), (size_t) size);
	memcpy(buf, names[fd], strlen(names[fd]));
	return (ssize_t) strlen(names[fd]);
}

static long get_cwd(char *buf, size_t size)
{
	cr_assert_gt(size, 5);
	memcpy(buf, "/cwd", 5);
	return 5;
}

struct encase_test *count_test(const char *options)
{
	struct encase_test *t = ENCASE_TEST(&encase_count, options ? options : "output=/dev/null");

	ENCASE_ANSWER_BY(t, readlink, read_link);
	ENCASE_ANSWER_BY(t, getcwd, get_cwd);
	return t;
}

void count_names(int fd, const char *name)
{
	names[fd] = name;
}

unsigned count_asked(void)
{
	return asked;
}

const char *count_printed(const struct encase_cage *cage)
{
	static char text[1 << 16];
	int fd = memfd_create("printed", MFD_CLOEXEC);
	ssize_t n;

	cr_assert_eq(encase_count_print(cage, fd), 0);
	n = pread(fd, text, sizeof(text) - 1, 0);
	cr_assert_geq(n, 0);
	text[n] = '\0';
	close(fd);
	return text;
}

void count_holds(struct encase_test *t, const char *file, int line, const char *want)
{
	const char *got = count_printed(encase_test_cage(t));

	cr_assert_str_eq(got, want, "%s:%d: counted:\n%s", file, line, got);
}
