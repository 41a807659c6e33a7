/* SPDX-License-Identifier: MIT */
/* The command encase: what its files share.  It sees the public headers only. */
#ifndef CLI_H
#define CLI_H

#include <encase.h>
#include <encase/format.h>
#include <stdbool.h>

enum { CLI_FAILED = 1, CLI_USAGE = 2 }; /* exit statuses */

/* Says what is wrong on standard error, and returns CLI_USAGE. */
__attribute__((format(printf, 1, 2))) int cli_usage(const char *format, ...);

/* encase list WORDS...: its exit status. */
int cli_list(int n, char **words);

/* -- What is said of calls (describe.c) -------------------------------------- */

const char *cli_class(const struct encase_text *text);
const char *cli_direction(const struct encase_arg *arg);
/* How far an argument reaches, in words. */
void cli_extent(const struct encase_desc *desc, unsigned i, char *text, size_t size);
/* Prints a call as its header declares it. */
void cli_prototype(const struct encase_desc *desc);

/*
 * The commands of a call whose arguments vary, which its table names: calls tell() with each of
 * them and its shape.
 */
typedef void cli_command_fn(const char *name, const struct encase_desc *shape, void *context);
void cli_commands(const struct encase_desc *desc, cli_command_fn *tell, void *context);

/* -- The support matrix (matrix.c) -------------------------------------------- */

void cli_matrix(const struct encase_interface *interface);

#endif
