/* SPDX-License-Identifier: MIT */
/*
 * An argument of a kind that does not exist.
 *
 * mend:  `NUMBER` => `NUM`
 * gcc:   ENC_K_NUMBER
 * clang: type name requires a specifier or qualifier
 */
#define TABLE CALL(put, 1, int, FAILS, ORDINARY, (), (int, c, NUMBER))

#include "inline.h"
