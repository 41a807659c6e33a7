/* SPDX-License-Identifier: MIT */
/* The support matrix, docs/calls.md: what of each call is described, as the table says it. */
#include <stdio.h>
#include <string.h>

#include "cli.h"

static bool is_opaque(const struct encase_desc *desc, unsigned i)
{
	return (desc->arg[i].kind & ENCASE_KIND) == ENCASE_DEEP &&
	       (desc->arg[i].size & 0xff) == ENCASE_OPAQUE;
}

static void put_pointers(const struct encase_desc *desc)
{
	const struct encase_text *text = encase_text(desc);
	const char *between = "";

	for (unsigned i = 0; i < desc->nargs; i++) {
		char extent[128];

		if (!(desc->pointers >> i & 1) || is_opaque(desc, i))
			continue;
		cli_extent(desc, i, extent, sizeof(extent));
		printf("%s`%s` %s%s%s", between, text->arg[i].name, cli_direction(&desc->arg[i]),
		       *cli_direction(&desc->arg[i]) ? ": " : "", extent);
		between = "; ";
	}
}

static void put_opaque(const struct encase_desc *desc)
{
	const char *between = "";

	for (unsigned i = 0; i < desc->nargs; i++)
		if (is_opaque(desc, i)) {
			printf("%s`%s`", between, encase_text(desc)->arg[i].name);
			between = ", ";
		}
}

/* Of commands: those that have data, and those whose data nobody has described. */
struct told {
	const struct encase_desc *desc;
	bool opaque; /* which of the two is asked for */
	unsigned n;
};

static void put_command(const char *name, const struct encase_desc *shape, void *context)
{
	struct told *told = context;
	unsigned varying = 0, opaque = 0;

	for (unsigned i = 0; i < shape->nargs; i++)
		if ((told->desc->arg[i].kind & ENCASE_KIND) == ENCASE_VARIES &&
		    shape->pointers >> i & 1) {
			varying++;
			opaque += is_opaque(shape, i);
		}
	if (!varying || (opaque != 0) != told->opaque)
		return;
	printf("%s%s", told->n++ ? ", " : "", name);
}

static void put_commands(const struct encase_desc *desc, bool opaque)
{
	struct told told = { .desc = desc, .opaque = opaque };

	if (encase_text(desc)->shape)
		cli_commands(desc, put_command, &told);
}

void cli_matrix(const struct encase_interface *interface)
{
	puts("<!-- SPDX-License-Identifier: MIT -->\n"
	     "# Calls of Linux\n"
	     "\n"
	     "Made by `encase list matrix` from `include/encase/linux.def`; a test compares the "
	     "two.\n"
	     "\n"
	     "- class: who may make the call for whom, see `enum encase_class` in `encase/desc.h`\n"
	     "- copied: how far each pointer reaches, and which way its data goes, under `COPY`\n"
	     "- opaque: what nobody has described; never copied, and for a cage in the host's own "
	     "memory only\n"
	     "- commands: with these the arguments that vary point to data that is described, and "
	     "(opaque) to data\n"
	     "  that is not; with all others they are numbers\n"
	     "\n"
	     "| call | number | class | copied | opaque | commands |\n"
	     "| --- | --- | --- | --- | --- | --- |");
	for (size_t i = 0; i < interface->ncalls; i++) {
		const struct encase_desc *desc = interface->calls[i];
		const struct encase_text *text = encase_text(desc);

		printf("| `%s` | %ld | %s | ", text->name, text->number, cli_class(text));
		put_pointers(desc);
		(void) fputs(" | ", stdout);
		put_opaque(desc);
		put_commands(desc, true);
		(void) fputs(" | ", stdout);
		put_commands(desc, false);
		puts(" |");
	}
}
