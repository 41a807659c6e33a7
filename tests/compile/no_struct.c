/* SPDX-License-Identifier: MIT */
/*
 * An argument that is a structure: words hold integers, floats, doubles and pointers.
 *
 * mend:  `(struct point, p, NUM)` => `(int, p, NUM)`
 * gcc:   conversion to non-scalar type requested
 * clang: used type 'struct point' where arithmetic or pointer type is required
 */
struct point {
	int x, y;
};

#define TABLE CALL(put, 1, int, FAILS, ORDINARY, (), (struct point, p, NUM))

#include "inline.h"
