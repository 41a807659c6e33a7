/* SPDX-License-Identifier: MIT */
/* What bell.def defines. */
#include "bell.h"

#define ENCASE_PREFIX bell
#define ENCASE_TABLE  <bell.def>
#define ENCASE_NAME   "bell"
#include <encase/define.h>
