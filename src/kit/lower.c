/* SPDX-License-Identifier: MIT */
/*
 * The bottom of a test's cage: notes what reaches it, and answers by the script.
 *
 * It uses pointers in place, the cage's and the layers', so that what it reads and
 * writes is not taken for a layer's doing.  Nothing in here ends the test: the
 * layers above are still running.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"

/* -- The script ----------------------------------------------------------- */

static struct enc_kit_answer *add_answer(struct encase_test *t, const struct encase_desc *desc,
					 const char *file, int line)
{
	struct enc_kit_answer *answer = enc_kit_alloc(sizeof(*answer)), **end = &t->answers;

	answer->desc = desc;
	answer->file = file;
	answer->line = line;
	while (*end)
		end = &(*end)->next;
	*end = answer;
	return answer;
}

/* Whether a kernel's word would be taken for an error. */
static bool is_error(const struct encase_desc *desc, encase_word word)
{
	return desc->result == ENCASE_FAILS && word > (encase_word) -ENC_KIT_ERRNO - 1;
}

static void refuse(struct encase_test *t, const struct encase_desc *desc, const char *file,
		   int line, const char *why, struct encase_test_value value)
{
	struct enc_kit_text *text = enc_kit_open();

	enc_kit_put(text->out, "%s cannot be answered with ", encase_text(desc)->name);
	enc_kit_show_value(text->out, value);
	enc_kit_put(text->out, ": %s", why);
	enc_kit_fail(t, file, line, text);
}

void encase_test_answer(struct encase_test *t, const struct encase_desc *desc, int always,
			const char *file, int line, struct encase_test_value value,
			const struct encase_test_fill *fills)
{
	struct enc_kit_answer *answer;
	encase_word word;

	if (!enc_kit_word(desc->type, value, &word)) {
		refuse(t, desc, file, line, "its type has no such value", value);
		return;
	}
	if (is_error(desc, word)) {
		refuse(t, desc, file, line, "that is an errno, and ENCASE_ANSWER_FAIL()'s", value);
		return;
	}
	answer = add_answer(t, desc, file, line);
	answer->always = always;
	answer->result = word;
	for (size_t i = 0; i < ENCASE_MAX_ARGS && fills[i].from; i++) {
		answer->fill[i] = fills[i];
		answer->fill[i].from = enc_kit_copy(fills[i].from, fills[i].n);
	}
}

void encase_test_answer_fail(struct encase_test *t, const struct encase_desc *desc, int error,
			     const char *file, int line)
{
	struct encase_test_value value = enc_test_signed(error);

	if (desc->result == ENCASE_NEVER)
		refuse(t, desc, file, line, "it cannot fail", value);
	else if (error < 1 || error > ENC_KIT_ERRNO)
		refuse(t, desc, file, line, "that is no errno", value);
	else
		add_answer(t, desc, file, line)->error = error;
}

void encase_test_answer_by(struct encase_test *t, const struct encase_desc *desc, encase_fn *fn)
{
	struct enc_kit_answer *answer = add_answer(t, desc, NULL, 0);

	answer->always = true;
	answer->fn = fn;
}

void encase_test_unscripted(struct encase_test *t, long answer)
{
	t->unscripted = true;
	t->otherwise = answer;
}

/* -- The bottom ----------------------------------------------------------- */

/*
 * The oldest answer that is left for a call, which is taken from the script; else the
 * newest that is for all such calls; else null.
 */
static struct enc_kit_answer *take_answer(struct encase_test *t, const struct encase_desc *desc)
{
	struct enc_kit_answer *always = NULL;

	for (struct enc_kit_answer **at = &t->answers; *at; at = &(*at)->next) {
		struct enc_kit_answer *a = *at;

		if (a->desc != desc)
			continue;
		if (!a->always) {
			*at = a->next;
			return a;
		}
		always = a;
	}
	return always;
}

void enc_kit_answer_free(struct enc_kit_answer *a)
{
	for (struct encase_test_fill *f = a->fill; f->from; f++)
		free((void *) f->from);
	free(a);
}

static void fail_in_call(struct encase_test *t, const struct encase_test_call *note,
			 const char *why)
{
	struct enc_kit_text *text = enc_kit_open();

	enc_kit_put(text->out, "%s: ", why);
	enc_kit_show_call(text->out, note);
	enc_kit_fail(t, NULL, 0, text);
}

