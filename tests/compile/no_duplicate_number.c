/* SPDX-License-Identifier: MIT */
/*
 * Two calls of one number.
 *
 * mend:  `CALL(get, 1,` => `CALL(get, 2,`
 * gcc:   duplicate case value
 * clang: duplicate case value
 */
#define TABLE                                                 \
	CALL(put, 1, int, FAILS, ORDINARY, (), (int, c, NUM)) \
	CALL(get, 1, int, FAILS, ORDINARY, (), (int, c, NUM))

#include "inline.h"
