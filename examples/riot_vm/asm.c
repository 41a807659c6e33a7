/* SPDX-License-Identifier: MIT */
/* The assembler, line by line and twice; see asm.h. */
#include "asm.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "asm_in.h"

void asm_error(struct assembler *as, const char *format, ...)
{
	char text[160];
	va_list args;

	if (as->at == NULL) /* of one line one error is told */
		return;
	va_start(args, format);
	(void) vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	as->errors++;
	as->error(as->arg, as->line, text);
	as->at = as->end = NULL;
}

/* Takes the labels in front; the word that is none is what the line does. */
static struct piece labels(struct assembler *as)
{
	struct piece word = asm_word(as);

	while (word.n && asm_take(as, ':')) {
		if (*word.at == '.') {
			asm_error(as, "a label does not begin with a dot");
			break;
		}
		asm_add(as, word, (uint16_t) as->pc);
		word = asm_word(as);
	}
	return word;
}

static void line(struct assembler *as)
{
	struct piece word = labels(as);

	if (!word.n && asm_at_end(as))
		return;
	if (!word.n)
		asm_error(as, "an instruction is missing");
	else if (!asm_directive(as, word) && !asm_instruction(as, word))
		asm_error(as, "there is no instruction '%.*s'", (int) word.n, word.at);
	else if (!asm_at_end(as))
		asm_error(as, "there is something behind the operands: '%.*s'",
			  (int) (as->end - as->at), as->at);
}

static void go_through(struct assembler *as, const char *text, size_t size)
{
	const char *at = text, *end = text + size;

	as->pc = 0;
	for (as->line = 1; at < end; as->line++) {
		const char *newline = memchr(at, '\n', (size_t) (end - at));

		as->at = at;
		as->end = newline ? newline : end;
		at = newline ? newline + 1 : end;
		line(as);
	}
}

unsigned asm_assemble(const char *text, size_t size, struct asm_image *image, asm_error_fn *error,
		      void *arg)
{
	struct assembler as = { .image = image, .error = error, .arg = arg };

	go_through(&as, text, size);
	as.second = true;
	if (!as.errors)
		go_through(&as, text, size);
	image->size = as.pc;
	return as.errors;
}
