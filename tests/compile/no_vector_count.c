/* SPDX-License-Identifier: MIT */
/*
 * A vector whose count is no integer.
 *
 * mend:  `(double, n, NUM)` => `(int, n, SIZE)`
 * gcc:   n is used as a length, and is no integer
 * clang: n is used as a length, and is no integer
 */
struct iovec;
#define TABLE                                                                          \
	CALL(put, 1, int, FAILS, ORDINARY, (), (const struct iovec *, iov, IN_VEC(n)), \
	     (double, n, NUM))

#include "inline.h"
