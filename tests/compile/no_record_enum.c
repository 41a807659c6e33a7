/* SPDX-License-Identifier: MIT */
/*
 * Two values of one number.
 *
 * mend:  `(bad, 1)` => `(bad, 2)`
 * gcc:   duplicate case value
 * clang: duplicate case value
 */
#define TABLE ENUM(mood, u8, (good, 1), (bad, 1))

#include "record.h"
