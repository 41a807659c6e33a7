/* SPDX-License-Identifier: MIT */
/*
 * A call in a group that the table does not declare.
 *
 * mend:  `(outputs)` => `(output)`
 * gcc:   'own_group_outputs' undeclared.*did you mean 'own_group_output'
 * clang: undeclared identifier 'own_group_outputs'; did you mean 'own_group_output'
 */
#define TABLE                    \
	GROUP(output, "%output") \
	CALL(put, 1, int, FAILS, ORDINARY, (outputs), (int, c, NUM))

#include "inline.h"
