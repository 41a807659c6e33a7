/* SPDX-License-Identifier: MIT */
/*
 * Finding and reading text files, by the calls of the program's own cage.
 *
 * Paths are found before any database is opened.  A database in the same folder
 * is therefore never read here, and must not be: closing any descriptor of it
 * would drop the locks that SQLite holds on it.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "files.h"
#include "text_files.h"

static int complain(const char *path, int error)
{
	fprintf(stderr, "write_counter: %s: %s\n", path, strerror(error));
	return -1;
}

static int add(struct path_list *list, const char *path)
{
	char **grown;

	if ((list->n & (list->n - 1)) == 0) {
		grown = realloc(list->path, (list->n ? 2 * list->n : 1) * sizeof(*grown));
		if (!grown)
			return ENOMEM;
		list->path = grown;
	}
	list->path[list->n] = strdup(path);
	return list->path[list->n++] ? 0 : ENOMEM;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}

/* The paths of what is in a folder, sorted.  0, or an errno. */
static int look_into(const char *folder, int flags, struct path_list *found)
{
	char buf[32768] __attribute__((aligned(8))), path[PATH_MAX];
	int fd = files.open(folder, flags | O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	const struct dirent64 *entry;
	ssize_t n = 0;
	int error = 0;

	if (fd < 0)
		return errno;
	while (error == 0 && (n = files.getdents64(fd, buf, sizeof(buf))) > 0) {
		for (ssize_t at = 0; at < n && error == 0; at += entry->d_reclen) {
			entry = (const struct dirent64 *) (buf + at);
			if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
				continue;
			if (snprintf(path, PATH_MAX, "%s/%s", folder, entry->d_name) >= PATH_MAX)
				error = ENAMETOOLONG;
			else
				error = add(found, path);
		}
	}
	if (n < 0)
		error = errno;
	files.close(fd);
	if (found->n)
		qsort(found->path, found->n, sizeof(*found->path), by_name);
	return error;
}

/* Adds the files in a folder and below.  0, or the errno that ends the search. */
static int walk(struct path_list *list, const char *folder, int flags)
{
	struct path_list found = { 0 };
	int error = look_into(folder, flags, &found);
	struct stat status;

	if (flags && error && error != ENOMEM) { /* not the first one */
		list->unreadable++;
		error = 0;
	}
	for (size_t i = 0; i < found.n && error == 0; i++) {
		if (files.lstat(found.path[i], &status) < 0)
			continue; /* it has gone */
		if (S_ISDIR(status.st_mode))
			error = walk(list, found.path[i], O_NOFOLLOW);
		else if (S_ISREG(status.st_mode))
			error = add(list, found.path[i]);
	}
	path_list_free(&found);
	return error;
}

int path_list_make(struct path_list *list, const char *folder)
{
	int error;

	memset(list, 0, sizeof(*list));
	list->folder = folder;
	error = walk(list, folder, 0);
	if (!error)
		return 0;
	path_list_free(list);
	return complain(folder, error);
}

void path_list_free(struct path_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->path[i]);
	free(list->path);
	memset(list, 0, sizeof(*list));
}

static enum text_result read_all(struct text *text, int fd)
{
	size_t room;
	char *grown;
	ssize_t n;

	for (text->len = 0;; text->len += n) {
		if (text->len > TEXT_MAX)
			return TEXT_TOO_LARGE;
		if (text->len == text->room) {
			room = text->room ? 2 * text->room : 1 << 16;
			grown = realloc(text->data, room);
			if (!grown)
				return TEXT_TOO_LARGE;
			text->data = grown;
			text->room = room;
		}
		n = files.read(fd, text->data + text->len, text->room - text->len);
		if (n < 0)
			return TEXT_UNREADABLE;
		if (n == 0)
			return TEXT_READ;
		if (memchr(text->data + text->len, 0, n))
			return TEXT_IS_BINARY;
	}
}

enum text_result text_read(struct text *text, const char *path)
{
	/* What is no regular file any more must not be waited for. */
	int fd = files.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0);
	enum text_result result;

	if (fd < 0)
		return TEXT_UNREADABLE;
	result = read_all(text, fd);
	files.close(fd);
	return result;
}
