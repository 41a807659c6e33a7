/* SPDX-License-Identifier: MIT */
/*
 * A vector that is no pointer.
 *
 * mend:  `(long, iov` => `(const void *, iov`
 * gcc:   iov has a kind that only a pointer can have
 * clang: iov has a kind that only a pointer can have
 */
#define TABLE CALL(put, 1, int, FAILS, ORDINARY, (), (long, iov, OUT_VEC(n)), (int, n, SIZE))

#include "inline.h"
