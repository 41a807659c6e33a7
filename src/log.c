/* SPDX-License-Identifier: MIT */
/* encase_log(): lines for whoever asked for them.  The library itself never logs. */
#include <stdarg.h>
#include <stdio.h>

#include "enc.h"

#define LINE 1024 /* the newline included */

static struct {
	encase_sink_fn *fn;
	void *arg;
} sink;

void encase_log_to(encase_sink_fn *fn, void *arg)
{
	sink.fn = NULL;
	sink.arg = arg;
	sink.fn = fn;
}

void encase_log(const char *format, ...)
{
	char line[LINE];
	int saved = errno, n;
	encase_sink_fn *fn = sink.fn;
	va_list args;

	if (!fn)
		return;
	va_start(args, format);
	n = vsnprintf(line, LINE, format, args);
	va_end(args);
	if (n >= 0) {
		size_t len = (size_t) n < LINE ? (size_t) n : LINE - 1;

		line[len] = '\n';
		fn(sink.arg, line, len + 1);
	}
	errno = saved;
}
