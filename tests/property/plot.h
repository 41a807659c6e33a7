/* SPDX-License-Identifier: MIT */
/*
 * A plot: the memory of one cage in a scenario, as both routers see it.
 *
 * Both work on the same block of bytes, one after the other, so that the cage's
 * addresses are the same for both.  For the library a plot is the arena, the
 * host's memory, or one of two memories made here, which have a hole (refused, and
 * the check says so) and a stone (can be read, but a write is refused).  Those
 * two count each use that breaks the contract in encase/cage.h.
 */
#ifndef PROPERTY_PLOT_H
#define PROPERTY_PLOT_H

#include "random.h"
#include "reference.h"

#define PLOT_KEPT  3072
#define PLOT_LARGE 150000 /* bytes that a few have, and more */

enum plot_kind {
	PLOT_ARENA, /* the library's */
	PLOT_NEAR,  /* with a hole and a stone; can be addressed */
	PLOT_FAR,   /* the same, but cannot be addressed */
	PLOT_HOST,  /* trusting: only good words may be used with it */
	PLOT_KINDS
};

struct plot {
	enum plot_kind kind;
	struct ref_memory memory;
	unsigned char *initial;
	/*
	 * Of a trusting memory the first bytes are kept for vectors' entries and for lengths:
	 * no buffer reaches there.
	 */
	size_t kept, kept_used;
	size_t behind; /* bytes of room behind the plot's end, all zeros when a run begins */
	bool gathers;  /* it reads many arguments at once */
	struct encase_arena arena;
};

/* One of so many percent is large. */
void plot_make(struct plot *plot, struct random *random, unsigned large);
void plot_free(struct plot *plot);
/* The bytes as they were made. */
void plot_reset(struct plot *plot);
/* Puts the plot into a setup. */
void plot_set_up(struct plot *plot, struct encase_setup *setup);
/* How often a memory was used against its contract. */
extern unsigned plot_misuses;

#endif
