/* SPDX-License-Identifier: MIT */
/*
 * The fuzzer of rules: layers with hand-made rules are pushed onto a tree of cages, popped, ended
 * and called, from outside and from their own handlers, in any order.
 *
 * Beside each cage stands a model of it: which pushes are on it, and whether it has ended.  A
 * push is known by its state, which start() makes and stop() must give back once.
 */
#ifndef FUZZ_RULES_H
#define FUZZ_RULES_H

#include <encase.h>
#include <errno.h>
#include <stdbool.h>

#include "builder.h"
#include "fuzz.h"

#define CAGES  5
#define LAYERS 6
#define RULES  5
#define STACK  12 /* pushes on a cage */
#define PUSHES 128

/* A push; its address is the layer's state. */
struct push {
	unsigned layer;
	int cages;     /* that have it */
	int started;   /* how often; */
	int stopped;   /* another thread may count, too */
	int told, end; /* of children, of ends */
};

struct model {
	struct encase_cage *cage; /* null: there is none */
	int parent;               /* -1: none */
	bool ended;
	int refuse;
	unsigned npushes;
	struct push *push[STACK]; /* oldest first */
	unsigned inside;          /* calls of its own that are in flight */
};

/* What a call came by. */
struct seen {
	bool wild; /* handlers do anything; else they forward and that is all */
	unsigned events, depth;
	bool handlers, pointers, lower, short_of;
};

extern struct world {
	struct random random;
	struct kit_table table[3]; /* the last is spoken by no cage */
	struct model model[CAGES];
	struct encase_layer layer[LAYERS];
	struct push push[PUSHES];
	unsigned npushes;
	struct seen seen;
	struct model *starting; /* the cage onto which a layer is being pushed */
	struct push *handler;   /* whose handler runs; null: none */
	struct model *caller;   /* of it */
} world;

/* -- rules_make.c --------------------------------------------------------- */

void tables_make(void);
/* Makes layer i anew, with rules that bytes decide. */
void layer_make(unsigned i);
/* Whether no cage that speaks all can take it. */
bool layer_is_bad(const struct encase_layer *layer);
/* A call that cages speak, mostly; those of Linux among them. */
const struct encase_desc *call_any(void);

/* -- rules_call.c --------------------------------------------------------- */

encase_fn *handler_for(const struct encase_desc *desc, unsigned form);
extern const struct encase_lower rules_lower;
/* A call of a cage's by what its stack says of itself. */
void call_make(struct model *model);

/* -- rules.c -------------------------------------------------------------- */

/* One operation on one cage, from outside or in a handler. */
void operate(void);

#endif
