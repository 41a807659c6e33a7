/* SPDX-License-Identifier: MIT */
/* Programs in files; see program.h. */
#include "program.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC_SIZE (sizeof(PROGRAM_MAGIC) - 1)

/* A program's text, put together from its files. */
struct source {
	unsigned line; /* how many lines it has yet */
	size_t n;
	unsigned nparts, nfiles;
	/* From that line on it is that file's from a line on. */
	struct {
		unsigned line, from, file;
	} parts[2 * PROGRAM_FILES + 1];
	char files[PROGRAM_FILES + 1][PATH_MAX];
	char text[PROGRAM_MOST];
};

static bool refuse(const char *path, unsigned line, const char *why)
{
	if (line)
		(void) fprintf(stderr, "%s:%u: %s\n", path, line, why);
	else
		(void) fprintf(stderr, "%s: %s\n", path, why);
	return false;
}

static void tell(void *arg, unsigned line, const char *text)
{
	const struct source *s = arg;
	unsigned i = s->nparts - 1;

	while (s->parts[i].line >= line)
		i--;
	(void) refuse(s->files[s->parts[i].file], line - s->parts[i].line + s->parts[i].from, text);
}

static void begin_part(struct source *s, unsigned file, unsigned from)
{
	s->parts[s->nparts].line = s->line;
	s->parts[s->nparts].file = file;
	s->parts[s->nparts++].from = from;
}

static bool add_line(struct source *s, const char *line, size_t n)
{
	if (n >= sizeof(s->text) - s->n)
		return false;
	memcpy(s->text + s->n, line, n);
	s->n += n;
	s->text[s->n++] = '\n';
	s->line++;
	return true;
}

/* The name in .include "name", where a line is one; a piece of the line. */
static const char *included(const char *line, size_t n, size_t *length)
{
	static const char word[] = ".include";
	const char *end = line + n, *quote;

	while (line < end && (*line == ' ' || *line == '\t'))
		line++;
	if ((size_t) (end - line) < sizeof(word) || memcmp(line, word, sizeof(word) - 1) != 0)
		return NULL;
	line += sizeof(word) - 1;
	while (line < end && (*line == ' ' || *line == '\t'))
		line++;
	if (line == end || *line++ != '"')
		return NULL;
	quote = memchr(line, '"', (size_t) (end - line));
	*length = quote ? (size_t) (quote - line) : 0;
	return quote ? line : NULL;
}

/* Reads a file whole; null with errno.  To be freed. */
static char *read_whole(const char *path, size_t *n)
{
	FILE *file = fopen(path, "rb");
	char *bytes = malloc(PROGRAM_MOST + 1);
	bool good = file && bytes;

	*n = good ? fread(bytes, 1, PROGRAM_MOST + 1, file) : 0;
	good = good && !ferror(file);
	if (good && *n > PROGRAM_MOST) {
		errno = EFBIG;
		good = false;
	}
	if (file)
		(void) fclose(file);
	if (good)
		return bytes;
	free(bytes);
	return NULL;
}

static bool add_file(struct source *s, const char *text, size_t size);

/* For a line of a file's. */
static bool include(struct source *s, unsigned file, unsigned line, const char *name, size_t n)
{
	const char *from = s->files[file], *slash = strrchr(from, '/');
	size_t folder = slash ? (size_t) (slash + 1 - from) : 0, size;
	char path[PATH_MAX], *text;
	bool good;

	if (s->nfiles > PROGRAM_FILES)
		return refuse(from, line, "these are too many files");
	(void) snprintf(path, sizeof(path), "%.*s%.*s", (int) folder, from, (int) n, name);
	memcpy(s->files[s->nfiles], path, sizeof(path));
	text = read_whole(path, &size);
	good = text ? add_file(s, text, size) : refuse(from, line, strerror(errno));
	free(text);
	return good;
}

/* Its lines, and those that it includes. */
static bool add_file(struct source *s, const char *text, size_t size)
{
	const char *at = text, *end = text + size, *name;
	unsigned file = s->nfiles++, line = 1;
	bool good = true;

	begin_part(s, file, 0);
	for (; good && at < end; line++) {
		const char *newline = memchr(at, '\n', (size_t) (end - at));
		size_t n = (size_t) ((newline ? newline : end) - at), length;

		name = included(at, n, &length);
		if (!name) {
			good = add_line(s, at, n) ||
			       refuse(s->files[file], line, "it gets too large");
		} else {
			good = include(s, file, line, name, length);
			if (good)
				begin_part(s, file, line);
		}
		at = newline ? newline + 1 : end;
	}
	return good;
}

static bool take_source(const char *path, const char *text, size_t size, struct asm_image *image)
{
	struct source *s = malloc(sizeof(*s));
	bool good;

	if (!s)
		return refuse(path, 0, "no memory");
	s->line = s->nparts = s->nfiles = 0;
	s->n = 0;
	(void) snprintf(s->files[0], PATH_MAX, "%s", path);
	good = add_file(s, text, size) && !asm_assemble(s->text, s->n, image, tell, s);
	free(s);
	return good;
}

static bool take_image(const char *path, const char *bytes, size_t n, struct asm_image *image)
{
	if (n > VM_MOST)
		return refuse(path, 0, "larger than a machine's memory");
	image->size = n;
	memcpy(image->bytes, bytes, n);
	return true;
}

bool program_read(const char *path, struct asm_image *image)
{
	size_t n;
	char *bytes = read_whole(path, &n);
	bool good;

	if (!bytes)
		return refuse(path, 0, strerror(errno));
	if (n >= MAGIC_SIZE && !memcmp(bytes, PROGRAM_MAGIC, MAGIC_SIZE))
		good = take_image(path, bytes + MAGIC_SIZE, n - MAGIC_SIZE, image);
	else
		good = take_source(path, bytes, n, image);
	free(bytes);
	return good;
}

bool program_write(const char *path, const struct asm_image *image)
{
	FILE *file = fopen(path, "wb");
	bool good = file && fwrite(PROGRAM_MAGIC, 1, MAGIC_SIZE, file) == MAGIC_SIZE &&
		    fwrite(image->bytes, 1, image->size, file) == image->size;

	if (file && fclose(file))
		good = false;
	if (!good)
		perror(path);
	return good;
}
