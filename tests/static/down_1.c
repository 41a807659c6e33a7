/* SPDX-License-Identifier: MIT */
/* Layer one over two. */
#include "trial.h"

#define ENCASE_PREFIX       trial
#define ENCASE_TABLE        "trial.def"
#define ENCASE_STATIC       down_1
#define ENCASE_STATIC_FILE  "one.c"
#define ENCASE_STATIC_LAYER one
#define ENCASE_STATIC_OVER  down_2
#include <encase/static.h>

/* The same layer, for the router. */
extern const struct encase_layer *const down_1;
const struct encase_layer *const down_1 = &one;
