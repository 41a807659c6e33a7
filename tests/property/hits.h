/* SPDX-License-Identifier: MIT */
/*
 * Counters of what scenarios reach, one for each line of hits.def.
 *
 * The test fails if at the end of its random runs one of them is small: a generator
 * that hardly reaches a rule proves nothing of it.
 */
#ifndef PROPERTY_HITS_H
#define PROPERTY_HITS_H

enum hit {
#define HIT(name, text) HIT_##name,
#include "hits.def"
#undef HIT
	NHITS
};

extern unsigned long hits[NHITS];

static inline void hit(enum hit which)
{
	hits[which]++;
}

/*
 * How often an argument of each kind met each mode on stacks of one, two, and more layers; the
 * reference router counts.  Kinds are those from ENCASE_STR on, and for ENCASE_DEEP each enum
 * encase_deep.
 */
#define HIT_KINDS  16
#define HIT_MODES  6
#define HIT_DEPTHS 3
extern unsigned long hits_of_modes[HIT_KINDS][HIT_MODES][HIT_DEPTHS];

#endif
