/* SPDX-License-Identifier: MIT */
/*
 * Names of values from a set that nobody has declared.
 *
 * mend:  `FLAGS(bits)` => `FLAGS`
 * gcc:   'own_symbols_bits' undeclared
 * clang: use of undeclared identifier 'own_symbols_bits'
 */
#define TABLE CALL(put, 1, int, FAILS, ORDINARY, (), (int, c, FLAGS(bits)))

#include "inline.h"
