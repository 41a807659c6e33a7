/* SPDX-License-Identifier: MIT */
/*
 * A call in a group that the table does not declare.
 *
 * mend:  `(outputs)` => `(output)`
 * gcc:   'own_groups_outputs' undeclared.*did you mean 'own_groups_output'
 * clang: undeclared identifier 'own_groups_outputs'; did you mean 'own_groups_output'
 */
#define TABLE                    \
	GROUP(output, "%output") \
	CALL(put, 1, int, FAILS, ORDINARY, (outputs), (int, c, NUM))

#include "inline.h"
