/* SPDX-License-Identifier: MIT */
/*
 * Two errors of one number.
 *
 * mend:  `ERROR(full, 5,` => `ERROR(full, 6,`
 * gcc:   duplicate case value
 * clang: duplicate case value
 */
#define TABLE                    \
	ERROR(empty, 5, "empty") \
	ERROR(full, 5, "full")

#include "record.h"
