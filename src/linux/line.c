/* SPDX-License-Identifier: MIT */
/* Lines of text in a buffer of given room. */
#include "line.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void enc_put_char(struct enc_line *line, char c)
{
	if (line->len + 1 < line->room)
		line->out[line->len] = c;
	line->len++;
}

void enc_put(struct enc_line *line, const char *text)
{
	while (*text)
		enc_put_char(line, *text++);
}

/* For numbers and the like: longer texts are cut at this. */
void enc_putf(struct enc_line *line, const char *format, ...)
{
	char text[128];
	va_list args;

	va_start(args, format);
	(void) vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	enc_put(line, text);
}

static void put_octal(struct enc_line *line, unsigned c, bool all_digits)
{
	enc_put_char(line, '\\');
	if (all_digits || c >= 0100)
		enc_put_char(line, (char) ('0' + (c >> 6)));
	if (all_digits || c >= 010)
		enc_put_char(line, (char) ('0' + (c >> 3 & 7)));
	enc_put_char(line, (char) ('0' + (c & 7)));
}

void enc_put_escaped(struct enc_line *line, const unsigned char *bytes, size_t n, int next)
{
	static const char named[] =
		"\tt\nn\vv\ff\rr\"\"\\\\"; /* a character and its name in turn */

	for (size_t i = 0; i < n; i++) {
		int after = i + 1 < n ? bytes[i + 1] : next;
		const char *at = bytes[i] ? strchr(named, bytes[i]) : NULL;

		while (at && (at - named) % 2)
			at = strchr(at + 1, bytes[i]);
		if (at) {
			enc_put_char(line, '\\');
			enc_put_char(line, at[1]);
		} else if (bytes[i] >= ' ' && bytes[i] < 127) {
			enc_put_char(line, (char) bytes[i]);
		} else {
			put_octal(line, bytes[i], after >= '0' && after <= '7');
		}
	}
}

void enc_put_quoted(struct enc_line *line, const unsigned char *bytes, size_t n)
{
	enc_put_char(line, '"');
	enc_put_escaped(line, bytes, n, -1);
	enc_put_char(line, '"');
}

size_t enc_line_end(struct enc_line *line)
{
	static const char cut[] = "...";
	size_t dots = sizeof(cut) - 1;

	if (!line->room)
		return line->len;
	if (line->len < line->room) {
		line->out[line->len] = '\0';
		return line->len;
	}
	if (dots > line->room - 1)
		dots = line->room - 1;
	memcpy(line->out + line->room - 1 - dots, cut, dots);
	line->out[line->room - 1] = '\0';
	return line->len;
}
