/* SPDX-License-Identifier: MIT */
/*
 * An argument that does not fit into a word.
 *
 * mend:  `long double` => `double`
 * gcc:   c is no integer, float, double or pointer
 * clang: c is no integer, float, double or pointer
 */
#define TABLE CALL(put, 1, int, FAILS, ORDINARY, (), (long double, c, NUM))

#include "inline.h"
