/* SPDX-License-Identifier: MIT */
/*
 * An enum of 65 values.
 *
 * mend:  `, (last, 64)` => ``
 * gcc:   more than 64 values
 * clang: more than 64 values
 */
#define ROW(r, n)                                                                             \
	(a##r, n), (b##r, n + 1), (c##r, n + 2), (d##r, n + 3), (e##r, n + 4), (f##r, n + 5), \
		(g##r, n + 6), (h##r, n + 7)
#define TABLE                                                                                \
	ENUM(many, u8, ROW(0, 0), ROW(1, 8), ROW(2, 16), ROW(3, 24), ROW(4, 32), ROW(5, 40), \
	     ROW(6, 48), ROW(7, 56), (last, 64))

#include "record.h"
