/* SPDX-License-Identifier: MIT */
/*
 * What a test expects of its calls.  Each expectation says what it wanted, and
 * shows the call and what reached the bottom instead.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"

/* -- Values --------------------------------------------------------------- */

static bool float_word(unsigned type, struct encase_test_value value, encase_word *word)
{
	double number = value.kind == ENC_TEST_FLOAT      ? value.f
			: value.kind == ENC_TEST_UNSIGNED ? (double) value.u
							  : (double) value.s;
	float single = (float) number;

	*word = 0;
	if (type == ENCASE_F32)
		memcpy(word, &single, sizeof(single));
	else
		memcpy(word, &number, sizeof(number));
	return value.kind != ENC_TEST_POINTER;
}

bool enc_kit_word(unsigned type, struct encase_test_value value, encase_word *word)
{
	if (type == ENCASE_F32 || type == ENCASE_F64)
		return float_word(type, value, word);
	if (value.kind == ENC_TEST_FLOAT ||
	    (value.kind == ENC_TEST_POINTER) != (type == ENCASE_POINTER))
		return false;
	*word = encase_widen(type, value.u);
	if (*word != value.u)
		return false;
	/* The same bits, but not the same number? */
	if (value.kind == ENC_TEST_UNSIGNED)
		return type == ENCASE_U64 || value.u <= INT64_MAX;
	return value.kind == ENC_TEST_POINTER || type != ENCASE_U64 || value.s >= 0;
}

/* -- The last call -------------------------------------------------------- */

/* An expectation that failed: its text, to which the calls are to be added. */
static void finish(struct encase_test *t, struct enc_kit_text *text, const char *file, int line)
{
	enc_kit_tell_last(text->out, t);
	enc_kit_tell_reached(text->out, t);
	enc_kit_fail(t, file, line, text);
}

static void show_outcome(FILE *out, const struct encase_test *t)
{
	if (!enc_kit_made(&t->last))
		enc_kit_put(out, "no result");
	else if (t->last.error)
		enc_kit_show_errno(out, t->last.error);
	else
		enc_kit_show_word(out, t->last.shape.type, t->last.result);
}

void encase_test_expect_result(struct encase_test *t, struct encase_test_value value,
			       const char *file, int line)
{
	const struct encase_desc *desc = enc_kit_made(&t->last) ? &t->last.shape : NULL;
	struct enc_kit_text *text;
	encase_word word = 0;
	bool possible = desc && enc_kit_word(desc->type, value, &word);

	if (possible && !t->last.error && word == encase_widen(desc->type, t->last.result))
		return;
	text = enc_kit_open();
	enc_kit_put(text->out, "expected the result ");
	enc_kit_show_value(text->out, value);
	enc_kit_put(text->out, "%s",
		    desc && !possible ? ", which the call's type does not have, got " : ", got ");
	show_outcome(text->out, t);
	finish(t, text, file, line);
}

void encase_test_expect(struct encase_test *t, int holds, const char *condition, const char *file,
			int line)
{
	struct enc_kit_text *text;

	if (holds)
		return;
	text = enc_kit_open();
	enc_kit_put(text->out, "expected: %s", condition);
	finish(t, text, file, line);
}

void encase_test_expect_errno(struct encase_test *t, int error, const char *file, int line)
{
	struct enc_kit_text *text;

	if (enc_kit_made(&t->last) && error && t->last.error == error)
		return;
	text = enc_kit_open();
	enc_kit_put(text->out, "expected ");
	enc_kit_show_errno(text->out, error);
	enc_kit_put(text->out, ", got ");
	show_outcome(text->out, t);
	finish(t, text, file, line);
}

/* -- What layers touched -------------------------------------------------- */

void encase_test_expect_arg_untouched(struct encase_test *t, const struct encase_desc *desc,
				      unsigned arg, int written, const char *file, int line)
{
	const char *name = encase_text(desc)->arg[arg].name;
	const void *p = (const void *) (uintptr_t) t->last.words[arg];
	struct enc_kit_text *text;
	bool is_there = t->last.desc == desc && p && enc_kit_points(&t->last.shape, arg);
	size_t n = is_there ? t->last.data[arg].extent : 0, touched = 0, now;
	int error = 0;

	if (is_there && !n && !t->blind)
		error = enc_kit_extent(t, &t->last.shape, arg, t->last.words, &now);
	if (n)
		touched = enc_kit_touched(written ? &t->writes : &t->reads, &t->last.shape, arg,
					  t->last.words, n);
	if (n && !touched)
		return;
	text = enc_kit_open();
	if (t->last.desc != desc)
		enc_kit_put(text->out, "the last call was no %s", encase_text(desc)->name);
	else if (error)
		enc_kit_put(text->out, "%s points to nothing that could be read or written", name);
	else if (!n)
		enc_kit_put(text->out, "%s points to no bytes", name);
	else
		enc_kit_put(text->out, "layers %s %zu of the %zu bytes of %s",
			    written ? "wrote" : "read", touched, n, name);
	finish(t, text, file, line);
}

