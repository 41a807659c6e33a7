/* SPDX-License-Identifier: MIT */
/*
 * The modes' test: a call with three pointers on one to three layers, and what a
 * run of it leaves to be compared.
 *
 *   modes.c       which stacks and courses are run
 *   modes_run.c   one run through one router: cages, handlers, the lower layer
 */
#ifndef PROPERTY_MODES_H
#define PROPERTY_MODES_H

#include "builder.h"
#include "script.h"

#define POINTERS 3 /* arguments 0 to 2; argument 3 counts */
#define DEPTH    3 /* layers at most */
#define MODES    6
#define POLICIES (MODES * MODES * MODES)
#define SHAPES   2 /* of the call */
#define MOMENTS  4000

extern const uint8_t modes[MODES];

/* What a handler does; each is done by natural and by raw handlers in their own ways. */
enum course {
	AS_IS,   /* forwards what it sees */
	TWICE,   /* the same, twice */
	OWN,     /* own buffers for all three and a larger count, then as it is */
	NULLS,   /* ENCASE_NULL for all three and a larger count, then as it is */
	ONE,     /* one own buffer, a fetch if it can, a smaller count, twice; then as it was */
	WRONG,   /* a pointer in another one's place, a larger count, both; then as it is */
	COURSES, /* for each form of handler */
};

/* A stack and how it is called.  Layers are numbered from the top. */
struct setting {
	unsigned depth;
	uint8_t policy[DEPTH][POINTERS]; /* modes */
	unsigned shape;                  /* of the call */
	unsigned plot;                   /* an enum plot_kind */
	unsigned nulls;                  /* bit i: pointer i arrives as null */
	uint64_t fails;                  /* bit n: the lower layer's n-th call fails */
	unsigned course[DEPTH];          /* + COURSES: raw */
	unsigned turn;                   /* which argument courses begin with */
};

/* What happened, in order: the same moments mean that two runs agree. */
struct moments {
	unsigned used;
	struct moment {
		const char *what;
		uint64_t value;
	} at[MOMENTS];
};

void modes_set_up(void);
void modes_tear_down(void);
/* A stack in both routers, for a setting's depth, policies, shape and plot. */
void modes_stack(const struct setting *setting);
void modes_stack_free(void);
/* One call on that stack. */
void modes_run(const struct engine *engine, const struct setting *setting, struct moments *moments);

#endif
