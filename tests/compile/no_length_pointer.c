/* SPDX-License-Identifier: MIT */
/*
 * A length itself where a pointer to one is wanted.
 *
 * mend:  `OUT_LEN(n)` => `OUT(n)`
 * gcc:   invalid type argument of unary '\*'
 * clang: indirection requires pointer operand
 */
#define TABLE CALL(put, 1, int, FAILS, ORDINARY, (), (char *, s, OUT_LEN(n)), (size_t, n, SIZE))

#include "inline.h"
