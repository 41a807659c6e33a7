/* SPDX-License-Identifier: MIT */
/*
 * What handlers and lower layers do in a scenario: the same script for both
 * routers, which they call through a struct engine.
 *
 * A script is no list of steps: handlers decide by random numbers, drawn from a
 * stream that starts anew for each run, and log what they see, do and get.  Their
 * decisions depend on nothing that two right routers may do differently.
 */
#ifndef PROPERTY_SCRIPT_H
#define PROPERTY_SCRIPT_H

#include "scenario.h"

/* A router; functions do what those of the library with these names do. */
struct engine {
	const char *name;
	struct encase_cage *(*cage_new)(struct encase_setup *setup, struct plot *plot);
	void (*cage_free)(struct encase_cage *cage);
	int (*push)(struct encase_cage *cage, const struct encase_layer *layer,
		    const char *options);
	struct encase_traffic (*traffic)(const struct encase_cage *cage);
	long (*enter)(struct encase_cage *cage, const struct encase_desc *desc,
		      const encase_word *words);
	int (*enter_checked)(struct encase_cage *cage, const struct encase_desc *desc,
			     const encase_word *words, encase_word *result);
	long (*enter_number)(struct encase_cage *cage, const struct encase_interface *interface,
			     long number, const encase_word *words);
	void *(*self)(void);
	struct encase_cage *(*caller)(void);
	encase_word (*next)(const struct encase_desc *desc, encase_word *words);
	const struct encase_desc *(*call_desc)(const struct encase_call *call);
	long (*call_number)(const struct encase_call *call);
	const struct encase_desc *(*call_shape)(const struct encase_call *call);
	void *(*arg)(const struct encase_call *call, unsigned i);
	encase_word (*arg_word)(const struct encase_call *call, unsigned i);
	int (*arg_data)(struct encase_call *call, unsigned i, void **data, size_t *len);
	int (*set_arg)(struct encase_call *call, unsigned i, encase_word word);
	long (*forward)(struct encase_call *call);
	long (*fail)(struct encase_call *call, int error);
	int (*failed)(const struct encase_call *call);
	int (*reach)(struct encase_call *call);
};

extern const struct engine engine_library, engine_reference;

/* The run that is under way. */
struct run {
	const struct engine *engine;
	const struct scenario *scenario;
	struct log *log;
	struct random random;
	struct encase_cage *cage[CAGES];
	unsigned depth;  /* of calls under way */
	unsigned gates;  /* of them, entered by handlers */
	unsigned events; /* handlers and lower layers so far; above a bound all of them are brief */
};
extern struct run run;

/* Runs a scenario's entries through an engine. */
void script_run(const struct engine *engine, struct scenario *scenario, struct log *log);

/* Functions for rule tables and lower layers: a rule's handler, by its number. */
encase_fn *script_handler(unsigned number, bool raw);
int script_start(void **state, const char *options);
extern const struct encase_lower script_lower;
const char *scenario_options(unsigned cage, unsigned layer);

/* -- Between the parts of the script -------------------------------------- */

#define RANGES 16 /* of a vector, or what a structure points to: as many are remembered */

/* A call as a handler sees it. */
struct sight {
	const struct encase_desc *desc;    /* null: of an unknown number */
	struct encase_desc shape;          /* what this call's arguments are */
	struct encase_call *call;          /* null in natural handlers */
	bool below;                        /* it is the lower layer that looks */
	encase_word word[ENCASE_MAX_ARGS]; /* numbers; pointers that may be followed, or null */
	size_t len[ENCASE_MAX_ARGS]; /* bytes there; of a vector, entries; of structures, them */
	/* What was first seen of what handlers change in place: */
	encase_word first[ENCASE_MAX_ARGS]; /* the word for which: */
	struct range range[ENCASE_MAX_ARGS][RANGES];
	unsigned nrange[ENCASE_MAX_ARGS];
};

/* Words for a forward, and how they were chosen. */
struct gift {
	struct encase_desc shape; /* by the words */
	encase_word word[ENCASE_MAX_ARGS];
	struct text how;
};

/* A word that one of the scenario's entries has for a pointer: the same for both routers. */
bool script_known(encase_word word);
bool script_weary(void);
void script_log(const char *format, ...) __attribute__((format(printf, 1, 2)));
void script_pool_reset(void);
uint64_t script_pool_sum(void);

