/* SPDX-License-Identifier: MIT */
/*
 * A result that is limited by an argument that the call does not have.
 *
 * mend:  `COUNT(length)` => `COUNT(len)`
 * gcc:   'struct own_put_at' has no member named 'length'
 * clang: no member named 'length' in 'own_put_at'
 */
#define TABLE                                                                      \
	CALL(put, 1, int, COUNT(length), ORDINARY, (), (const char *, s, IN(len)), \
	     (size_t, len, SIZE))

#include "inline.h"
