/* SPDX-License-Identifier: MIT */
/* The command encase: what its files share.  It sees the public headers only. */
#ifndef CLI_H
#define CLI_H

#include <encase.h>
#include <encase/command.h>
#include <encase/format.h>
#include <stdbool.h>
#include <sys/types.h>

enum { CLI_FAILED = 1, CLI_USAGE = 2 }; /* exit statuses */

/* Says what is wrong on standard error, and returns CLI_USAGE. */
__attribute__((format(printf, 1, 2))) int cli_usage(const char *format, ...);

/* encase list WORDS...: its exit status. */
int cli_list(int n, char **words);
/* encase list layers (found.c): its exit status. */
int cli_list_layers(void);

/* Exit statuses of what runs a program, as env(1) has them. */
enum { CLI_RUN = 125, CLI_NOT_RUN = 126, CLI_NOT_FOUND = 127 };
#define CLI_LAYERS 64
#define CLI_KEPT   64
/* Says what fails on standard error, and returns status. */
__attribute__((format(printf, 2, 3))) int cli_fail(int status, const char *format, ...);
/* The first word when the gate starts this program again. */
#define CLI_AGAIN "@again"
/* encase run WORDS...: comes back only if it fails, or is asked for help. */
int cli_run(int n, char **words);
int cli_run_again(int n, char **words);
/* encase doctor: what of this machine's is fit. */
int cli_doctor(void);

/*
 * -- What encase run consists of: what returns an int returns 0, or an exit status, having said why --
 */

/* Layers (layers.c): NAME[:OPTIONS]; a file, with options that may be null. */
int cli_layer_add(const char *given);
int cli_layer_load(const char *name, const char *options);
/* Puts all onto a cage; whether one of them has made counters for the run (encase/stats.h). */
int cli_layers_push(struct encase_cage *cage, bool *made_stats);
/* Takes those that have off again, so that they tell what was counted. */
void cli_layers_stop(struct encase_cage *cage);
size_t cli_layers_count(void);
/* Two words for each: the arguments of cli_layer_load(). */
void cli_layers_words(const char **words);

/* The log, and other descriptors that are kept (kept.c): a file, or a number. */
int cli_log_open(const char *to);
/* To standard error, unless it has been opened. */
void cli_log_begin(void);
/* What this process writes to standard error goes to the log. */
void cli_log_is_stderr(void);
/* Takes the end of a pipe. */
int cli_keep_end(int end);
/* All that there are: no more come from then on. */
int cli_kept(const int **fds, size_t *n);
/* For who is started again: a word, which it takes. */
const char *cli_kept_word(const int *fds, size_t n);
int cli_kept_take(const char *word);

/*
 * The process that stays (stay.c).  Makes two of this process: 0 in the one that becomes the program, with the end of a
 * pipe that all processes of the run are to have; in the other one the program's number, and
 * the other end; or a negative errno.
 */
pid_t cli_fork(int *end);
/* Waits until the run is over; how the program ended, as waitpid(2) has it. */
int cli_wait(pid_t program, int end);
/* Ends as the program did, if that was by a signal; else returns its exit status. */
int cli_leave(int status);

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
