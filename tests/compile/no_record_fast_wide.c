/* SPDX-License-Identifier: MIT */
/*
 * A FAST call with an integer that is wider than a register.
 *
 * mend:  `(u32, n)` => `(u16, n)`
 * gcc:   n of the FAST call put is wider than a register
 * clang: n of the FAST call put is wider than a register
 */
#define TABLE FAST(put, 1, NOTHING, (), "puts", (u32, n))

#include "record.h"
