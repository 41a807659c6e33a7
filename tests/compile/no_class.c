/* SPDX-License-Identifier: MIT */
/*
 * A class that does not exist.
 *
 * mend:  `COMMON` => `ORDINARY`
 * gcc:   'ENCASE_COMMON' undeclared
 * clang: undeclared identifier 'ENCASE_COMMON'
 */
#define TABLE CALL(put, 1, int, FAILS, COMMON, (), (int, c, NUM))

#include "inline.h"
