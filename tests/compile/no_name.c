/* SPDX-License-Identifier: MIT */
/*
 * A table without a name.
 *
 * mend:  `ENCASE_CALLED` => `ENCASE_NAME`
 * gcc:   'ENCASE_NAME' undeclared
 * clang: undeclared identifier 'ENCASE_NAME'
 */
#define TABLE CALL(put, 1, int, FAILS, ORDINARY, (), (int, c, NUM))

#define ENCASE_PREFIX own
#define ENCASE_TABLE  "inline.def"
#define ENCASE_CALLED "own"
#include <encase/declare.h>

#include <encase/define.h>
