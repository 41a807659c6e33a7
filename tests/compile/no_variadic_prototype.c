/* SPDX-License-Identifier: MIT */
/*
 * A handler with "..." in another place than the call has it.
 *
 * mend:  `(const char *path, ...)` => `(const char *path, int flags, ...)`
 * gcc:   selector of type .* is not compatible with any association
 * clang: controlling expression type .* not compatible with any generic association type
 */
#include <encase.h>

static int on_open(const char *path, ...)
{
	return encase_next_open(path, 0, 0);
}

const struct encase_rule rules[] = { ENCASE_ON(open, on_open), ENCASE_END };
