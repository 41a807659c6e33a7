/* SPDX-License-Identifier: MIT */
/* The folder as text: names, types, modes, sizes, contents, targets, attributes; and its end. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "difference.h"

struct text {
	char *text;
	size_t room, used;
};

static __attribute__((format(printf, 2, 3))) void say(struct text *text, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text->text + text->used, text->room - text->used, format, args);
	va_end(args);
	if (n > 0 && (size_t) n < text->room - text->used)
		text->used += (size_t) n;
}

static uint64_t hash(uint64_t sum, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	while (n--)
		sum = (sum ^ *p++) * UINT64_C(0x100000001b3);
	return sum;
}

static void say_contents(struct text *text, int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	uint64_t sum = UINT64_C(0xcbf29ce484222325);
	char bytes[4096], value[256];
	ssize_t n;

	if (fd < 0) {
		say(text, " %s", strerror(errno));
		return;
	}
	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		sum = hash(sum, bytes, (size_t) n);
	say(text, " %016llx", (unsigned long long) sum);
	n = flistxattr(fd, bytes, sizeof(bytes));
	for (const char *p = bytes; n > 0 && p < bytes + n; p += strlen(p) + 1) {
		ssize_t len = fgetxattr(fd, p, value, sizeof(value));

		if (!strncmp(p, "user.", 5))
			say(text, " %s=%zd:%016llx", p, len,
			    (unsigned long long) hash(0, value, len > 0 ? (size_t) len : 0));
	}
	(void) close(fd);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void say_folder(struct text *text, int at, const char *name, unsigned depth);

static void say_one(struct text *text, int at, const char *name, unsigned depth)
{
	struct stat st;
	char target[300];
	ssize_t n;

	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW))
		return;
	say(text, "%*s%s %o links=%lu %u:%u", 2 * (int) depth, "", name, st.st_mode,
	    (unsigned long) st.st_nlink, st.st_uid, st.st_gid);
	if (st.st_mtim.tv_sec < 1000000000 && !S_ISLNK(st.st_mode))
		say(text, " of %ld.%09ld", (long) st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	if (S_ISREG(st.st_mode)) {
		say(text, " %lld", (long long) st.st_size);
		say_contents(text, at, name);
	} else if (S_ISLNK(st.st_mode)) {
		n = readlinkat(at, name, target, sizeof(target) - 1);
		say(text, " -> %.*s", n > 0 ? (int) n : 0, target);
	}
	say(text, "\n");
	if (S_ISDIR(st.st_mode) && depth < 20)
		say_folder(text, at, name, depth + 1);
}

static void say_folder(struct text *text, int at, const char *name, unsigned depth)
{
	struct dirent **names;
	int fd, n = scandirat(at, name, &names, NULL, by_name);

	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	for (int i = 0; i < n; i++) {
		if (fd >= 0 && strcmp(names[i]->d_name, ".") && strcmp(names[i]->d_name, ".."))
			say_one(text, fd, names[i]->d_name, depth);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	if (fd >= 0)
		(void) close(fd);
}

void tree_tell(char *room, size_t n)
{
	struct text text = { room, n, 0 };

	for (int fd = FIRST_NEW; fd < FDS; fd++) {
		int flags = fcntl(fd, F_GETFL), closed = fcntl(fd, F_GETFD);
		struct stat st;

		if (flags < 0 || fstat(fd, &st))
			continue;
		say(&text, "descriptor %d: %o flags %o/%o at %lld, %lld bytes\n", fd, st.st_mode,
		    flags, closed, (long long) lseek(fd, 0, SEEK_CUR),
		    S_ISREG(st.st_mode) ? (long long) st.st_size : 0);
	}
	setup_more_descriptors(true);
	say_folder(&text, ROOT, ".", 0);
	setup_more_descriptors(false);
}

static void remove_at(int at, const char *name)
{
	int fd;

	if (!unlinkat(at, name, 0) || !unlinkat(at, name, AT_REMOVEDIR))
		return;
	(void) fchmodat(at, name, 0700, 0);
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0) {
		DIR *folder = fdopendir(fd);
		const struct dirent *one;

		while (folder && (one = readdir(folder)))
			if (strcmp(one->d_name, ".") && strcmp(one->d_name, ".."))
				remove_at(fd, one->d_name);
		(void) closedir(folder);
	}
	(void) unlinkat(at, name, AT_REMOVEDIR);
}

void tree_remove(const char *folder)
{
	remove_at(AT_FDCWD, folder);
}
