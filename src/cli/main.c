/* SPDX-License-Identifier: MIT */
/* The command encase: its words, its help, its errors. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

static const char help[] =
	"usage: encase run [OPTION]... [--] PROGRAM [ARGUMENT]...\n"
	"                                        runs a program, its system calls going through "
	"layers\n"
	"       encase run --help                its options, with examples\n"
	"       encase list layers               the layers that are found by a name\n"
	"       encase list calls                all calls of Linux that encase knows, one a line\n"
	"       encase list groups               the groups of calls\n"
	"       encase list call NAME|NUMBER     what is known of a call\n"
	"       encase list group %NAME|@NAME    the calls of a group\n"
	"       encase list matrix               docs/calls.md, all of that\n"
	"       encase doctor                    what this machine can do, and which gate is used\n"
	"       encase --help | --version\n"
	"\n"
	"  encase run -l trace -- ls /           each call of ls, a line\n"
	"  encase list call openat               what a layer may know of such a call\n"
	"\n"
	"Manual: encase(1), encase(7).\n";

int cli_usage(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void) fputs("encase: ", stderr);
	(void) vfprintf(stderr, format, args);
	(void) fputs("\ntry: encase --help\n", stderr);
	va_end(args);
	return CLI_USAGE;
}

static int run(int argc, char **argv)
{
	if (argc < 2)
		return cli_usage("a command is missing");
	if (!strcmp(argv[1], "list"))
		return cli_list(argc - 2, argv + 2);
	if (!strcmp(argv[1], "run"))
		return cli_run(argc - 2, argv + 2);
	if (!strcmp(argv[1], "doctor"))
		return argc > 2 ? cli_usage("'%s' is too much", argv[2]) : cli_doctor();
	if (!strcmp(argv[1], CLI_AGAIN))
		return cli_run_again(argc - 2, argv + 2);
	if (strcmp(argv[1], "--help") != 0 && strcmp(argv[1], "--version") != 0)
		return cli_usage("no command '%s'", argv[1]);
	if (argc > 2)
		return cli_usage("'%s' is too much", argv[2]);
	if (!strcmp(argv[1], "--help"))
		(void) fputs(help, stdout);
	else
		printf("encase %s\n", CLI_VERSION);
	return 0;
}

int main(int argc, char **argv)
{
	int status = run(argc, argv);

	if (fflush(stdout) || ferror(stdout)) {
		perror("encase: standard output");
		return CLI_FAILED;
	}
	return status;
}
