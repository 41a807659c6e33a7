/* SPDX-License-Identifier: MIT */
/*
 * What users of the interface include: its types, and what its table declares.
 * The types of objects have to be complete only where the table is defined.
 */
#ifndef RIOT_H
#define RIOT_H

#include <encase.h>

struct riot_port;
struct riot_from {
	long address;
	short port;
};

#define ENCASE_PREFIX riot
#define ENCASE_TABLE  "riot.def"
#include <encase/declare.h>
#undef ENCASE_PREFIX
#undef ENCASE_TABLE

#endif
