/* SPDX-License-Identifier: MIT */
/*
 * The rows of gates: ways for a cage's calls to get in.
 *
 * A row makes one call, given as words.  A new gate adds a file with its rows to
 * the list in gate_rows.c.
 */
#ifndef GATES_H
#define GATES_H

#include <encase.h>

#include "conform.h"
#include "recorder.h"

struct gate_row {
	const char *name;
	/*
	 * Makes the call.  Returns 0 with the result in *result, or the errno with which
	 * it failed; *result has as many bits as its type.
	 */
	int (*make)(struct encase_cage *cage, const struct encase_desc *desc,
		    const encase_word *words, encase_word *result);
	bool overlaps; /* it tells an error from a result that looks like one (ENCASE_OVERLAPS) */
	bool libc;     /* it speaks libc: a failure sets errno */
};

extern const struct gate_row gate_row_enter, gate_row_checked, gate_row_entry, gate_row_libffi;
/* Up to a null. */
extern const struct gate_row *const gate_rows[];

/* Stacks for a cage that speaks Linux's calls and those of mix.def: nothing, or layers for all. */
#define GATE_STACKS 3
void push_gate_stack(struct encase_cage *cage, unsigned number);
/* A cage that speaks both, over the recorder. */
struct encase_cage *recorder_cage(struct answer *answer);

/* Random words for a call, of which the one that bounds its result is large enough. */
void random_words(uint64_t *random, const struct encase_desc *desc, encase_word *words);
/* Asserts that the recorder's last call was desc with the values of these words. */
void was_recorded(const struct encase_desc *desc, const encase_word *words);

/* Runs fn for all calls of both interfaces. */
void each_call(void (*fn)(const struct encase_desc *desc));

#endif
