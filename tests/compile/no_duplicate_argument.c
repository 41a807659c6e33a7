/* SPDX-License-Identifier: MIT */
/*
 * Two arguments of one name.
 *
 * mend:  `(int, c, NUM), (int, c, NUM)` => `(int, c, NUM), (int, d, NUM)`
 * gcc:   redefinition of parameter 'c'
 * clang: redefinition of parameter 'c'
 */
#define TABLE CALL(put, 1, int, FAILS, ORDINARY, (), (int, c, NUM), (int, c, NUM))

#include "inline.h"
