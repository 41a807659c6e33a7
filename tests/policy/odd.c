/* SPDX-License-Identifier: MIT */
/*
 * The table of odd.def as code; see odd.h.
 * Nothing else is in this file, as in an interface of a user's own.
 */
#include "odd.h"

#define ENCASE_PREFIX odd
#define ENCASE_TABLE  <odd.def>
#define ENCASE_NAME   "odd"
#include <encase/define.h>
