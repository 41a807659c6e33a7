/* SPDX-License-Identifier: MIT */
/*
 * A value that its type cannot have.
 *
 * mend:  `256` => `255`
 * gcc:   (the number of good does not fit its type|overflow|case label value)
 * clang: (the number of good does not fit its type|overflow|changes value)
 */
#define TABLE ENUM(mood, u8, (good, 256))

#include "record.h"
