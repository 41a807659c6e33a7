/* SPDX-License-Identifier: MIT */
/* The table of riot.def as code: the one C file that defines what riot.h declares. */
#include "riot.h"

#define ENCASE_PREFIX riot
#define ENCASE_TABLE  "riot.def"
#define ENCASE_NAME   "riot"
#include <encase/define.h>
