/* SPDX-License-Identifier: MIT */
/* The machine's calls, for both sides: types and stubs of riot.def, and the interface riot_calls. */
#ifndef RIOT_H
#define RIOT_H

#include <encase.h>

#define ENCASE_PREFIX    riot
#define ENCASE_RECORDS   "riot.def"
#define ENCASE_WORD      16
#define ENCASE_REGISTERS 4
#include <encase/record_types.h>

#include <encase/record_caller.h>

#define ENCASE_TABLE <encase/record_table.h>
#include <encase/declare.h>

#endif
