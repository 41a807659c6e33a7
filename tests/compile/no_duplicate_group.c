/* SPDX-License-Identifier: MIT */
/*
 * Two groups of one name.
 *
 * mend:  `GROUP(put, "%get")` => `GROUP(get, "%get")`
 * gcc:   redeclaration of enumerator 'own_group_put'
 * clang: redefinition of enumerator 'own_group_put'
 */
#define TABLE              \
	GROUP(put, "%put") \
	GROUP(put, "%get") CALL(print, 1, int, FAILS, ORDINARY, (put), (int, c, NUM))

#include "inline.h"
