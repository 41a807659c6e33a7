/* SPDX-License-Identifier: MIT */
/* Layer three over one. */
#include "trial.h"

#define ENCASE_PREFIX       trial
#define ENCASE_TABLE        "trial.def"
#define ENCASE_STATIC       up_3
#define ENCASE_STATIC_FILE  "three.c"
#define ENCASE_STATIC_LAYER three
#define ENCASE_STATIC_OVER  up_1
#include <encase/static.h>

/* The same layer, for the router. */
extern const struct encase_layer *const up_3;
const struct encase_layer *const up_3 = &three;
