/* SPDX-License-Identifier: MIT */
/*
 * A layer that is resolved before run time, of riot.def's calls, or of Linux's: with the HANDLERS and RULES
 * that are defined, over what is defined to be below.
 */
#ifndef __OPTIMIZE__
#define __OPTIMIZE__ 1 /* syntax is looked at, no code is made */
#endif
#ifndef LINUX
#include "riot.h"
#define ENCASE_PREFIX riot
#define ENCASE_TABLE  "riot.def"
#endif
#define ENCASE_STATIC       made
#define ENCASE_STATIC_FILE  "stack_layer.h"
#define ENCASE_STATIC_LAYER layer
#include <encase/static.h>
