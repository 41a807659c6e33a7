/* SPDX-License-Identifier: MIT */
/*
 * Two variants of one number.
 *
 * mend:  `(none, 1)` => `(none, 2)`
 * gcc:   duplicate case value
 * clang: duplicate case value
 */
#define TABLE UNION(event, u8, (timer, 1, u32), (none, 1))

#include "record.h"
