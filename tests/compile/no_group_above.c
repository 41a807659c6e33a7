/* SPDX-License-Identifier: MIT */
/*
 * A group above another that is defined behind it, or nowhere.
 *
 * mend:  `GROUP(in, "%in", all)` => `GROUP(in, "%in")`
 * gcc:   'own_groups_all' undeclared
 * clang: use of undeclared identifier 'own_groups_all'
 */
#define TABLE                 \
	GROUP(in, "%in", all) \
	CALL(put, 1, int, FAILS, ORDINARY, (in), (int, c, NUM))

#include "inline.h"
