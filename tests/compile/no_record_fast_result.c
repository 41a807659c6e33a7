/* SPDX-License-Identifier: MIT */
/*
 * A FAST call with a result that is wider than a register.
 *
 * mend:  `GIVES(s64)` => `GIVES(s16)`
 * gcc:   the result of the FAST call get is wider than a register
 * clang: the result of the FAST call get is wider than a register
 */
#define TABLE FAST(get, 1, GIVES(s64), (), "gets")

#include "record.h"
