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

#endif
