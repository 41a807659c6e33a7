/* SPDX-License-Identifier: MIT */
/* Rows of a table of calls: rows.txt, and what is made of one. */
#ifndef FORMAT_ROWS_H
#define FORMAT_ROWS_H

#include <encase.h>
#include <encase/format.h>
#include <stdbool.h>
#include <stdio.h>

enum { MEMORY = 1 << 16, LINE = 8192 };
#define MEMORY_AT ((encase_word) 0x10000000) /* the rows' addresses begin here */

struct row {
	unsigned line; /* in the file */
	const struct encase_desc *desc;
	encase_word words[ENCASE_MAX_ARGS];
	bool fails;          /* with EDOTDOT; else gives 0 */
	bool is_strace;      /* strace prints the same */
	char expected[LINE]; /* without newline */
};

/*
 * Reads the next row, and writes what stands at addresses to memory; false at the end.  What is
 * no row ends the program.
 */
bool row_next(FILE *file, struct row *row, unsigned char *memory);

/* Makes each call of a file in a way that the kernel answers and strace sees; 77: it cannot. */
int stub_rows(FILE *file);

#endif
