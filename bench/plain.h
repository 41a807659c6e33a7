/* SPDX-License-Identifier: MIT */
/* The interface that plain.def describes, under the prefix plain; static.c defines it. */
#ifndef PLAIN_H
#define PLAIN_H

#include <encase.h>

#define ENCASE_PREFIX plain
#define ENCASE_TABLE  "plain.def"
#include <encase/declare.h>
#undef ENCASE_PREFIX
#undef ENCASE_TABLE

#endif
