/* SPDX-License-Identifier: MIT */
/*
 * A rule for any call with one call's natural handler.
 *
 * mend:  `on_all(int fd)` => `on_all(struct encase_call *call)`
 * gcc:   selector of type .* is not compatible with any association
 * clang: controlling expression type .* not compatible with any generic association type
 */
#include <encase.h>

static long on_all(int fd)
{
	return -1;
}

const struct encase_rule rules[] = { ENCASE_ON_ANY(on_all), ENCASE_END };
