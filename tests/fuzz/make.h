/* SPDX-License-Identifier: MIT */
/* The fuzzer of interfaces made at run time: make.c makes them, make_use.c calls them. */
#ifndef FUZZ_MAKE_H
#define FUZZ_MAKE_H

#include <encase.h>

#include "fuzz.h"

extern struct trial {
	struct random random;
	const struct encase_desc *desc; /* the call that is made, */
	struct encase_desc shape;       /* its shape */
	encase_word words[ENCASE_MAX_ARGS];
	unsigned copied; /* bit i: a layer has copied argument i */
	unsigned ran;    /* C functions */
} trial;

/* Makes calls of an interface's, in all the ways that there are. */
void made_use(const struct encase_interface *made);

#endif
