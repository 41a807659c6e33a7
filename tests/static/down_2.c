/* SPDX-License-Identifier: MIT */
/* Layer two over three. */
#include "trial.h"

#define ENCASE_PREFIX       trial
#define ENCASE_TABLE        "trial.def"
#define ENCASE_STATIC       down_2
#define ENCASE_STATIC_FILE  "two.c"
#define ENCASE_STATIC_LAYER two
#define ENCASE_STATIC_OVER  down_3
#include <encase/static.h>

/* The same layer, for the router. */
extern const struct encase_layer *const down_2;
const struct encase_layer *const down_2 = &two;
