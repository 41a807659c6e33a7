/* SPDX-License-Identifier: MIT */
/*
 * Finding and reading text files, with libc's own calls: none of this is in a cage.
 *
 * Paths are found before any database is opened.  A database in the same folder
 * is therefore never read here, and must not be: closing any descriptor of it
 * would drop the locks that SQLite holds on it.
 */
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text_files.h"

static int complain(const char *path, int error)
{
	fprintf(stderr, "write_counter: %s: %s\n", path, strerror(error));
	return -1;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static int add(struct path_list *list, const char *path)
{
	char **grown;

	if ((list->n & (list->n - 1)) == 0) {
		grown = realloc(list->path, (list->n ? 2 * list->n : 1) * sizeof(*grown));
		if (!grown)
			return -1;
		list->path = grown;
	}
	list->path[list->n] = strdup(path);
	return list->path[list->n++] ? 0 : -1;
}

/* 0, or the errno that ends the search. */
static int visit(struct path_list *list, const FTSENT *at)
{
	switch (at->fts_info) {
	case FTS_F:
		if (at->fts_level == 0)
			return ENOTDIR;
		return add(list, at->fts_path) < 0 ? ENOMEM : 0;
	case FTS_NS:
	case FTS_DNR:
	case FTS_ERR:
		if (at->fts_level == 0)
			return at->fts_errno;
		list->unreadable++;
		return 0;
	case FTS_DEFAULT:
		return at->fts_level == 0 ? ENOTDIR : 0;
	default:
		return 0;
	}
}

int path_list_make(struct path_list *list, const char *folder)
{
	char *roots[] = { (char *) folder, NULL };
	const FTSENT *at;
	int error = 0;
	FTS *tree;

	memset(list, 0, sizeof(*list));
	list->folder = folder;
	tree = fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_name);
	if (!tree)
		return complain(folder, errno);
	while (!error) {
		errno = 0;
		at = fts_read(tree);
		if (!at) {
			error = errno;
			break;
		}
		error = visit(list, at);
	}
	fts_close(tree);
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
		n = read(fd, text->data + text->len, text->room - text->len);
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
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	enum text_result result;

	if (fd < 0)
		return TEXT_UNREADABLE;
	result = read_all(text, fd);
	close(fd);
	return result;
}
