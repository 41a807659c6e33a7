/* SPDX-License-Identifier: MIT */
/*
 * A result that does not fit into a word.
 *
 * mend:  `__int128` => `long`
 * gcc:   a result is no integer, float, double or pointer
 * clang: a result is no integer, float, double or pointer
 */
#define TABLE CALL(put, 1, __int128, FAILS, ORDINARY, (), (int, c, NUM))

#include "inline.h"
