/* SPDX-License-Identifier: MIT */
/*
 * A limit that is no integer.
 *
 * mend:  `(float, n, NUM)` => `(int, n, NUM)`
 * gcc:   n is used as a length, and is no integer
 * clang: n is used as a length, and is no integer
 */
#define TABLE CALL(put, 1, int, COUNT(n), ORDINARY, (), (float, n, NUM))

#include "inline.h"
