/* SPDX-License-Identifier: MIT */
/* Makes a caller and a receiver of the macro TABLE, under the prefix own; for one C file. */
#ifndef RECORD_H
#define RECORD_H

#define ENCASE_PREFIX  own
#define ENCASE_RECORDS "record.def"
#ifndef ENCASE_WORD
#define ENCASE_WORD 16
#endif
#ifndef ENCASE_REGISTERS
#define ENCASE_REGISTERS 4
#endif
#include <encase/record_types.h>

#include <encase/record_caller.h>

#endif