static size_t all(const struct enc_kit_ranges *ranges)
{
	return enc_kit_ranges_in(ranges, NULL, (size_t) 1 << 62);
}

void encase_test_expect_untouched(struct encase_test *t, const char *file, int line)
{
	size_t reads = all(&t->reads), writes = all(&t->writes);
	struct enc_kit_text *text;

	if (enc_kit_made(&t->last) && !reads && !writes)
		return;
	text = enc_kit_open();
	if (!enc_kit_made(&t->last))
		enc_kit_put(text->out, "no call was made");
	else
		enc_kit_put(text->out, "layers read %zu and wrote %zu bytes of the cage's", reads,
			    writes);
	finish(t, text, file, line);
}

/* -- What reached the bottom ---------------------------------------------- */

static void fail_reached(struct encase_test *t, const struct encase_test_call *call,
			 const char *file, int line)
{
	struct enc_kit_text *text = enc_kit_open();

	enc_kit_put(text->out, "expected to reach the bottom: ");
	enc_kit_show_call(text->out, &t->expected);
	for (unsigned i = 0; call && i < call->shape.nargs && i < t->expected.shape.nargs; i++) {
		if (enc_kit_same(t, call, i))
			continue;
		enc_kit_put(text->out, "\n  %s: expected ", encase_text(call->desc)->arg[i].name);
		enc_kit_show_arg(text->out, &t->expected, i);
		enc_kit_put(text->out, ", got ");
		enc_kit_show_arg(text->out, call, i);
	}
	finish(t, text, file, line);
}

void encase_test_expect_reached(struct encase_test *t, const char *file, int line)
{
	const struct encase_test_call *call = NULL;
	size_t i = t->looked;
	bool same;

	enc_kit_keep_in(t, &t->expected);
	while (i < t->nreached && t->reached[i]->desc != t->expected.desc)
		i++;
	if (i < t->nreached)
		call = t->reached[i];
	same = call;
	same = same && call->shape.nargs == t->expected.shape.nargs;
	for (unsigned arg = 0; same && arg < call->shape.nargs; arg++)
		same = same && enc_kit_same(t, call, arg);
	if (!same) {
		fail_reached(t, call, file, line);
		return;
	}
	t->looked = i + 1;
}

void encase_test_expect_not_reached(struct encase_test *t, const struct encase_desc *desc,
				    const char *file, int line)
{
	struct enc_kit_text *text;
	size_t i = t->looked;

	while (i < t->nreached && desc && t->reached[i]->desc != desc)
		i++;
	if (i == t->nreached)
		return;
	text = enc_kit_open();
	enc_kit_put(text->out, "expected %s to reach the bottom%s",
		    desc ? "no call of this name" : "nothing", t->looked ? " any more" : "");
	if (desc)
		enc_kit_put(text->out, ": %s", encase_text(desc)->name);
	finish(t, text, file, line);
}

const struct encase_test_call *encase_test_reached(const struct encase_test *t, size_t i)
{
	return i < t->nreached ? t->reached[i] : NULL;
}

/* -- What was logged ------------------------------------------------------ */

void encase_test_expect_logged(struct encase_test *t, const char *file, int line,
			       const char *format, ...)
{
	struct enc_kit_text *text = enc_kit_open();
	bool got = t->lines_looked < t->nlines;
	const char *logged = got ? t->lines[t->lines_looked] : "nothing";
	char *expected;
	va_list args;

	va_start(args, format);
	(void) vfprintf(text->out, format, args);
	va_end(args);
	expected = enc_kit_close(text);
	if (got && !strcmp(expected, logged)) {
		free(expected);
		t->lines_looked++;
		return;
	}
	text = enc_kit_open();
	enc_kit_put(text->out, "expected to be logged: %s\n  was logged: %s", expected, logged);
	free(expected);
	finish(t, text, file, line);
}

void encase_test_expect_not_logged(struct encase_test *t, const char *file, int line)
{
	struct enc_kit_text *text;

	if (t->lines_looked == t->nlines)
		return;
	text = enc_kit_open();
	enc_kit_put(text->out, "expected nothing%s to be logged\n  was logged: %s",
		    t->lines_looked ? " more" : "", t->lines[t->lines_looked]);
	finish(t, text, file, line);
}
