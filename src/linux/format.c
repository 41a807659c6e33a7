/* SPDX-License-Identifier: MIT */
/* Calls in words: the line as a whole.  See encase/format.h. */
#define _GNU_SOURCE /* strerrorname_np(), strerrordesc_np() */
#include "encase/format.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "data.h"

/* The kernel's own, with which interrupted calls end for who looks from outside. */
static const struct {
	int error;
	const char *text;
} restarts[] = {
	{ 512, "ERESTARTSYS (To be restarted if SA_RESTART is set)" },
	{ 513, "ERESTARTNOINTR (To be restarted)" },
	{ 514, "ERESTARTNOHAND (To be restarted if no handler)" },
	{ 516, "ERESTART_RESTARTBLOCK (Interrupted by signal)" },
};

static void show_error(struct encase_showing *s, int error)
{
	const char *name = strerrorname_np(error), *text = strerrordesc_np(error);

	for (size_t i = 0; i < sizeof(restarts) / sizeof(restarts[0]); i++)
		if (restarts[i].error == error) {
			enc_putf(&s->line, "? %s", restarts[i].text);
			return;
		}
	if (name && text)
		enc_putf(&s->line, "-1 %s (%s)", name, text);
	else
		enc_putf(&s->line, "-1 (errno %d)", error);
}

static void show_result(struct encase_showing *s)
{
	encase_word word = s->outcome->word;
	unsigned type = s->desc->type;

	enc_put(&s->line, " = ");
	if (s->outcome->gone) {
		enc_put_char(&s->line, '?');
	} else if (s->outcome->error) {
		show_error(s, s->outcome->error);
	} else if (s->text && !strcmp(s->text->result, "mode_t")) {
		enc_show_mode(s, word);
	} else if (s->text && enc_show_is_hex(s)) {
		enc_show_hex(s, (uint32_t) word);
	} else if (type == ENCASE_POINTER && !word) {
		enc_put_char(&s->line, '0');
	} else {
		enc_show_scalar(s, ENCASE_NUM, type, word, NULL);
	}
	if (enc_show_is_done(s) && s->text)
		enc_show_special_result(s);
}

static void show_args(struct encase_showing *s)
{
	if (s->text && enc_show_special_args(s))
		return;
	for (unsigned i = 0; i < s->desc->nargs; i++) {
		enc_put(&s->line, i ? ", " : "");
		if (s->text)
			enc_show_arg(s, i);
		else
			enc_show_hex(s, s->words[i]);
	}
}

static void show_call(struct encase_showing *s, long number)
{
	if (s->text)
		enc_put(&s->line, s->text->name);
	else
		enc_putf(&s->line, "syscall_%#lx", (unsigned long) number);
	enc_put_char(&s->line, '(');
	show_args(s);
	enc_put_char(&s->line, ')');
	if (s->outcome)
		show_result(s);
}

/* What one call is shown with: words and shape are copies, since finding the shape changes them. */
struct view {
	struct encase_showing showing;
	struct encase_desc shape;
	encase_word words[ENCASE_MAX_ARGS];
};

static void look(struct view *view, char *out, size_t room, const struct encase_desc *desc,
		 const encase_word *words, const struct encase_outcome *outcome,
		 const struct encase_source *source)
{
	for (unsigned i = 0; i < desc->nargs; i++)
		view->words[i] = words[i];
	encase_shape(desc, view->words, &view->shape);
	view->showing = (struct encase_showing){
		.line = { .out = out, .room = room },
		.desc = &view->shape,
		.text = enc_is_unknown(desc) ? NULL : encase_text(desc),
		.words = view->words,
		.outcome = outcome,
		.source = source,
	};
}

size_t encase_format(char *out, size_t room, const struct encase_desc *desc,
		     const encase_word *words, const struct encase_outcome *outcome,
		     const struct encase_source *source)
{
	struct view view;
	int saved = errno;

	look(&view, out, room, desc, words, outcome, source);
	show_call(&view.showing, -1);
	errno = saved;
	return enc_line_end(&view.showing.line);
}

size_t encase_format_arg(char *out, size_t room, const struct encase_desc *desc,
			 const encase_word *words, unsigned i, const struct encase_outcome *outcome,
			 const struct encase_source *source)
{
	struct view view;
	int saved = errno;

	look(&view, out, room, desc, words, outcome, source);
	if (i < view.shape.nargs && view.showing.text)
		enc_show_arg(&view.showing, i);
	errno = saved;
	return enc_line_end(&view.showing.line);
}

/* What the handler may follow is memory of this process, bounded as copies are. */
size_t encase_format_call(char *out, size_t room, const struct encase_call *call,
			  const struct encase_outcome *outcome)
{
	struct encase_source source = { .memory = &encase_memory_host };
	const struct encase_desc *shape = encase_call_shape(call);
	struct encase_showing showing;
	encase_word words[ENCASE_MAX_ARGS] = { 0 };
	int saved = errno;

	for (unsigned i = 0; i < shape->nargs; i++) {
		words[i] = encase_arg_word(call, i);
		if (!encase_arg(call, i))
			source.hidden |= 1U << i;
	}
	showing = (struct encase_showing){
		.line = { .out = out, .room = room },
		.desc = shape,
		.text = encase_call_desc(call) ? encase_text(shape) : NULL,
		.words = words,
		.outcome = outcome,
		.source = &source,
		.copies = true,
	};
	show_call(&showing, encase_call_number(call));
	errno = saved;
	return enc_line_end(&showing.line);
}
