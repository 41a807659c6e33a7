/* SPDX-License-Identifier: MIT */
/* The lowest layer of another stack: two over three over one. */
#include "trial.h"

#define ENCASE_PREFIX                trial
#define ENCASE_TABLE                 "trial.def"
#define ENCASE_STATIC                up_1
#define ENCASE_STATIC_FILE           "one.c"
#define ENCASE_STATIC_LAYER          one
#define ENCASE_STATIC_OVER_FUNCTIONS bottom
#include <encase/static.h>

/* The same layer, for the router. */
extern const struct encase_layer *const up_1;
const struct encase_layer *const up_1 = &one;
