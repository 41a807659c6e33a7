/* SPDX-License-Identifier: MIT */
/*
 * A length that is no integer.
 *
 * mend:  `(void *, n, ADDR)` => `(size_t, n, SIZE)`
 * gcc:   n is used as a length, and is no integer
 * clang: n is used as a length, and is no integer
 */
#define TABLE CALL(put, 1, int, FAILS, ORDINARY, (), (const char *, s, IN(n)), (void *, n, ADDR))

#include "inline.h"
