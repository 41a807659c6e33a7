/* SPDX-License-Identifier: MIT */
/*
 * matrix: prints docs/commands.md, what is described of which command of which call.
 * matrix FILE: a test, in TAP, that FILE is that.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "encase.h"

static const char *const classes[] = { "yes", "no: thread", "no: space", "yes: own",
				       "no: pointers inside" };

static const char *direction(const struct encase_arg *arg)
{
	if (arg->kind & ENCASE_IN && arg->kind & ENCASE_OUT)
		return "in and out";
	return arg->kind & ENCASE_IN ? "in" : "out";
}

static const char *name_of(const struct encase_commands *of, const struct encase_command *command,
			   unsigned i)
{
	return i > of->op ? command->args[i - of->first].name : encase_text(of->desc)->arg[i].name;
}

static void print_extent(FILE *out, const struct encase_commands *of,
			 const struct encase_command *command, const struct encase_arg *arg)
{
	switch (arg->kind & ENCASE_KIND) {
	case ENCASE_STR:
		fprintf(out, "a string");
		break;
	case ENCASE_PATH:
		fprintf(out, "a file's name");
		break;
	case ENCASE_OBJ:
		fprintf(out, "%u bytes", arg->size);
		break;
	case ENCASE_BUF:
		fprintf(out, "%s%s times %u bytes",
			command->pointers >> arg->count & 1 ? "\\*" : "",
			name_of(of, command, arg->count), arg->size);
		break;
	default:
		if ((arg->size & 0xff) == ENCASE_OPAQUE)
			fprintf(out, "**opaque**");
		else if ((arg->size & 0xff) == ENCASE_IOVEC)
			fprintf(out, "%s vectors", name_of(of, command, arg->count));
		else
			fprintf(out, "as many bytes as it says");
	}
}

static bool is_opaque(const struct encase_arg *arg)
{
	return (arg->kind & ENCASE_KIND) == ENCASE_DEEP && (arg->size & 0xff) == ENCASE_OPAQUE;
}

static void print_command(FILE *out, const struct encase_commands *of,
			  const struct encase_command *command)
{
	const char *gap = " ", *who = classes[command->class_];

	for (unsigned i = of->op + 1U; i < command->nargs; i++)
		if (is_opaque(&command->args[i - of->first].is) && *who == 'y')
			who = "no: opaque";
	fprintf(out, "| `%s` | %s |", command->name, who);
	for (unsigned i = of->op + 1U; i < command->nargs; i++) {
		const struct encase_command_arg *arg = &command->args[i - of->first];

		fprintf(out, "%s`%s`", gap, arg->name);
		if (command->pointers >> i & 1) {
			fprintf(out, " %s: ", direction(&arg->is));
			print_extent(out, of, command, &arg->is);
		}
		gap = "; ";
	}
	fprintf(out, " |\n");
}

static void print(FILE *out)
{
	fprintf(out,
		"<!-- SPDX-License-Identifier: MIT -->\n"
		"# Commands of Linux's calls\n\n"
		"Made from `src/linux/commands.def` by `build/tests/house/matrix`; a test "
		"compares the two.\n\n"
		"- any memory: whether the lower layer `kernel` makes it for a cage in "
		"another memory than the\n"
		"  host's own; it does not where it acts on the calling thread or on the "
		"address space, or has\n"
		"  pointers inside that nobody has described. For the host's own memory it "
		"makes all of them.\n"
		"- arguments: those behind the command; of pointers which way data goes, and "
		"how much. What is\n"
		"  opaque nobody has described: it is never copied, and refused in other "
		"memories.\n\n"
		"What is not here nobody has described: other memories refuse it (`ENOSYS`).\n");
	for (size_t i = 0; i < encase_calls.ncalls; i++) {
		const struct encase_commands *of = encase_commands(encase_calls.calls[i]);

		if (!of)
			continue;
		fprintf(out, "\n## %s\n\n| `%s` | any memory | arguments |\n| --- | --- | --- |\n",
			encase_text(of->desc)->name, encase_text(of->desc)->arg[of->op].name);
		for (size_t k = 0; k < of->n; k++)
			print_command(out, of, &of->list[k]);
	}
}

int main(int argc, char **argv)
{
	char *wanted = NULL, *line = NULL;
	size_t n = 0, size = 0, lines = 0, at = 0;
	FILE *file, *out;

	if (argc < 2) {
		print(stdout);
		return 0;
	}
	out = open_memstream(&wanted, &n);
	file = fopen(argv[1], "r");
	if (!out || !file)
		return 1;
	print(out);
	fclose(out);
	while (getline(&line, &size, file) > 0 && !strncmp(wanted + at, line, strlen(line))) {
		at += strlen(line);
		lines++;
	}
	printf("1..1\n%s 1 - the matrix of commands is the table's\n",
	       at == n && feof(file) ? "ok" : "not ok");
	if (at != n || !feof(file))
		printf("# differs in line %zu: build/tests/house/matrix > docs/commands.md\n",
		       lines + 1);
	free(line);
	free(wanted);
	fclose(file);
	return at != n;
}
