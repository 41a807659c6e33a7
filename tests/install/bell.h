/* SPDX-License-Identifier: MIT */
/* What bell.def declares. */
#ifndef BELL_H
#define BELL_H

#include <encase.h>

#define ENCASE_PREFIX bell
#define ENCASE_TABLE  <bell.def>
#include <encase/declare.h>
#undef ENCASE_PREFIX
#undef ENCASE_TABLE

#endif
