/* SPDX-License-Identifier: MIT */
/*
 * A kind that only a pointer can have, on an integer.
 *
 * mend:  `(int, s, IN(n))` => `(char *, s, IN(n))`
 * gcc:   s has a kind that only a pointer can have
 * clang: s has a kind that only a pointer can have
 */
#define TABLE CALL(put, 1, int, FAILS, ORDINARY, (), (int, s, IN(n)), (int, n, SIZE))

#include "inline.h"
