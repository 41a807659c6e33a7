/* SPDX-License-Identifier: MIT */
/* The table all.def for the words and registers that a program is built with. */
#ifndef ALL_H
#define ALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef ENCASE_WORD
#define ENCASE_WORD      16
#define ENCASE_REGISTERS 4
#endif
#define ENCASE_PREFIX  all
#define ENCASE_RECORDS "all.def"
#include <encase/record_types.h>

#include <encase/record_caller.h>

#endif
