/* SPDX-License-Identifier: MIT */
/*
 * A FAST call with more than the registers have: a slice takes two.
 *
 * mend:  `(in(u8), b)` => `(u8, b)`
 * gcc:   the FAST call put has too many arguments for the registers
 * clang: the FAST call put has too many arguments for the registers
 */
#define TABLE FAST(put, 1, NOTHING, (), "puts", (in(u8), a), (in(u8), b), (u8, c))

#include "record.h"