/* What a handler sees first: the shape.  Words are to be filled in, and measured. */
void sight_begin(struct sight *sight, const struct encase_desc *desc, struct encase_call *call,
		 const encase_word *words);
void sight_measure(struct sight *sight);
void sight_log(const struct sight *sight, const char *who);
/* Writes to some of what the call writes, now and then to what it reads. */
void sight_scribble(const struct sight *sight);
/* Changes a length or a vector's entries where they are. */
void sight_turn(const struct sight *sight);
/* The same of what has pointers inside; its parts, as text; changes. */
void nest_measure(struct sight *sight, unsigned i);
void nest_log(struct text *text, const struct sight *sight, unsigned i);
void nest_turn(const struct sight *sight, unsigned i);
/* Of what tells its own size: how many bytes. */
uint64_t self_length(const struct encase_desc *shape, unsigned i, encase_word word);
/* Another entry: shorter, elsewhere, none; longer than it may be only if the router answers for it. */
void range_turn(struct range *range, const struct range *other);
struct range range_read(encase_word vector, uint64_t k);
/* Has a cage the host's memory? Then nothing in it may become absurd. */
bool script_some_host(void);
/* The integer behind a length. */
int64_t length_read(const struct encase_desc *shape, unsigned i, encase_word word);
bool script_of_pool(encase_word word);
encase_word script_pool(uint64_t offset);

#define SCRIPT_POOL_MOST 2048 /* bytes that a forward may give of it */

/* Is a word in the memory of a cage that is the host's? */
const struct ref_memory *script_host(encase_word word);
/*
 * May a pointer from a seen argument be given for another one?  Not for one that
 * is written if nobody is to write there, and not the other way round for a string:
 * it would lose its end.
 */
bool gift_suits(unsigned seen, unsigned given);
/* Bytes of a handler's own; into what it sees, up to its end, or its own if nothing there suits. */
encase_word gift_own(struct gift *gift);
encase_word gift_seen(const struct sight *sight, struct gift *gift, unsigned kind);
encase_word gift_vector(const struct sight *sight, struct gift *gift, unsigned kind);
encase_word gift_length(const struct sight *sight, struct gift *gift);
/* Are there so many entries, and what they name, but for what the router answers for? */
bool gift_vector_sound(const struct sight *sight, encase_word word, uint64_t count);
/* Bytes for an entry: own ones, or some of what is seen, a little more now and then. */
struct range gift_range(const struct sight *sight, struct gift *gift, unsigned kind);
/* For what has pointers inside: what is seen, or own structures. */
encase_word gift_nest(const struct sight *sight, struct gift *gift, const struct encase_desc *shape,
		      unsigned i);
/* For what tells its own size: bytes of the script's own that tell one. */
encase_word gift_self(struct gift *gift, const struct encase_desc *shape, unsigned i);
/* How many messages there are certainly at a word of an argument that may be given. */
uint64_t nest_messages_at(const struct sight *sight, encase_word word);
bool script_of_nest(encase_word word);
void script_nest_reset(void);

/* One argument's new word for a forward of the same call; says how. */
void gift_change(const struct sight *sight, struct gift *gift, unsigned i);
/* Would the gift reach beyond what is there of the script's own, and of the host's? */
bool gift_too_long(const struct sight *sight, const struct encase_desc *shape,
		   const struct gift *gift, unsigned i);
/*
 * Makes of a gift that has another shape than what is seen one that a handler can answer for;
 * raw handlers leave what they do not see, or send a null.
 */
void gift_fit(const struct sight *sight, struct gift *gift, bool raw);
/* Words for a forward of the same call: as seen, or changed here and there. */
void gift_same(const struct sight *sight, struct gift *gift);
void gift_other(const struct sight *sight, const struct encase_desc *desc, struct gift *gift);

/* Forwards by value; logs words and result. */
encase_word script_next(const struct encase_desc *desc, const struct gift *gift);
/* Enters a cage by one of the scenario's entries. */
void script_gate(const struct entry *entry);
void script_nested_gate(bool below);

/* A result that a call may have, and one that makes no sense. */
encase_word result_good(const struct sight *sight);
encase_word result_nonsense(const struct sight *sight);
int random_errno(void);

encase_word script_natural(unsigned number, const struct encase_desc *desc,
			   const encase_word *words);
long script_raw(unsigned number, struct encase_call *call);

#endif
