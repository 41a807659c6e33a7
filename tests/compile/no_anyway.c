/* SPDX-License-Identifier: MIT */
/*
 * What calls write that fail has to be read before: else what they did not write is lost.
 *
 * mend:  `OUT_OBJ(int)` => `INOUT_OBJ(int)`
 * gcc:   an argument of nap is written ANYWAY, and not read and written whole
 * clang: an argument of nap is written ANYWAY, and not read and written whole
 */
#define TABLE CALL(nap, 1, int, FAILS, ORDINARY, (), (int *, left, OUT_OBJ(int), ANYWAY))

#include "inline.h"
