/* SPDX-License-Identifier: MIT */
/* The interface that four.def describes, under the prefix four; four.c defines it. */
#ifndef FOUR_H
#define FOUR_H

#include <encase.h>

#define ENCASE_PREFIX four
#define ENCASE_TABLE  "four.def"
#include <encase/declare.h>
#undef ENCASE_PREFIX
#undef ENCASE_TABLE

#endif
