/* SPDX-License-Identifier: MIT */
/* The support matrix, docs/calls.md: what of each call, and of each command, is described. */
#include <stdio.h>

#include "cli.h"

static void put_extent(const struct cli_args *args, unsigned i)
{
	const char *direction = cli_direction(args->is[i]);
	char extent[128];

	cli_extent(args, i, extent, sizeof(extent));
	printf(" %s%s%s", direction, *direction ? ": " : "", extent);
}

/* -- Calls ------------------------------------------------------------------- */

static void put_pointers(const struct cli_args *args)
{
	const char *between = "";

	for (unsigned i = 0; i < args->n; i++) {
		if (!(args->pointers >> i & 1) || cli_opaque(args->is[i]))
			continue;
		printf("%s`%s`", between, args->name[i]);
		put_extent(args, i);
		between = "; ";
	}
}

static void put_opaque(const struct cli_args *args)
{
	const char *between = "";

	for (unsigned i = 0; i < args->n; i++)
		if (cli_opaque(args->is[i])) {
			printf("%s`%s`", between, args->name[i]);
			between = ", ";
		}
}

static void put_call(const struct encase_desc *desc)
{
	const struct encase_commands *of = encase_commands(desc);
	const struct encase_text *text = encase_text(desc);
	struct cli_args args;

	cli_args_of_call(desc, &args);
	printf("| `%s` | %ld | %s | ", text->name, text->number, cli_class(text->class_));
	put_pointers(&args);
	(void) fputs(" | ", stdout);
	put_opaque(&args);
	(void) fputs(" | ", stdout);
	if (of)
		printf("[%zu](#%s)", of->n, text->name);
	puts(" |");
}

/* -- Commands ---------------------------------------------------------------- */

/* Whether the lower layer kernel makes it for any memory, by its class. */
static const char *const any_memory[] = { "yes",      "no: thread",          "no: space",
					  "yes: own", "no: hidden pointers", "no: dead" };

static void put_command(const struct encase_commands *of, const struct encase_command *command)
{
	const char *between = " ", *who = any_memory[command->class_];
	struct cli_args args;

	cli_args_of_command(of, command, &args);
	for (unsigned i = args.first; i < args.n; i++)
		if (cli_opaque(args.is[i]) && *who == 'y')
			who = "no: opaque";
	printf("| `%s` | %s |", command->name, who);
	for (unsigned i = args.first; i < args.n; i++) {
		printf("%s`%s`", between, args.name[i]);
		if (args.pointers >> i & 1)
			put_extent(&args, i);
		between = "; ";
	}
	puts(" |");
}

static void put_commands(const struct encase_desc *desc)
{
	const struct encase_commands *of = encase_commands(desc);

	if (!of)
		return;
	printf("\n### %s\n\n| `%s` | any memory | arguments |\n| --- | --- | --- |\n",
	       encase_text(desc)->name, encase_text(desc)->arg[of->op].name);
	for (size_t k = 0; k < of->n; k++)
		put_command(of, &of->list[k]);
}

void cli_matrix(const struct encase_interface *interface)
{
	puts("<!-- SPDX-License-Identifier: MIT -->\n"
	     "# Calls of Linux\n"
	     "\n"
	     "Made by `encase list matrix` from `include/encase/linux.def` and "
	     "`src/linux/commands.def`; a test\n"
	     "compares it with them.\n"
	     "\n"
	     "- class: who may make the call for whom, see `enum encase_class` in `encase/desc.h`\n"
	     "- copied: how far each pointer reaches, and which way its data goes, under `COPY`\n"
	     "- opaque: what nobody has described; never copied, and for a cage in the host's own "
	     "memory only\n"
	     "- commands: how many are described of a call in which one argument says what those "
	     "behind it are\n"
	     "\n"
	     "Whole calls that other memories than the host's are refused, though they are neither "
	     "about the\n"
	     "thread nor dead, and why:\n"
	     "\n"
	     "- `io_submit`, `io_uring_enter`: buffers are read and written when the call has long "
	     "returned\n"
	     "- `perf_event_open`: a number in `attr` is an address for types that each machine "
	     "makes up\n"
	     "- `setxattrat`, `getxattrat`: `uargs` has a pointer inside, with a length of 32 "
	     "bits\n"
	     "- `mount` with data, which only the file system knows how to read; without, it is "
	     "made\n"
	     "- `kexec_load` with segments, which have addresses of two machines; without, it is "
	     "made\n"
	     "\n"
	     "| call | number | class | copied | opaque | commands |\n"
	     "| --- | --- | --- | --- | --- | --- |");
	for (size_t i = 0; i < interface->ncalls; i++)
		put_call(interface->calls[i]);
	puts("\n"
	     "## Commands\n"
	     "\n"
	     "- any memory: whether the lower layer `kernel` makes it for a cage in another memory "
	     "than the\n"
	     "  host's own; it does not where it acts on the calling thread or on the address "
	     "space, or has\n"
	     "  hidden pointers: inside its data, where nobody has described them; or a number "
	     "that "
	     "some files\n"
	     "  follow as a pointer, since the request says that it is one. For the host's own "
	     "memory it makes\n"
	     "  all of them.\n"
	     "- arguments: those behind the command; of pointers which way data goes, and how "
	     "much. What is\n"
	     "  opaque nobody has described: it is never copied, and refused in other memories.\n"
	     "\n"
	     "What is not here nobody has described: other memories refuse it (`ENOSYS`). A CUSE "
	     "device, which only\n"
	     "root makes, can have the kernel read and write anywhere in the host at any "
	     "`ioctl`.");
	for (size_t i = 0; i < interface->ncalls; i++)
		put_commands(interface->calls[i]);
}
