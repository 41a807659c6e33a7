/* SPDX-License-Identifier: MIT */
/*
 * Commands: what is known of Linux's calls in which one argument, the command, says what
 * those behind it are.  To be looked at and printed; the router knows all this by itself.
 */
#ifndef ENCASE_COMMAND_H
#define ENCASE_COMMAND_H

#include "desc.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An argument behind a command. */
struct encase_command_arg {
	const char *name, *type;
	struct encase_arg is;
};

/* One command of a call, and the arguments that such a call has. */
struct encase_command {
	const char *name;  /* F_GETLK; a number where the kernel has no name for it */
	encase_word value; /* its value; of a socket option, with its level in the high 32 bits */
	const struct encase_command_arg
		*args;    /* args[i] is argument i + struct encase_commands.first */
	uint8_t nargs;    /* how many arguments such a call has, those up to the command included */
	uint8_t pointers; /* bit i: argument i, which is behind the command, points to data */
	uint8_t sized;    /* bit i: another argument holds its length */
	uint8_t class_;   /* enum encase_class: whom it acts on; _COMMAND: data has pointers inside
			   * that nobody has described, or a number is one to some files */
};

/* The commands of a call.  Constant. */
struct encase_commands {
	const struct encase_desc *desc;
	const struct encase_command *list; /* in no particular order; each value once */
	size_t n;
	uint8_t op; /* the argument that is the command; what is said of those behind it counts */
	uint8_t first; /* see struct encase_command.args */
};

/* The commands of a call of Linux; null: no argument of it is one. */
ENCASE_API const struct encase_commands *encase_commands(const struct encase_desc *desc);

/* The command in these words of a call; null: it has none, or one that nobody has described. */
ENCASE_API const struct encase_command *encase_command(const struct encase_desc *desc,
						       const encase_word *words);

#ifdef __cplusplus
}
#endif
#endif
