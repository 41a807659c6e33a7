/* SPDX-License-Identifier: MIT */
/*
 * A line of text that is printed into somebody's buffer: as much as fits, and how long it
 * would have been.  Allocates nothing and never fails.
 */
#ifndef ENC_LINUX_LINE_H
#define ENC_LINUX_LINE_H

#include <stdbool.h>
#include <stddef.h>

struct enc_line {
	char *out;
	size_t room; /* of out, its NUL included */
	size_t len;  /* of the whole line */
};

void enc_put_char(struct enc_line *line, char c);
void enc_put(struct enc_line *line, const char *text);
__attribute__((format(printf, 2, 3))) void enc_putf(struct enc_line *line, const char *format, ...);

enum { ENC_SHOWN = 32 }; /* bytes of text, and elements of arrays, that are shown at most */

/*
 * Bytes between quotes, the unprintable ones as C has them: one of a run of which next is
 * the one behind the n shown, or -1.
 */
void enc_put_quoted(struct enc_line *line, const unsigned char *bytes, size_t n);
/* The same without quotes, for those who print a long text in pieces. */
void enc_put_escaped(struct enc_line *line, const unsigned char *bytes, size_t n, int next);

/* Ends the text in the buffer: with NUL, and "..." if it was cut. */
size_t enc_line_end(struct enc_line *line);

#endif
