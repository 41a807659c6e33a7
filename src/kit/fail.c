/* SPDX-License-Identifier: MIT */
/*
 * Failures: texts, where they go, and what all of them tell.
 *
 * A hook may end the test by a jump, so none is called while a call is in flight:
 * what fails then waits.  Whatever is freed is freed before the hook runs.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"

#define LONGEST 2000 /* bytes of a message that a hook is shown */
#define CALLS   8    /* most that are listed of what reached the bottom */

struct enc_kit_text *enc_kit_open(void)
{
	struct enc_kit_text *text = enc_kit_alloc(sizeof(*text));

	text->out = open_memstream(&text->text, &text->len);
	if (!text->out)
		enc_kit_give_up("no memory");
	return text;
}

void enc_kit_put(FILE *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void) vfprintf(out, format, args);
	va_end(args);
}

char *enc_kit_close(struct enc_kit_text *text)
{
	char *s;

	if (fclose(text->out))
		enc_kit_give_up("no memory");
	s = text->text;
	free(text);
	return s;
}

static void report(struct encase_test *t, const char *file, int line, char *s)
{
	char message[LONGEST];

	(void) snprintf(message, sizeof(message), "%s", s);
	free(s);
	t->failures++;
	if (t->fail)
		t->fail(t->fail_arg, file, line, message);
	else
		enc_kit_put(stderr, "%s:%d: %s\n", file, line, message);
}

void enc_kit_fail(struct encase_test *t, const char *file, int line, struct enc_kit_text *text)
{
	char *s = enc_kit_close(text);

	if (!t->depth) {
		report(t, file, line, s);
		return;
	}
	t->waiting = enc_kit_grow(t->waiting, t->nwaiting, sizeof(*t->waiting));
	t->waiting[t->nwaiting++] = s;
}

void enc_kit_fail_waiting(struct encase_test *t, const char *file, int line)
{
	while (t->nwaiting) {
		char *s = t->waiting[0];

		memmove(t->waiting, t->waiting + 1, --t->nwaiting * sizeof(*t->waiting));
		report(t, file, line, s);
	}
}

void enc_kit_tell_last(FILE *out, const struct encase_test *t)
{
	enc_kit_put(out, "\n  the call: ");
	if (enc_kit_made(&t->last))
		enc_kit_show_answered(out, &t->last);
	else
		enc_kit_put(out, "none was made");
}

void enc_kit_tell_reached(FILE *out, const struct encase_test *t)
{
	size_t first = t->nreached > CALLS ? t->nreached - CALLS : 0;

	enc_kit_put(out, "\n  reached the bottom:");
	if (!t->nreached)
		enc_kit_put(out, " nothing");
	if (first)
		enc_kit_put(out, "\n    (%zu more)", first);
	for (size_t i = first; i < t->nreached; i++) {
		enc_kit_put(out, "\n  %c ", i < t->looked ? '*' : ' ');
		enc_kit_show_answered(out, t->reached[i]);
	}
}
