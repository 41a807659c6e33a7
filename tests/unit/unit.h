/* SPDX-License-Identifier: MIT */
/*
 * What the unit tests share: checks, cages, a lower layer that does as told, and
 * layers made at run time.
 *
 * Each test is a process, so what is global here is the test's own.  The checks
 * end the test, or a child that it forked; they are for its first thread only.
 * Inside loops unit_row() says which round it is, for the message.
 */
#ifndef UNIT_H
#define UNIT_H

#include <criterion/criterion.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#include <encase.h>

#include "lab.h"

/* -- Checks --------------------------------------------------------------- */

/* Ends the test unless both are the same word, or unless it is true. */
#define same(got, want) \
	unit_same(__FILE__, __LINE__, #got, (encase_word) (got), (encase_word) (want))
#define holds(what) unit_same(__FILE__, __LINE__, #what, !!(what), 1)

void unit_row(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void unit_fail(const char *file, int line, const char *what, encase_word got,
			 encase_word want);

static inline void unit_same(const char *file, int line, const char *what, encase_word got,
			     encase_word want)
{
	if (got != want)
		unit_fail(file, line, what, got, want);
}

/* This thread has no frame, no shadow, and all of its scratch memory. */
void unit_idle(void);

/* A child's end, with status 0; one that does not end is killed.  For those that may hang. */
void unit_wait(pid_t child);

/* -- Words ---------------------------------------------------------------- */

#define WORD(p)    ((encase_word) (uintptr_t) (p))
#define WORDS(...) ((const encase_word[ENCASE_MAX_ARGS]){ __VA_ARGS__ })
#define LENGTH(a)  (sizeof(a) / sizeof((a)[0]))

/* A double as a word. */
static inline encase_word unit_bits(double value)
{
	encase_word word;

	memcpy(&word, &value, sizeof(word));
	return word;
}

/* A call through the direct gate:  enter(cage, write, 1, WORD(buf), n) */
#define enter(cage, c, ...)     encase_enter((cage), &encase_desc_##c, WORDS(__VA_ARGS__))
#define enter_lab(cage, c, ...) encase_enter((cage), &lab_desc_##c, WORDS(__VA_ARGS__))

/* -- The lower layer ------------------------------------------------------ */

/* What it shall do, and what it saw of the last call. */
struct probe {
	long result;                              /* its answer, */
	long (*answer)(struct encase_call *call); /* unless there is this */
	unsigned calls;                           /* so far */
	const struct encase_desc *desc;
	encase_word words[ENCASE_MAX_ARGS]; /* as they arrived */
};
extern struct probe probe;
extern const struct encase_lower probe_lower;

/* Answers that bring the pointers within reach first; for calls whose arguments 0 and 1 are a
 * buffer and its length. */
long probe_fill(struct encase_call *call); /* probe.result bytes of 'L', and that is the result */
long probe_keep(struct encase_call *call); /* keeps the bytes in probe_kept; returns the length */
extern char probe_kept[1 << 16];

/* -- Memory --------------------------------------------------------------- */

/* An arena of this many bytes; a byte of it has the value unit_byte(address) after unit_paint(). */
#define UNIT_ROOM ((size_t) 1 << 16)
extern char unit_room[UNIT_ROOM];
extern const struct encase_arena unit_arena;
void unit_paint(void);
static inline char unit_byte(size_t at)
{
	return (char) (at * 7 + at / 251 + 1);
}
/* Whether the arena still is as painted, but for n bytes from a place on. */
bool unit_painted_but(size_t at, size_t n);
/* Whether a pointer is one to the arena itself, its end included. */
bool unit_in_room(const void *p);
/* That n bytes, which are not the arena's own, are what it was painted with from a place on. */
void unit_is_copy(const void *p, size_t n, size_t at);

/*
 * A memory of unit_room's bytes that cannot be addressed, from UNIT_FAR on; the
 * access that unit_far.fail_at names fails, the first being 1, and all are counted.
 */
#define UNIT_FAR UINT64_C(0x700000000000)
extern const struct encase_memory unit_far_memory;
/* The same, which reads many ranges at once: one access. */
extern const struct encase_memory unit_gathering_memory;
extern struct unit_far {
	unsigned fail_at;
	unsigned checks, reads, strings, writes, gathers;
} unit_far;
static inline unsigned unit_far_accesses(void)
{
	return unit_far.checks + unit_far.reads + unit_far.strings + unit_far.writes +
	       unit_far.gathers;
}

/* For memories of which no string is asked: -EFAULT. */
long unit_no_string(void *space, encase_word from, char *to, size_t room);

/* -- Cages and layers ----------------------------------------------------- */

/* A cage that speaks Linux and lab, over probe_lower or another lower layer. */
struct encase_cage *unit_cage(const struct encase_memory *memory, const void *space);
struct encase_cage *unit_cage_on(const struct encase_memory *memory, const void *space,
				 const struct encase_lower *lower, const void *below);
#define unit_host_cage()  unit_cage(NULL, NULL)
#define unit_arena_cage() unit_cage(&encase_memory_arena, &unit_arena)
#define unit_far_cage()   unit_cage(&unit_far_memory, NULL)
/* Pushes a layer without options; frees a cage, with the checks of unit_idle(). */
void unit_push(struct encase_cage *cage, const struct encase_layer *layer);
void unit_free(struct encase_cage *cage);

/* A layer with one rule, made at run time; every is a mode or 0. */
struct unit_layer {
	struct encase_layer layer;
	struct encase_rule rules[2];
	uint8_t policy[ENCASE_MAX_ARGS + 1];
};
void unit_natural(struct unit_layer *l, const struct encase_desc *desc, encase_fn *fn,
		  unsigned every);
void unit_raw(struct unit_layer *l, const struct encase_desc *desc, encase_raw_fn *fn,
	      unsigned every);
void unit_any(struct unit_layer *l, encase_raw_fn *fn, unsigned every);
/* The same, pushed. */
/* clang-format off */
#define unit_push_natural(cage, l, c, fn, every)                                                  \
	(unit_natural((l), &lab_desc_##c, (encase_fn *) _Generic(&(fn), lab_##c##_fn *: (fn)),    \
		      (every)),                                                                   \
	 unit_push((cage), &(l)->layer))
#define unit_push_raw(cage, l, c, fn, every) \
	(unit_raw((l), &lab_desc_##c, (fn), (every)), unit_push((cage), &(l)->layer))
#define unit_push_any(cage, l, fn, every) \
	(unit_any((l), (fn), (every)), unit_push((cage), &(l)->layer))
/* clang-format on */

#endif
