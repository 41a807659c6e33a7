/* SPDX-License-Identifier: MIT */
/*
 * Data that the call writes, of a type that says it does not.
 *
 * mend:  `(const char *, s, OUT(n))` => `(char *, s, OUT(n))`
 * gcc:   s is written by the call, and its type says const
 * clang: s is written by the call, and its type says const
 */
#define TABLE CALL(get, 1, int, FAILS, ORDINARY, (), (const char *, s, OUT(n)), (int, n, SIZE))

#include "inline.h"
