/* SPDX-License-Identifier: MIT */
/*
 * A call without a result: one that cannot fail has one that is NEVER an error.
 *
 * mend:  `, void,` => `, int,`
 * gcc:   variable or field 'v' declared void
 * clang: field has incomplete type 'void'
 */
#define TABLE CALL(put, 1, void, NEVER, ORDINARY, (), (int, c, NUM))

#include "inline.h"
