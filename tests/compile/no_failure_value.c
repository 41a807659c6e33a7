/* SPDX-License-Identifier: MIT */
/*
 * A failure value that does not fit into a descriptor.
 *
 * mend:  `FAILS_WITH(200)` => `FAILS_WITH(100)`
 * gcc:   a failure value is not in -128..127
 * clang: a failure value is not in -128..127
 */
#define TABLE CALL(put, 1, int, FAILS_WITH(200), ORDINARY, (), (int, c, NUM))

#include "inline.h"
