/* SPDX-License-Identifier: MIT */
/*
 * Five registers.
 *
 * mend:  `REGISTERS 5` => `REGISTERS 6`
 * gcc:   4 or 6 registers
 * clang: 4 or 6 registers
 */
#define ENCASE_REGISTERS 5
#define TABLE

#include "record.h"
