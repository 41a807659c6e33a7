/* SPDX-License-Identifier: MIT */
/*
 * A result that is no integer, and has a limit.
 *
 * mend:  `double, COUNT` => `long, COUNT`
 * gcc:   a result that has a limit is no integer
 * clang: a result that has a limit is no integer
 */
#define TABLE CALL(put, 1, double, COUNT(n), ORDINARY, (), (int, n, NUM))

#include "inline.h"
