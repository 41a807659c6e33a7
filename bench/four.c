/* SPDX-License-Identifier: MIT */
/* four.def as code. */
#include "four.h"

#define ENCASE_PREFIX four
#define ENCASE_TABLE  "four.def"
#define ENCASE_NAME   "four"
#include <encase/define.h>
