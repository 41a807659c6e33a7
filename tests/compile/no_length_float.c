/* SPDX-License-Identifier: MIT */
/*
 * A length behind a pointer that is no integer.
 *
 * mend:  `(float *, n, INOUT_OBJ(float))` => `(int *, n, INOUT_OBJ(int))`
 * gcc:   n is used as a pointer to a length, which has 32 or 64 bits
 * clang: n is used as a pointer to a length, which has 32 or 64 bits
 */
#define TABLE                                                           \
	CALL(put, 1, int, FAILS, ORDINARY, (), (char *, s, OUT_LEN(n)), \
	     (float *, n, INOUT_OBJ(float)))

#include "inline.h"
