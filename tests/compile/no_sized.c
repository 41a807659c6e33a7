/* SPDX-License-Identifier: MIT */
/*
 * What tells its own size has to do so in the bytes that it has at least.
 *
 * mend:  `IN_SIZED(6, 8)` => `IN_SIZED(4, 8)`
 * gcc:   the size of attr does not stand in its least bytes
 * clang: the size of attr does not stand in its least bytes
 */
#define TABLE CALL(tune, 1, int, FAILS, ORDINARY, (), (const void *, attr, IN_SIZED(6, 8)))

#include "inline.h"
