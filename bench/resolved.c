/* SPDX-License-Identifier: MIT */
/* A layer that is resolved before run time, over C functions: resolved_write(), resolved_read(). */
#include "plain.h"

#define ENCASE_PREFIX                plain
#define ENCASE_TABLE                 "plain.def"
#define ENCASE_STATIC                resolved
#define ENCASE_STATIC_FILE           "plain_layer.c"
#define ENCASE_STATIC_LAYER          natural
#define ENCASE_STATIC_OVER_FUNCTIONS answer
#include <encase/static.h>
