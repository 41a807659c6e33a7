/* SPDX-License-Identifier: MIT */
/*
 * Two calls of one number.
 *
 * mend:  `FAST(get, 1,` => `FAST(get, 2,`
 * gcc:   duplicate case value
 * clang: duplicate case value
 */
#define TABLE                                \
	GENERAL(put, 1, NOTHING, (), "puts") \
	FAST(get, 1, NOTHING, (), "gets")

#include "record.h"
