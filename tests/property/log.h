/* SPDX-License-Identifier: MIT */
/*
 * What happened in a run, as lines of text.
 *
 * Two runs of a scenario agree if their logs do.  So a line holds nothing that
 * may differ between two right routers: no pointer into a layer's memory, but the
 * bytes found there.  Writing to a log leaves errno alone.
 */
#ifndef PROPERTY_LOG_H
#define PROPERTY_LOG_H

#include <stddef.h>
#include <stdint.h>

struct log {
	char *text; /* lines, each with its newline */
	size_t used, room;
};

/* A piece of text being put together, cut where it ends. */
struct text {
	char at[1400];
	size_t used;
};

void log_clear(struct log *log);
void log_free(struct log *log);
/* One line; its newline is added. */
void log_line(struct log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* n bytes: in full if they are few, else as a sum. */
uint64_t text_sum(const void *bytes, size_t n);
void text_add_bytes(struct text *text, const void *bytes, size_t n);

/* Prints both as TAP comments, side by side up to the first difference and a little on. */
void log_compare(const struct log *expected, const struct log *got);
void log_print(const struct log *log);

#endif
