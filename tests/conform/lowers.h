/* SPDX-License-Identifier: MIT */
/*
 * The rows of struct encase_lower.
 *
 * A row is a lower layer that makes some of Linux's calls, LOWER_CALLS, or none.
 * Each is tried with each memory, under some stacks of layers: a new lower layer
 * adds a file with a row to the list in lower_rows.c, and tests of what only it does.
 */
#ifndef LOWERS_H
#define LOWERS_H

#include "memories.h"

/* What a row that answers must be able to make.  CALL(name) for each. */
/* clang-format off */
#define LOWER_CALLS(CALL)                                                                          \
	CALL(write) CALL(read) CALL(pipe2) CALL(fstat) CALL(newfstatat) CALL(openat) CALL(getcwd)  \
	CALL(clock_gettime)
/* clang-format on */

/* The arguments that a lower layer handed on. */
struct seen {
	encase_word word[ENCASE_MAX_ARGS];
};

struct lower_row {
	const struct encase_lower *lower;
	const void *below;
	/* Makes a below for one bench, and ends it; null: there is the one above. */
	const void *(*open)(void);
	void (*close)(const void *below);
	bool answers; /* it makes LOWER_CALLS; else it makes nothing */
	/* What the last call on this thread was made with.  Null: the row cannot tell. */
	const struct seen *(*seen)(void);
};

extern const struct lower_row lower_row_kernel, lower_row_void, lower_row_functions,
	lower_row_public, lower_row_tape;
/* Up to a null. */
extern const struct lower_row *const lower_rows[];

/* A cage to make calls from. */
struct bench {
	const struct lower_row *row;
	const void *below; /* the lower layer's */
	bool copies; /* there is a layer that copies all arguments: the lower layer sees copies */
	struct memory_space space; /* of BENCH_SIZE bytes, filled */
	struct encase_cage *cage;  /* speaks Linux's calls and those of mix.def */
	int pipe[2];               /* this process's own */
	char who[96];              /* all of this, for assertions */
};
#define BENCH_SIZE (4 * PAGE)

/* Runs a test for each row, with each memory, under each stack. */
void each_bench(void (*test)(struct bench *b));
/* A bench of one row, without layers. */
void bench_open(struct bench *b, const struct lower_row *row, const struct memory_row *memory);
void bench_close(struct bench *b);

/* The cage's address of byte offset of its block. */
static inline encase_word at(const struct bench *b, size_t offset)
{
	return b->space.base + offset;
}

/* A call of the bench's cage: make(&b, write, fd, address, 3) */
#define make(b, c, ...)                           \
	encase_enter((b)->cage, &encase_desc_##c, \
		     (const encase_word[ENCASE_MAX_ARGS]){ __VA_ARGS__ })
/* What a result has to be: wanted, if this row makes the call. */
#define gives(b, got, wanted) same((b)->who, (got), (b)->row->answers ? (wanted) : -ENOSYS)

/* A scratch directory, which is the current one from now on, and its end. */
void enter_directory(void);
void leave_directory(void);

#endif
