/* SPDX-License-Identifier: MIT */
/*
 * The rows of struct encase_memory.
 *
 * A row opens a space: a block of a cage's memory, with an address for the cage
 * and a window for the test.  A new memory adds a file with a row to the list
 * in memory_rows.c; the suites of lower layers and gates take it from there.
 */
#ifndef MEMORIES_H
#define MEMORIES_H

#include <encase.h>

#include "conform.h"

#define PAGE ((size_t) 4096)

struct memory_space {
	const struct memory_row *row;
	const void *space; /* for struct encase_setup */
	encase_word base;  /* the cage's address of the block */
	size_t size;       /* bytes */
	/*
	 * The block as the test sees it: the very same pages, before and behind which
	 * there is a page that cannot be touched.  The test may take rights from them.
	 * What is left of the last page is not the cage's.
	 */
	char *bytes;
	void *own; /* the row's */
};

struct memory_row {
	const struct encase_memory *memory;
	/* Fills in a space for size bytes, zeroed; asserts that this works. */
	void (*open)(struct memory_space *s);
	void (*close)(struct memory_space *s);
	/* An address of nothing: the memory always refuses a range that begins there. */
	encase_word nowhere;
	/* The memory knows where the block ends, and refuses a range that goes beyond. */
	bool checks;
	/* Of a range that is bad somewhere else, the first bytes may be moved. */
	bool begins;
	/* What check() does not tell of are addresses below nowhere. */
	bool guesses;
};

/* Whether the memory tells of a bad range there without a try. */
static inline bool row_tells(const struct memory_row *row, encase_word at)
{
	return row->memory->check && (!row->guesses || at >= row->nowhere);
}

/* Whether the cage's addresses are this process's: all calls may be made, and nothing is copied below. */
static inline bool row_is_own(const struct memory_row *row)
{
	return row->memory == &encase_memory_host || row->memory == &encase_memory_host_checked;
}

extern const struct memory_row memory_row_host, memory_row_arena, memory_row_far,
	memory_row_process, memory_row_host_checked, memory_row_host_armed;
/* Up to a null. */
extern const struct memory_row *const memory_rows[];

/* A space of a row with this many bytes, and its end. */
void space_open(struct memory_space *s, const struct memory_row *row, size_t size);
void space_close(struct memory_space *s);
/* For rows: a block of s->size bytes, with lead more in front of them, between its two pages. */
void block_open(struct memory_space *s, size_t lead);
void block_close(struct memory_space *s, size_t lead);
/* Fills the block so that no two near places look the same, without a NUL. */
void space_fill(struct memory_space *s);

/* Runs a test on a space of each row. */
void each_memory(void (*test)(struct memory_space *s), size_t size);

#endif
