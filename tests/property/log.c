/* SPDX-License-Identifier: MIT */
/*
 * Logs of runs: writing them, and showing where two differ.
 *
 * A log grows as it must and keeps its memory from run to run.  Two logs are shown
 * line by line while they agree, then what each says next: what comes after that
 * follows from the first difference.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

#define SHOWN_AFTER 6 /* lines of each log shown from the first difference on */

void log_clear(struct log *log)
{
	log->used = 0;
}

void log_free(struct log *log)
{
	free(log->text);
	*log = (struct log){ 0 };
}

void log_line(struct log *log, const char *format, ...)
{
	int before = errno, n;
	va_list args;

	if (log->room - log->used < 2048) {
		log->room = log->room * 2 + 8192;
		log->text = realloc(log->text, log->room);
		if (!log->text)
			abort();
	}
	va_start(args, format);
	n = vsnprintf(log->text + log->used, 2000, format, args);
	va_end(args);
	log->used += (size_t) (n < 2000 ? n : 1999);
	log->text[log->used++] = '\n';
	log->text[log->used] = 0;
	errno = before;
}

void text_add(struct text *text, const char *format, ...)
{
	size_t room = sizeof(text->at) - text->used;
	int before = errno, n;
	va_list args;

	va_start(args, format);
	n = vsnprintf(text->at + text->used, room, format, args);
	va_end(args);
	text->used += (size_t) n < room ? (size_t) n : room - 1;
	errno = before;
}

uint64_t text_sum(const void *bytes, size_t n)
{
	const unsigned char *at = bytes;
	uint64_t sum = UINT64_C(0xcbf29ce484222325), word;

	for (; n >= sizeof(word); n -= sizeof(word), at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		sum = (sum ^ word) * UINT64_C(0x100000001b3);
		sum ^= sum >> 29;
	}
	while (n--)
		sum = (sum ^ *at++) * UINT64_C(0x100000001b3);
	return sum;
}

void text_add_bytes(struct text *text, const void *bytes, size_t n)
{
	const unsigned char *at = bytes;

	text_add(text, "%zu:", n);
	if (n > 20) {
		text_add(text, "#%016llx", (unsigned long long) text_sum(bytes, n));
		return;
	}
	for (size_t i = 0; i < n; i++)
		text_add(text, "%02x", at[i]);
}

/* The end of the line at a place in a log. */
static const char *line_end(const char *at)
{
	const char *end = strchr(at, '\n');

	return end ? end : at + strlen(at);
}

static const char *print_line(const char *mark, const char *at)
{
	const char *end = line_end(at);

	if (*at)
		printf("# %s%.*s\n", mark, (int) (end - at), at);
	return *end ? end + 1 : end;
}

void log_print(const struct log *log)
{
	const char *at = log->used ? log->text : "";

	while (*at)
		at = print_line("  ", at);
}

void log_compare(const struct log *expected, const struct log *got)
{
	const char *a = expected->used ? expected->text : "", *b = got->used ? got->text : "";

	while (*a && *b) {
		size_t n = (size_t) (line_end(a) - a);

		if (n != (size_t) (line_end(b) - b) || memcmp(a, b, n) != 0)
			break;
		a = print_line("  ", a);
		b = *line_end(b) ? line_end(b) + 1 : line_end(b);
	}
	printf("# the reference router:\n");
	for (unsigned i = 0; i < SHOWN_AFTER && *a; i++)
		a = print_line("- ", a);
	printf("# the library:\n");
	for (unsigned i = 0; i < SHOWN_AFTER && *b; i++)
		b = print_line("+ ", b);
}
