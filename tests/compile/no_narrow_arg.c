/* SPDX-License-Identifier: MIT */
/*
 * What may be a pointer in a type that has no room for one.
 *
 * mend:  `(int, arg, ARG)` => `(unsigned long, arg, ARG)`
 * gcc:   arg is an ARG, and no unsigned long
 * clang: arg is an ARG, and no unsigned long
 */
#define TABLE \
	CALL(control, 1, int, FAILS, VARIES(COMMAND, 1, shape), (), (int, op, OP), (int, arg, ARG))

#include "inline.h"
