/* SPDX-License-Identifier: MIT */
/* The interface that mix.def describes, under the prefix mix; mix.c defines it. */
#ifndef MIX_H
#define MIX_H

#include <encase.h>

#define ENCASE_PREFIX mix
#define ENCASE_TABLE  "mix.def"
#include <encase/declare.h>
#undef ENCASE_PREFIX
#undef ENCASE_TABLE

#endif
