/* SPDX-License-Identifier: MIT */
/* The lowest layer of a stack: one over two over three. */
#include "trial.h"

#define ENCASE_PREFIX                trial
#define ENCASE_TABLE                 "trial.def"
#define ENCASE_STATIC                down_3
#define ENCASE_STATIC_FILE           "three.c"
#define ENCASE_STATIC_LAYER          three
#define ENCASE_STATIC_OVER_FUNCTIONS bottom
#include <encase/static.h>

/* The same layer, for the router. */
extern const struct encase_layer *const down_3;
const struct encase_layer *const down_3 = &three;
