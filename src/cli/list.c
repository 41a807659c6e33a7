/* SPDX-License-Identifier: MIT */
/* encase list: calls and groups, and what is known of one; layers. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

static const struct encase_interface *const calls = &encase_calls;

static void list_calls(void)
{
	for (size_t i = 0; i < calls->ncalls; i++)
		printf("%-4ld %s\n", calls->texts[i].number, calls->texts[i].name);
}

static size_t count_in(size_t group)
{
	size_t n = 0;

	for (size_t i = 0; i < calls->ncalls; i++)
		n += calls->texts[i].groups >> group & 1;
	return n;
}

static void list_groups(void)
{
	for (size_t g = 0; g < calls->ngroups; g++)
		printf("%-18s %zu calls\n", calls->groups[g], count_in(g));
}

static void list_group(unsigned group)
{
	for (size_t i = 0; i < calls->ncalls; i++)
		if (calls->texts[i].groups >> group & 1)
			puts(calls->texts[i].name);
}

static void show_extent(const struct cli_args *args, unsigned i)
{
	const char *direction = cli_direction(args->is[i]);
	char extent[128];

	cli_extent(args, i, extent, sizeof(extent));
	printf("%s%s%s%s", direction, *direction ? ", " : "", extent,
	       args->is[i]->kind & ENCASE_NULLABLE ? ", may be null" : "");
}

/* What is to be said of a command's class; null: it is the call's. */
static const char *other_class(const struct encase_commands *of,
			       const struct encase_command *command)
{
	if (command->class_ == ENCASE_COMMAND)
		return "hidden pointers";
	if (command->class_ == encase_text(of->desc)->class_)
		return NULL;
	return cli_class(command->class_);
}

static void show_command(const struct encase_commands *of, const struct encase_command *command)
{
	const char *other = other_class(of, command);
	struct cli_args args;

	cli_args_of_command(of, command, &args);
	if (other || args.n > args.first)
		printf("  %-28s", command->name);
	else
		printf("  %s", command->name);
	for (unsigned i = args.first; i < args.n; i++) {
		printf("%s %s: ", i > args.first ? ";" : "", args.name[i]);
		show_extent(&args, i);
	}
	if (other)
		printf(" (%s)", other);
	puts("");
}

static void show_args(const struct encase_desc *desc)
{
	struct cli_args args;

	cli_args_of_call(desc, &args);
	if (args.n)
		puts("arguments:");
	for (unsigned i = 0; i < args.n; i++) {
		printf("  %-16s ", args.name[i]);
		show_extent(&args, i);
		puts("");
	}
}

static void show_commands(const struct encase_desc *desc)
{
	const struct encase_commands *of = encase_commands(desc);

	if (!of)
		return;
	puts("commands:");
	for (size_t k = 0; k < of->n; k++)
		show_command(of, &of->list[k]);
}

static void list_call(const struct encase_desc *desc)
{
	const struct encase_text *text = encase_text(desc);
	const char *between = " ";

	cli_prototype(desc);
	printf("number: %ld\nclass: %s\ngroups:", text->number, cli_class(text->class_));
	for (size_t g = 0; g < calls->ngroups; g++)
		if (text->groups >> g & 1) {
			printf("%s%s", between, calls->groups[g]);
			between = ", ";
		}
	printf("%s\n", text->groups ? "" : " none");
	if (desc->limit)
		printf("result: at most %s%s\n", text->arg[desc->limit - 1].name,
		       text->transfer ? ", which counts up to 0x7ffff000" : "");
	show_args(desc);
	show_commands(desc);
}

/* A group's name without its sign is no name, but told from what it says. */
static int no_such_group(const char *name, const char *why)
{
	for (size_t g = 0; g < calls->ngroups; g++)
		if (!strcmp(calls->groups[g] + strspn(calls->groups[g], "%@"), name))
			return cli_usage("no group '%s' in %s: did you mean '%s'?", name,
					 calls->name, calls->groups[g]);
	return strchr("%@", name[0]) ? cli_usage("%s", why)
				     : cli_usage("no group '%s' in %s", name, calls->name);
}

/* list call NAME, list group NAME */
static int list_named(const char *what, const char *name)
{
	static const char *const kinds[] = { [ENCASE_NAME_CALL] = "a call",
					     [ENCASE_NAME_GROUP] = "a group",
					     [ENCASE_NAME_ARG] = "an argument" };
	bool group = !strcmp(what, "group");
	struct encase_named named;
	char why[256];

	if (encase_parse(calls, name, &named, why, sizeof(why)))
		return group ? no_such_group(name, why) : cli_usage("%s", why);
	if (named.what != (group ? ENCASE_NAME_GROUP : ENCASE_NAME_CALL))
		return cli_usage("'%s' is %s, not a %s", name, kinds[named.what], what);
	if (group)
		list_group(named.group);
	else
		list_call(named.desc);
	return 0;
}

int cli_list(int n, char **words)
{
	static const struct {
		const char *word;
		void (*list)(void);
	} lists[] = { { "calls", list_calls }, { "groups", list_groups } };

	if (n < 1)
		return cli_usage("list what?");
	if (!strcmp(words[0], "call") || !strcmp(words[0], "group")) {
		if (n != 2)
			return cli_usage("list %s: one name is wanted", words[0]);
		return list_named(words[0], words[1]);
	}
	if (n > 1)
		return cli_usage("'%s' is too much", words[1]);
	if (!strcmp(words[0], "layers"))
		return cli_list_layers();
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (!strcmp(words[0], lists[i].word)) {
			lists[i].list();
			return 0;
		}
	if (strcmp(words[0], "matrix") != 0)
		return cli_usage("nothing to list is called '%s'", words[0]);
	cli_matrix(calls);
	return 0;
}
