/* SPDX-License-Identifier: MIT */
/*
 * A null for good in a rule for a group: not all of its pointers may be null.
 *
 * mend:  `NULLIFY` => `PASS`
 * gcc:   size of unnamed array is negative
 * clang: array size is negative
 */
#include <encase.h>

static long on_all(struct encase_call *call)
{
	return encase_forward(call);
}

const struct encase_rule rules[] = { ENCASE_ON_GROUP(desc, on_all, ENCASE_NULLIFY), ENCASE_END };
