/* SPDX-License-Identifier: MIT */
/*
 * A mode for a named argument in a rule for many calls, which have one mode for all.
 *
 * mend:  `.buf = ` => ``
 * gcc:   'const struct encase_any_policy' has no member named 'buf'
 * clang: expected expression
 */
#include <encase.h>

static long on_all(struct encase_call *call)
{
	return encase_forward(call);
}

const struct encase_rule rules[] = { ENCASE_ON_GROUP(desc, on_all, .buf = ENCASE_COPY),
				     ENCASE_END };
