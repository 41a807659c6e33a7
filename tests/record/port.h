/* SPDX-License-Identifier: MIT */
/* The table port.def, and the same as an interface. */
#ifndef PORT_H
#define PORT_H

#include <encase.h>

#ifndef ENCASE_WORD
#define ENCASE_WORD      16
#define ENCASE_REGISTERS 4
#endif
#define ENCASE_PREFIX  port
#define ENCASE_RECORDS "port.def"
#include <encase/record_types.h>

#include <encase/record_caller.h>

#define ENCASE_TABLE <encase/record_table.h>
#include <encase/declare.h>

#endif
