/* SPDX-License-Identifier: MIT */
/*
 * Layer "trace": logs a line for each call; see policies.h.
 *
 *     encase_push(cage, &encase_trace, NULL);
 *
 * One raw handler serves every call there is: what it prints it finds in the
 * call's descriptor.  A rule for any call passes all pointers by, so no byte of
 * the cage is read.  Each part of a line has a bound, so that any line fits.
 */
#define _GNU_SOURCE /* strerrorname_np() */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policies.h"

enum {
	LINE = 1023, /* encase_log()'s */
	NAME = 64,   /* most that is shown of a name, and of the prefix */
	ARG = sizeof(", =0x0123456789abcdef") + NAME,
	RESULT = 32,
};
_Static_assert(NAME + NAME + ENCASE_MAX_ARGS * ARG + sizeof("() = ") + RESULT <= LINE,
	       "any line fits");

struct line {
	size_t len;
	char text[LINE + 1];
};

static __attribute__((format(printf, 2, 3))) void add(struct line *line, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	line->len += (size_t) vsnprintf(line->text + line->len, sizeof(line->text) - line->len,
					format, args);
	va_end(args);
}

/* A number of a type as its bits, without those that a negative one has above them in a word. */
static encase_word bits(unsigned type, encase_word word)
{
	switch (type) {
	case ENCASE_S8:
		return encase_widen(ENCASE_U8, word);
	case ENCASE_S16:
		return encase_widen(ENCASE_U16, word);
	case ENCASE_S32:
		return encase_widen(ENCASE_U32, word);
	default:
		return word;
	}
}

static void add_call(struct line *line, const struct encase_call *call)
{
	const struct encase_desc *shape = encase_call_shape(call);
	const struct encase_text *text = encase_call_desc(call) ? encase_text(shape) : NULL;

	if (text)
		add(line, "%.*s(", NAME, text->name);
	else
		add(line, "%ld(", encase_call_number(call));
	for (unsigned i = 0; i < shape->nargs; i++) {
		add(line, "%s", i ? ", " : "");
		if (text)
			add(line, "%.*s=", NAME, text->arg[i].name);
		add(line, "0x%" PRIx64, bits(encase_arg_type(shape, i), encase_arg_word(call, i)));
	}
	add(line, ")");
}

static void add_error(struct line *line, int error)
{
	const char *name = strerrorname_np(error);

	if (name)
		add(line, " = -1 %s", name);
	else
		add(line, " = -1 %d", error);
}

static void add_result(struct line *line, unsigned type, encase_word word)
{
	union {
		encase_word word;
		float f32;
		double f64;
	} value = { .word = encase_widen(type, word) };

	if (type == ENCASE_F32)
		add(line, " = %g", (double) value.f32);
	else if (type == ENCASE_F64)
		add(line, " = %g", value.f64);
	else if (type == ENCASE_POINTER)
		add(line, " = 0x%" PRIx64, value.word);
	else if (type == ENCASE_U64)
		add(line, " = %" PRIu64, value.word);
	else
		add(line, " = %" PRId64, (int64_t) value.word);
}

static long on_any(struct encase_call *call)
{
	long word = encase_forward(call);
	int error = encase_failed(call), saved = errno;
	struct line line = { .len = 0 };

	add_call(&line, call);
	if (error)
		add_error(&line, error);
	else
		add_result(&line, encase_call_shape(call)->type, (encase_word) word);
	encase_log("%s%s", (const char *) encase_self(), line.text);
	errno = saved; /* printing may have changed it */
	return word;
}

/* The state is the prefix. */
static int start(void **state, const char *options)
{
	static const char key[] = "prefix=";
	const char *prefix = "";

	if (options && *options) {
		if (!strncmp(options, key, strlen(key)))
			prefix = options + strlen(key);
		if (prefix[0] == '\0' || strlen(prefix) > NAME) {
			encase_log("trace: not prefix=TEXT, 1 to %d bytes: '%s'", NAME, options);
			return -EINVAL;
		}
	}
	*state = strdup(prefix);
	return *state ? 0 : -ENOMEM;
}

static const struct encase_rule rules[] = { ENCASE_ON_ANY(on_any), ENCASE_END };

const struct encase_layer encase_trace = {
	.name = "trace",
	.rules = rules,
	.start = start,
	.stop = free,
};
