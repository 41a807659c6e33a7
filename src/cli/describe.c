/* SPDX-License-Identifier: MIT */
/* Calls and arguments in words. */
#include <stdio.h>
#include <string.h>

#include "cli.h"

const char *cli_class(const struct encase_text *text)
{
	static const char *const names[] = {
		"ordinary", "thread", "space", "own", "command", "dead"
	};

	return names[text->class_];
}

const char *cli_direction(const struct encase_arg *arg)
{
	static const char *const names[] = { "", "in", "out", "in and out" };

	if ((arg->kind & ENCASE_KIND) <= ENCASE_VARIES)
		return "";
	return names[(arg->kind & ENCASE_IN ? 1 : 0) + (arg->kind & ENCASE_OUT ? 2 : 0)];
}

static const char *const scalars[] = {
	"number", "length",      "descriptor", "directory's descriptor",
	"flags",  "permissions", "command",    "process",
	"signal", "address",     "varies"
};

static void extent_buffer(const struct encase_desc *desc, unsigned i, char *text, size_t size)
{
	const struct encase_arg *arg = &desc->arg[i];
	const char *count = encase_text(desc)->arg[arg->count].name;
	bool pointed = !(desc->sized >> i & 1);
	char unit[32] = "bytes";

	if (arg->size > 1)
		(void) snprintf(unit, sizeof(unit), "times %u bytes", arg->size);
	(void) snprintf(text, size, "%s%s %s%s", pointed ? "*" : "", count, unit,
			!(arg->kind & ENCASE_FILLED) ? ""
			: pointed                    ? ", written as far as it says then"
						     : ", written as far as the result says");
}

static void extent_deep(const struct encase_desc *desc, unsigned i, char *text, size_t size)
{
	const struct encase_arg *arg = &desc->arg[i];
	unsigned which = arg->size & 0xff, least = arg->size >> 8;
	const char *count = which < ENCASE_SIZED ? encase_text(desc)->arg[arg->count].name : "";

	switch (which) {
	case ENCASE_IOVEC:
		(void) snprintf(text, size, "%s vectors, and what they name", count);
		break;
	case ENCASE_BITS:
		(void) snprintf(text, size, "%s bits, in 64-bit words", count);
		break;
	case ENCASE_NODES:
		(void) snprintf(text, size, "%s - 1 bits, in 64-bit words", count);
		break;
	case ENCASE_PAGES:
		(void) snprintf(text, size, "a byte for each page of %s", count);
		break;
	case ENCASE_LETTER:
		(void) snprintf(text, size, "a 64-bit number and %s bytes", count);
		break;
	case ENCASE_SIZED:
		(void) snprintf(text, size, "as many bytes as it says at byte %u, at least %u",
				arg->count, least * 8);
		break;
	case ENCASE_TRAILED:
		(void) snprintf(text, size, "8 bytes, and as many as they say");
		break;
	case ENCASE_PAIR:
		(void) snprintf(text, size, "a pointer and a length, and what they name");
		break;
	case ENCASE_MESSAGE:
		(void) snprintf(text, size, "a struct msghdr, and what it names");
		break;
	case ENCASE_STRINGS:
		(void) snprintf(text, size, "pointers to strings, up to a null one");
		break;
	default:
		(void) snprintf(text, size, "opaque: never copied");
	}
}

void cli_extent(const struct encase_desc *desc, unsigned i, char *text, size_t size)
{
	const struct encase_arg *arg = &desc->arg[i];
	unsigned kind = arg->kind & ENCASE_KIND;

	switch (kind) {
	case ENCASE_STR:
	case ENCASE_PATH:
		(void) snprintf(text, size, "%s of at most %u bytes",
				kind == ENCASE_PATH ? "file's name" : "string", arg->size);
		break;
	case ENCASE_BUF:
		extent_buffer(desc, i, text, size);
		break;
	case ENCASE_OBJ:
		(void) snprintf(text, size, "%u bytes", arg->size);
		break;
	case ENCASE_DEEP:
		extent_deep(desc, i, text, size);
		break;
	default:
		(void) snprintf(text, size, "%s", scalars[kind]);
	}
}

static void declare(const char *type, const char *name)
{
	size_t n = strlen(type);

	printf("%s%s%s", type, n && type[n - 1] == '*' ? "" : " ", name);
}

void cli_prototype(const struct encase_desc *desc)
{
	const struct encase_text *text = encase_text(desc);

	declare(text->result, text->name);
	printf("(%s", desc->nargs ? "" : "void");
	for (unsigned i = 0; i < desc->nargs; i++) {
		(void) fputs(i ? ", " : "", stdout);
		declare(text->arg[i].type, text->arg[i].name);
	}
	puts(");");
}

/* Arguments that vary stand behind the command, the first one with names. */
void cli_commands(const struct encase_desc *desc, cli_command_fn *tell, void *context)
{
	const struct encase_text *text = encase_text(desc);

	for (unsigned i = 0; i < desc->nargs; i++) {
		const struct encase_symbols *set = text->arg[i].symbols;

		if ((desc->arg[i].kind & ENCASE_KIND) != ENCASE_OP || !set ||
		    set->naming > ENCASE_NAMES_BITS)
			continue;
		for (unsigned k = 0; k < set->n; k++) {
			encase_word words[ENCASE_MAX_ARGS] = { 0 };
			struct encase_desc shape;

			words[i] = set->list[k].value;
			encase_shape(desc, words, &shape);
			tell(set->list[k].name, &shape, context);
		}
		return;
	}
}
