/* SPDX-License-Identifier: MIT */
/*
 * A table with a call of nine arguments.
 *
 * mend:  `, N(i))` => `)`
 * gcc:   pasting "ENC_PARAMS" and|a_call_has_at_most_8_arguments
 * clang: pasting formed 'ENC_PARAMS\('|a_call_has_at_most_8_arguments
 */
#define N(a) (int, a, NUM)
#define TABLE \
	CALL(many, 1, int, NEVER, OWN, (), N(a), N(b), N(c), N(d), N(e), N(f), N(g), N(h), N(i))

#include "inline.h"
