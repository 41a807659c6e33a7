/* SPDX-License-Identifier: MIT */
/*
 * What may be a pointer in a call of which nobody says when it is.
 *
 * mend:  `COMMAND, ()` => `VARIES(COMMAND, 1, shape), ()`
 * gcc:   arg is an ARG of a call that is neither SHAPED nor VARIES
 * clang: arg is an ARG of a call that is neither SHAPED nor VARIES
 */
#define TABLE CALL(control, 1, int, FAILS, COMMAND, (), (int, op, OP), (unsigned long, arg, ARG))

#include "inline.h"