/* How many bytes the script may write to an argument; none to one that the call does not write. */
static size_t room_of(const struct encase_test_call *note, unsigned i)
{
	return note->shape.arg[i].kind & ENCASE_OUT ? note->data[i].extent : 0;
}

static void fill(struct encase_test *t, struct encase_test_call *note,
		 const struct encase_test_fill *f)
{
	for (; f->from; f++) {
		void *p = (void *) (uintptr_t) note->words[f->arg];
		size_t room = room_of(note, f->arg);

		if (f->n > room) {
			struct enc_kit_text *text = enc_kit_open();

			enc_kit_put(text->out,
				    "the script writes %zu bytes to %s, which has room for %zu: ",
				    f->n, encase_text(note->desc)->arg[f->arg].name, room);
			enc_kit_show_call(text->out, note);
			enc_kit_fail(t, NULL, 0, text);
		} else if (f->n && enc_kit_is_vector(&note->shape, f->arg)) {
			enc_kit_scatter(note->words[f->arg], f->from, f->n);
		} else if (f->n) {
			memcpy(p, f->from, f->n);
		}
	}
}

/* A C function's answer: its failure value and errno, or a result; what is neither is EIO. */
static void ask(encase_fn *fn, struct encase_test_call *note)
{
	const struct encase_desc *desc = note->desc;

	errno = 0;
	if (desc->thunk)
		note->result = desc->thunk(fn, note->words, 0);
	else
		note->result = encase_text(desc)->call(&note->shape, fn, note->words, 0);
	if (desc->result != ENCASE_NEVER && note->result == desc->fail &&
	    (errno || desc->result == ENCASE_FAILS))
		note->error = errno > 0 && errno <= ENC_KIT_ERRNO ? errno : EIO;
	else if (is_error(desc, note->result))
		note->error = EIO;
}

static void answer(struct encase_test *t, struct encase_test_call *note)
{
	struct enc_kit_answer *a = take_answer(t, note->desc);

	if (!a) {
		note->result = (encase_word) t->otherwise;
		if (!t->unscripted) {
			fail_in_call(t, note,
				     "the script has no answer for a call that reached the bottom");
			note->error = ENOSYS;
		} else if (is_error(&note->shape, note->result)) {
			note->error = (int) -t->otherwise;
		}
		return;
	}
	if (a->fn) {
		ask(a->fn, note);
		return;
	}
	note->error = a->error;
	note->result = a->result;
	fill(t, note, a->fill);
	if (!a->always)
		enc_kit_answer_free(a);
}

/* Argument i, a pointer, as an address of this process, with what a vector's entries say. */
static void note_pointer(struct encase_test *t, struct encase_test_call *note, unsigned i)
{
	void *copy;

	note->words[i] = (uintptr_t) enc_kit_pointer(note->words[i]);
	note->passed |= (uint8_t) (1U << i);
	if (!enc_kit_is_vector(&note->shape, i) || t->blind)
		return;
	copy = enc_kit_vector_copy(t, &note->shape, i, note->words, false);
	if (!copy)
		return;
	note->words[i] = (uintptr_t) copy;
	note->owned |= (uint8_t) (1U << i);
}

static struct encase_test_call *note_arrival(struct encase_test *t, struct encase_call *call)
{
	struct encase_test_call *note = enc_kit_alloc(sizeof(*note));

	note->desc = encase_call_desc(call);
	note->number = encase_call_number(call);
	note->shape = *encase_call_shape(call);
	for (unsigned i = 0; i < note->shape.nargs; i++)
		note->words[i] = encase_arg_word(call, i);
	for (unsigned i = 0; i < note->shape.nargs; i++)
		if (enc_kit_points(&note->shape, i) && note->words[i] && !encase_arg(call, i))
			note_pointer(t, note, i);
	t->reached = enc_kit_grow(t->reached, t->nreached, sizeof(*t->reached));
	t->reached[t->nreached++] = note;
	return note;
}

static long bottom(void *below, const void *bound, struct encase_call *call)
{
	struct encase_test *t = below;
	int saved = errno;
	struct encase_test_call *note = note_arrival(t, call);

	(void) bound;
	note->error = enc_kit_keep_in(t, note);
	if (!note->error)
		answer(t, note);
	enc_kit_keep_out(t, note);
	errno = saved;
	return note->error ? encase_fail(call, note->error) : (long) note->result;
}

const struct encase_lower enc_kit_bottom = { .name = "test", .call = bottom };
