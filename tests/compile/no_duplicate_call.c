/* SPDX-License-Identifier: MIT */
/*
 * Two calls of one name.
 *
 * mend:  `CALL(put, 2,` => `CALL(get, 2,`
 * gcc:   redefinition of 'struct own_put_policy'
 * clang: redefinition of 'own_put_policy'
 */
#define TABLE                                                 \
	CALL(put, 1, int, FAILS, ORDINARY, (), (int, c, NUM)) \
	CALL(put, 2, int, FAILS, ORDINARY, (), (int, c, NUM))

#include "inline.h"
