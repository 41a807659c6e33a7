/* SPDX-License-Identifier: MIT */
/* Calls and arguments in words. */
#include <stdio.h>
#include <string.h>

#include "cli.h"

void cli_args_of_call(const struct encase_desc *desc, struct cli_args *args)
{
	*args = (struct cli_args){ .n = desc->nargs, .pointers = desc->pointers };
	for (unsigned i = 0; i < desc->nargs; i++) {
		args->is[i] = &desc->arg[i];
		args->name[i] = encase_text(desc)->arg[i].name;
	}
}

/* Those up to the command are the call's: lengths may stand there. */
void cli_args_of_command(const struct encase_commands *of, const struct encase_command *command,
			 struct cli_args *args)
{
	cli_args_of_call(of->desc, args);
	args->first = of->first;
	args->n = command->nargs;
	args->pointers &= (1U << of->first) - 1;
	args->pointers |= command->pointers;
	for (unsigned i = of->first; i < command->nargs; i++) {
		args->is[i] = &command->args[i - of->first].is;
		args->name[i] = command->args[i - of->first].name;
	}
}

const char *cli_class(unsigned class_)
{
	static const char *const names[] = {
		"ordinary", "thread", "space", "own", "command", "dead"
	};

	return names[class_];
}

const char *cli_direction(const struct encase_arg *arg)
{
	static const char *const names[] = { "", "in", "out", "in and out" };

	if ((arg->kind & ENCASE_KIND) <= ENCASE_VARIES)
		return "";
	return names[(arg->kind & ENCASE_IN ? 1 : 0) + (arg->kind & ENCASE_OUT ? 2 : 0)];
}

bool cli_opaque(const struct encase_arg *arg)
{
	return (arg->kind & ENCASE_KIND) == ENCASE_DEEP && (arg->size & 0xff) == ENCASE_OPAQUE;
}

static const char *const scalars[] = {
	"number", "length",      "descriptor", "directory's descriptor",
	"flags",  "permissions", "command",    "process",
	"signal", "address",     "varies"
};

static void extent_buffer(const struct cli_args *args, unsigned i, char *text, size_t size)
{
	const struct encase_arg *arg = args->is[i];
	const char *count = args->name[arg->count];
	bool pointed = args->pointers >> arg->count & 1;
	char unit[32] = "bytes";

	if (arg->size > 1)
		(void) snprintf(unit, sizeof(unit), "times %u bytes", arg->size);
	(void) snprintf(text, size, "%s%s %s%s", pointed ? "*" : "", count, unit,
			!(arg->kind & ENCASE_FILLED) ? ""
			: pointed                    ? ", written as far as it says then"
						     : ", written as far as the result says");
}

static void extent_deep(const struct cli_args *args, unsigned i, char *text, size_t size)
{
	const struct encase_arg *arg = args->is[i];
	unsigned which = arg->size & 0xff, least = arg->size >> 8;
	const char *count = which < ENCASE_SIZED ? args->name[arg->count] : "";

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
	case ENCASE_MESSAGES:
		(void) snprintf(text, size, "%s struct mmsghdr, and what they name", count);
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

void cli_extent(const struct cli_args *args, unsigned i, char *text, size_t size)
{
	const struct encase_arg *arg = args->is[i];
	unsigned kind = arg->kind & ENCASE_KIND;

	switch (kind) {
	case ENCASE_STR:
	case ENCASE_PATH:
		(void) snprintf(text, size, "%s of at most %u bytes",
				kind == ENCASE_PATH ? "file's name" : "string", arg->size);
		break;
	case ENCASE_BUF:
		extent_buffer(args, i, text, size);
		break;
	case ENCASE_OBJ:
		(void) snprintf(text, size, "%u bytes", arg->size);
		break;
	case ENCASE_DEEP:
		extent_deep(args, i, text, size);
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
