/* SPDX-License-Identifier: MIT */
/* Beginning and ending a test, its layers, what they log. */
#include <stdlib.h>
#include <string.h>

#include "kit.h"

const char encase_test_anything[1];

/* The test that has the log: the newest that has not ended. */
static struct encase_test *logging;

static void log_line(void *arg, const char *line, size_t len)
{
	struct encase_test *t = arg;

	t->lines = enc_kit_grow(t->lines, t->nlines, sizeof(*t->lines));
	t->lines[t->nlines] = enc_kit_alloc(len);
	memcpy(t->lines[t->nlines++], line, len - 1); /* without the newline */
}

struct encase_test *encase_test_new(const struct encase_interface *also,
				    const struct encase_layer *layer, const char *options,
				    encase_test_fail_fn *fail, const char *file, int line)
{
	struct encase_test *t = enc_kit_alloc(sizeof(*t));
	const struct encase_setup setup = { .interfaces = t->interfaces,
					    .memory = &enc_kit_memory,
					    .space = t,
					    .lower = &enc_kit_bottom,
					    .below = t,
					    .unknown = 1 };

	t->interfaces[0] = &encase_calls;
	t->interfaces[1] = also == &encase_calls ? NULL : also;
	t->fail = fail;
	if (encase_cage_new(&setup, &t->cage))
		enc_kit_give_up("no memory");
	logging = t;
	encase_log_to(log_line, t);
	if (layer)
		encase_test_push(t, 0, layer, options, file, line);
	return t;
}

void encase_test_on_failure(struct encase_test *t, encase_test_fail_fn *fail, void *arg)
{
	t->fail = fail;
	t->fail_arg = arg;
}

struct encase_cage *encase_test_cage(const struct encase_test *t)
{
	return t->cage;
}

void encase_test_push(struct encase_test *t, int error, const struct encase_layer *layer,
		      const char *options, const char *file, int line)
{
	size_t logged = t->nlines;
	int got = -encase_push(t->cage, layer, options);
	struct enc_kit_text *text;

	if (got == error)
		return;
	text = enc_kit_open();
	enc_kit_put(text->out, "pushing %s with ", layer && layer->name ? layer->name : "no layer");
	if (options)
		enc_kit_put(text->out, "\"%s\"", options);
	else
		enc_kit_put(text->out, "no options");
	enc_kit_put(text->out, ": expected ");
	if (error)
		enc_kit_show_errno(text->out, error);
	else
		enc_kit_put(text->out, "success");
	enc_kit_put(text->out, ", got ");
	if (got)
		enc_kit_show_errno(text->out, got);
	else
		enc_kit_put(text->out, "success");
	for (; logged < t->nlines; logged++)
		enc_kit_put(text->out, "\n  was logged: %s", t->lines[logged]);
	enc_kit_fail(t, file, line, text);
}

/* -- The end -------------------------------------------------------------- */

static void fail_unused(struct encase_test *t, struct enc_kit_answer *a)
{
	struct enc_kit_text *text = enc_kit_open();

	enc_kit_put(text->out, "nothing asked for this answer: %s = ", encase_text(a->desc)->name);
	if (a->error)
		enc_kit_show_errno(text->out, a->error);
	else
		enc_kit_show_word(text->out, a->desc->type, a->result);
	enc_kit_tell_reached(text->out, t);
	enc_kit_fail(t, a->file, a->line, text);
}

static void free_answers(struct encase_test *t)
{
	while (t->answers) {
		struct enc_kit_answer *a = t->answers;

		t->answers = a->next;
		enc_kit_answer_free(a);
	}
}

static void free_gates(struct encase_test *t)
{
	while (t->gates) {
		struct enc_kit_gate *gate = t->gates;

		t->gates = gate->next;
		encase_cage_free(gate->calls);
		encase_cage_free(gate->expects);
		free(gate);
	}
}

static void free_lists(struct encase_test *t)
{
	for (size_t i = 0; i < t->nreached; i++) {
		enc_kit_forget(t->reached[i]);
		free(t->reached[i]);
	}
	for (size_t i = 0; i < t->nlines; i++)
		free(t->lines[i]);
	free(t->reached);
	free(t->lines);
	free(t->waiting);
	enc_kit_forget(&t->last);
	enc_kit_forget(&t->expected);
	enc_kit_ranges_empty(&t->reads);
	enc_kit_ranges_empty(&t->writes);
	enc_kit_ranges_empty(&t->forbidden);
}

int encase_test_end(struct encase_test *t)
{
	int failures;

	if (t->depth || encase_cage_free(t->cage)) {
		struct enc_kit_text *text = enc_kit_open();

		enc_kit_put(text->out, "the test ends inside a call, or while a layer starts");
		enc_kit_fail(t, "encase_test_end()", 0, text);
		return t->failures;
	}
	for (struct enc_kit_answer *a = t->answers; a; a = a->next)
		if (!a->always)
			fail_unused(t, a);
	free_answers(t);
	free_gates(t);
	free_lists(t);
	if (logging == t)
		encase_log_to(NULL, NULL);
	failures = t->failures;
	free(t);
	return failures;
}
