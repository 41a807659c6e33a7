/* SPDX-License-Identifier: MIT */
/* The command encase: what its files share.  It sees the public headers only. */
#ifndef CLI_H
#define CLI_H

#include <encase.h>
#include <encase/command.h>
#include <encase/format.h>
#include <stdbool.h>

enum { CLI_FAILED = 1, CLI_USAGE = 2 }; /* exit statuses */

/* Says what is wrong on standard error, and returns CLI_USAGE. */
__attribute__((format(printf, 1, 2))) int cli_usage(const char *format, ...);

/* encase list WORDS...: its exit status. */
int cli_list(int n, char **words);

/* Exit statuses of what runs a program, as env(1) has them. */
enum { CLI_RUN = 125, CLI_NOT_RUN = 126, CLI_NOT_FOUND = 127 };
#define CLI_LAYERS 64
/* The first word when the gate starts this program again. */
#define CLI_AGAIN "@again"
/* encase run WORDS...: comes back only if it fails. */
int cli_run(int n, char **words);
int cli_run_again(int n, char **words);
/* encase doctor: what of this machine's is fit. */
int cli_doctor(void);

/* -- What is said of calls (describe.c) -------------------------------------- */

/* The arguments of a call, or those of a call with one of its commands. */
struct cli_args {
	unsigned first; /* the first that is told of: 0, or the first behind the command */
	unsigned n;
	unsigned pointers; /* bit i: argument i points to data */
	const struct encase_arg *is[ENCASE_MAX_ARGS];
	const char *name[ENCASE_MAX_ARGS];
};
void cli_args_of_call(const struct encase_desc *desc, struct cli_args *args);
void cli_args_of_command(const struct encase_commands *of, const struct encase_command *command,
			 struct cli_args *args);

/* A call's enum encase_class. */
const char *cli_class(unsigned class_);
const char *cli_direction(const struct encase_arg *arg);
/* Whether nobody has described what it points to. */
bool cli_opaque(const struct encase_arg *arg);
/* How far argument i reaches, in words. */
void cli_extent(const struct cli_args *args, unsigned i, char *text, size_t size);
/* Prints a call as its header declares it. */
void cli_prototype(const struct encase_desc *desc);

/* -- The support matrix (matrix.c) -------------------------------------------- */

void cli_matrix(const struct encase_interface *interface);

#endif
