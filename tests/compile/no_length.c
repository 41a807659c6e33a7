/* SPDX-License-Identifier: MIT */
/*
 * A buffer whose length is an argument that the call does not have.
 *
 * mend:  `IN(length)` => `IN(len)`
 * gcc:   'struct own_put_at' has no member named 'length'
 * clang: no member named 'length' in 'own_put_at'
 */
#define TABLE \
	CALL(put, 1, int, FAILS, ORDINARY, (), (const char *, s, IN(length)), (size_t, len, SIZE))

#include "inline.h"
