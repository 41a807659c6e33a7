/* SPDX-License-Identifier: MIT */
/*
 * A class that does not exist.
 *
 * mend:  `COMMON` => `ORDINARY`
 * gcc:   unknown type name 'put'
 * clang: type specifier missing
 */
#define TABLE CALL(put, 1, int, FAILS, COMMON, (), (int, c, NUM))

#include "inline.h"
