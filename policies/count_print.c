/* SPDX-License-Identifier: MIT */
/* Layer "count": the summary, as lines for programs or a table for people; see policies.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "count.h"

struct line {
	char *path; /* as it is printed */
	uint64_t column[COUNT_COLUMNS];
};

struct lines {
	struct line *at;
	size_t n, room;
	bool failed;
};

/* -- Collecting ---------------------------------------------------------------------- */

/* As a string in C has it, without quotes; to has four bytes for each of key's, and one more. */
static void escape(char *to, const char *key, size_t length)
{
	static const char plain[] = "abtnvfr";

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char) key[i];

		if (c == '\\')
			to += sprintf(to, "\\\\");
		else if (c >= '\a' && c <= '\r')
			to += sprintf(to, "\\%c", plain[c - '\a']);
		else if (c < ' ' || c > '~')
			to += sprintf(to, "\\%03o", c);
		else
			*to++ = (char) c;
	}
	*to = '\0';
}

static struct line *add(struct lines *lines)
{
	size_t room = lines->room ? 2 * lines->room : 256;
	struct line *more;

	if (lines->n == lines->room) {
		more = realloc(lines->at, room * sizeof(*more));
		if (!more)
			return NULL;
		lines->at = more;
		lines->room = room;
	}
	return &lines->at[lines->n++];
}

/* A row that nobody has added to is none: it was made, and its process was killed. */
static void collect(void *arg, const char *key, size_t length, const uint64_t *columns)
{
	static const char others[] = "[others]";
	struct lines *lines = arg;
	struct line line, *to;

	for (unsigned i = 0; i < COUNT_COLUMNS; i++)
		line.column[i] = __atomic_load_n(&columns[i], __ATOMIC_RELAXED);
	if (!line.column[COUNT_CALLS] || lines->failed)
		return;
	line.path = malloc(4 * length + sizeof(others));
	to = line.path ? add(lines) : NULL;
	if (!to) {
		free(line.path);
		lines->failed = true;
		return;
	}
	escape(line.path, length ? key : others, length ? length : strlen(others));
	*to = line;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct line *) a)->path, ((const struct line *) b)->path);
}

static int by_bytes(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	uint64_t xs = x->column[COUNT_IN] + x->column[COUNT_OUT];
	uint64_t ys = y->column[COUNT_IN] + y->column[COUNT_OUT];

	return xs == ys ? by_path(a, b) : xs < ys ? 1 : -1;
}

/* -- Printing ------------------------------------------------------------------------- */

struct text {
	char *at;
	size_t n, room;
	bool failed;
};

__attribute__((format(printf, 2, 3))) static void say(struct text *text, const char *format, ...)
{
	size_t room = text->room ? 2 * text->room : 4096, n;
	va_list args;
	char *more;

	va_start(args, format);
	n = (size_t) vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (text->n + n + 1 > text->room && !text->failed) {
		room = room > text->n + n + 1 ? room : text->n + n + 1;
		more = realloc(text->at, room);
		text->failed = !more;
		text->at = more ? more : text->at;
		text->room = more ? room : text->room;
	}
	if (text->failed)
		return;
	va_start(args, format);
	text->n += (size_t) vsnprintf(text->at + text->n, text->room - text->n, format, args);
	va_end(args);
}

static void say_lines(struct text *text, const struct lines *lines)
{
	for (size_t i = 0; i < lines->n; i++) {
		const uint64_t *c = lines->at[i].column;

		say(text, "%s\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\n",
		    lines->at[i].path, c[COUNT_CALLS], c[COUNT_ERRORS], c[COUNT_IN], c[COUNT_OUT]);
	}
}

static void say_row(struct text *text, const uint64_t *c, const char *path)
{
	say(text, "%10" PRIu64 " %8" PRIu64 " %14" PRIu64 " %14" PRIu64 "   %s\n", c[COUNT_CALLS],
	    c[COUNT_ERRORS], c[COUNT_IN], c[COUNT_OUT], path);
}

static void say_table(struct text *text, const struct lines *lines)
{
	uint64_t all[COUNT_COLUMNS] = { 0 };

	say(text, "%10s %8s %14s %14s   %s\n", "calls", "errors", "bytes in", "bytes out", "path");
	for (size_t i = 0; i < lines->n; i++) {
		say_row(text, lines->at[i].column, lines->at[i].path);
		for (unsigned j = 0; j < COUNT_COLUMNS; j++)
			all[j] += lines->at[i].column[j];
	}
	say_row(text, all, "all");
}

static int write_all(int fd, const char *text, size_t size)
{
	while (size) {
		ssize_t n = write(fd, text, size);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			text += n;
			size -= (size_t) n;
		}
	}
	return 0;
}

static int print(const struct lines *lines, int fd)
{
	struct text text = { 0 };
	int err;

	if (isatty(fd))
		say_table(&text, lines);
	else
		say_lines(&text, lines);
	err = text.failed ? -ENOMEM : write_all(fd, text.at, text.n);
	free(text.at);
	return err;
}

int enc_count_print(const struct enc_count *count, int fd)
{
	struct lines lines = { 0 };
	int err;

	encase_stats_each(count->stats, collect, &lines);
	if (lines.n)
		qsort(lines.at, lines.n, sizeof(*lines.at), count->by_bytes ? by_bytes : by_path);
	err = lines.failed ? -ENOMEM : print(&lines, fd);
	for (size_t i = 0; i < lines.n; i++)
		free(lines.at[i].path);
	free(lines.at);
	return err;
}
