/* SPDX-License-Identifier: MIT */
/*
 * A length behind a pointer that the call does not write.
 *
 * mend:  `IN_OBJ(int)` => `INOUT_OBJ(int)`
 * gcc:   n is used as a pointer to a length, and is no INOUT_OBJ
 * clang: n is used as a pointer to a length, and is no INOUT_OBJ
 */
#define TABLE \
	CALL(put, 1, int, FAILS, ORDINARY, (), (char *, s, OUT_LEN(n)), (int *, n, IN_OBJ(int)))

#include "inline.h"
