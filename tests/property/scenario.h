/* SPDX-License-Identifier: MIT */
/*
 * A scenario: all that a seed determines before anything runs.
 *
 * Three tables of calls, of which the cages speak one or two; two cages, each with
 * a plot and a stack of layers; and calls to enter them with.  What handlers do is
 * in script.c: a rule has a number, by which its handler knows itself.
 */
#ifndef PROPERTY_SCENARIO_H
#define PROPERTY_SCENARIO_H

#include "builder.h"
#include "log.h"
#include "plot.h"

#define CAGES   2
#define TABLES  3
#define LAYERS  6
#define RULES   5
#define ENTRIES 6

struct stack {
	unsigned nlayers;
	struct encase_layer layer[LAYERS]; /* oldest first */
	struct encase_rule rule[LAYERS][RULES + 1];
	uint8_t policy[LAYERS][RULES][ENCASE_MAX_ARGS + 1];
	struct encase_verdict verdict[LAYERS][RULES];
	struct encase_condition where[LAYERS][RULES][ENCASE_MAX_ARGS];
};

/* A call to enter a cage with. */
struct entry {
	unsigned cage;
	bool checked;  /* by encase_enter_checked() */
	bool numbered; /* by encase_enter_number() */
	const struct encase_interface *interface;
	const struct encase_desc *desc; /* null: a number that no table has */
	struct encase_desc shape;       /* by the words */
	long number;
	encase_word word[ENCASE_MAX_ARGS];
};

struct scenario {
	uint64_t seed;     /* 0: it is a fuzzer's */
	struct random run; /* what each run of it draws from */
	struct kit_table table[TABLES];
	unsigned nspoken;
	const struct encase_interface *spoken[TABLES];
	struct plot plot[CAGES];
	int refuse[CAGES], unknown[CAGES];
	struct stack stack[CAGES];
	unsigned ntop; /* so many entries are made from outside, all of them by handlers */
	struct entry entry[ENTRIES];
};

void scenario_make(struct scenario *scenario, uint64_t seed);
/* The same from any two streams: one for the scenario, one for its runs. */
void scenario_draw(struct scenario *scenario, struct random random, struct random running);
void scenario_free(struct scenario *scenario);
void scenario_print(const struct scenario *scenario);

/* The parts of it, in the order in which they are made. */
void tables_make(struct scenario *scenario, struct random *random);
void stack_make(struct scenario *scenario, unsigned cage, struct random *random);
void words_make(struct plot *plot, struct random *random, struct entry *entry);

/* A struct iovec; also a pair. */
struct range {
	encase_word base, len;
};

/* Of words_make(): places that suit a plot, good and bad, and what is written there at first. */
encase_word words_bad(const struct plot *plot, struct random *random);
encase_word words_block(const struct plot *plot, struct random *random, uint64_t extent);
encase_word words_string(const struct plot *plot, struct random *random);
/* A place for n bytes that are to be read as they are written here; 0: there is none. */
encase_word words_keep(struct plot *plot, struct random *random, size_t n);
void words_store(struct plot *plot, encase_word at, const void *from, size_t n);
struct range words_range(struct plot *plot, struct random *random);
/* What tells its own size, pairs, strings, messages: words_nest.c. */
encase_word words_nest(struct plot *plot, struct random *random, const struct entry *entry,
		       unsigned i);

/* A call of the scenario's, now and then one that the cages do not speak. */
const struct encase_desc *scenario_call(const struct scenario *scenario, struct random *random);
/* "t0.c3" */
void text_add_call(struct text *text, const struct encase_desc *desc);

/* What is asked of descriptors everywhere. */
static inline unsigned kind_of(const struct encase_desc *desc, unsigned i)
{
	return desc->arg[i].kind & ENCASE_KIND;
}
static inline bool points(const struct encase_desc *desc, unsigned i)
{
	return desc->pointers >> i & 1;
}
/* An enum encase_deep, or -1. */
static inline int deep_of(const struct encase_desc *desc, unsigned i)
{
	if (!points(desc, i) || kind_of(desc, i) != ENCASE_DEEP)
		return -1;
	return desc->arg[i].size & 0xff;
}
static inline bool is_vector(const struct encase_desc *desc, unsigned i)
{
	return deep_of(desc, i) == ENCASE_IOVEC;
}
/* Bytes that another argument counts, in objects, bits, pages; not a vector's. */
static inline bool is_counted(const struct encase_desc *desc, unsigned i)
{
	int deep = deep_of(desc, i);

	return (points(desc, i) && kind_of(desc, i) == ENCASE_BUF) ||
	       (deep >= ENCASE_BITS && deep <= ENCASE_LETTER);
}
/* Structures that another argument counts, and what they point to. */
static inline bool counts_structures(const struct encase_desc *desc, unsigned i)
{
	return is_vector(desc, i) || deep_of(desc, i) == ENCASE_MESSAGES;
}
/* Bytes of which the first say how many there are. */
static inline bool is_self(const struct encase_desc *desc, unsigned i)
{
	return deep_of(desc, i) == ENCASE_SIZED || deep_of(desc, i) == ENCASE_TRAILED;
}
/* Pairs, strings, messages: structures with pointers inside, but for vectors. */
static inline bool is_nest(const struct encase_desc *desc, unsigned i)
{
	return deep_of(desc, i) >= ENCASE_MESSAGES && !is_self(desc, i) &&
	       deep_of(desc, i) != ENCASE_OPAQUE;
}
/* Is what an argument points to written by the call? Of messages that are sent only lengths are. */
static inline bool is_written(const struct encase_desc *desc, unsigned i)
{
	return desc->arg[i].kind &
	       (deep_of(desc, i) == ENCASE_MESSAGES ? ENCASE_FILLED : ENCASE_OUT);
}
static inline unsigned least_of(const struct encase_desc *desc, unsigned i)
{
	return desc->arg[i].size / 0x100 * 8;
}
/* A buffer whose length another argument points to. */
static inline bool is_pointed(const struct encase_desc *desc, unsigned i)
{
	return points(desc, i) && kind_of(desc, i) == ENCASE_BUF &&
	       points(desc, desc->arg[i].count);
}
/* An object that is a length. */
static inline bool is_length(const struct encase_desc *desc, unsigned i)
{
	for (unsigned j = 0; j < desc->nargs; j++)
		if (is_pointed(desc, j) && desc->arg[j].count == i)
			return true;
	return false;
}
/* A count is a scalar of an integer type that a buffer names, or a result's limit. */
static inline uint64_t count_value(const struct encase_desc *desc, unsigned i, encase_word word)
{
	encase_word value = encase_widen(desc->arg[i].type, word);

	return desc->arg[i].type % 2 == 0 && (int64_t) value < 0 ? 0 : value;
}
/* The shape of a call with these words; of no descriptor six numbers. */
struct encase_desc shape_of(const struct encase_desc *desc, const encase_word *words);
/*
 * Bytes of a buffer or an object by the words of its call; a string's bound; of a vector its
 * entries.  Of a buffer with its length behind a pointer: 0.
 */
uint64_t extent_of(const struct encase_desc *desc, const encase_word *words, unsigned i);

#endif
