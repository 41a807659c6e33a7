/* SPDX-License-Identifier: MIT */
/* mix.def as code. */
#include "mix.h"

#define ENCASE_PREFIX mix
#define ENCASE_TABLE  "mix.def"
#define ENCASE_NAME   "mix"
#include <encase/define.h>
