/* SPDX-License-Identifier: MIT */
/*
 * What the tests of layers stand on: cages without a kernel, a layer that looks
 * at what comes down and can answer, and a list of what was logged.
 *
 * All of it is of one process, and so of one test; what threads may use at the
 * same time says so.  Nothing here allocates while calls are made.
 */
#ifndef SCENE_H
#define SCENE_H

#include <criterion/criterion.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include <encase.h>

#include "odd.h"

/* A pointer as an argument's word. */
#define W(p) ((encase_word) (uintptr_t) (p))
/* Makes a call by its descriptor: ENTER(cage, encase_desc_write, 1, W(buf), 5) */
#define ENTER(cage, desc, ...) \
	encase_enter((cage), &(desc), (const encase_word[ENCASE_MAX_ARGS + 1]){ __VA_ARGS__ })

/* A cage that speaks Linux and odd, of the host's memory, over void. */
struct encase_cage *scene_cage(void);
/* The same over C functions, of which the array is borrowed. */
struct encase_cage *scene_cage_over(const struct encase_function *functions);
/* The same with a memory of its own, over C functions, or over void if that is null. */
struct encase_cage *scene_cage_in(const struct encase_arena *arena,
				  const struct encase_function *functions);
/* Pushes a layer, which must succeed. */
void scene_push(struct encase_cage *cage, const struct encase_layer *layer, const char *options);
/* Frees a cage, which must have copied nothing. */
void scene_free(struct encase_cage *cage);
/*
 * Pushes a layer with options that it refuses, and with good ones while there is no memory, for
 * the first, the second ... allocation, until there is: then it stands there, and nothing else is left.
 */
void scene_leaves_nothing(const struct encase_layer *layer, const char *bad, const char *good);
/* A page that faults when it is read or written. */
void *scene_forbidden_page(void);

/* -- A layer that looks at calls; pushed first it stands below the others. -- */

extern const struct encase_layer probe_layer;
extern struct probe {
	unsigned calls; /* since it was last set */
	const struct encase_desc *desc;
	encase_word words[ENCASE_MAX_ARGS]; /* as they arrived, the last time */
	bool answers;                       /* with error, or with result; else it forwards */
	int error;
	long result;
} probe;

/* Starts anew: it answers with a result, or with an error. */
void probe_answers(long result);
void probe_fails(int error);

/* -- What was logged -- */

/* From now on lines are listed; any thread may log.  Lines that are none at all fail the test. */
void lines_start(void);
unsigned lines_count(void);
/* A line without its newline. */
const char *lines_at(unsigned i);

#endif
