/* SPDX-License-Identifier: MIT */
/* The interface that mix.def describes, under the prefix mix; mix.c defines it. */
#ifndef MIX_H
#define MIX_H

#include <string.h>

#include <encase.h>

#define ENCASE_PREFIX mix
#define ENCASE_TABLE  "mix.def"
#include <encase/declare.h>
#undef ENCASE_PREFIX
#undef ENCASE_TABLE

/* What a double and a float are as words. */
static inline encase_word f64(double value)
{
	encase_word word;

	memcpy(&word, &value, sizeof(word));
	return word;
}

static inline encase_word f32(float value)
{
	encase_word word = 0;

	memcpy(&word, &value, sizeof(value));
	return word;
}

#endif
