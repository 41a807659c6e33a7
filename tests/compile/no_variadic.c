/* SPDX-License-Identifier: MIT */
/*
 * A handler with "..." for a call that C declares without.
 *
 * mend:  `(int fd, ...)` => `(int fd)`
 * gcc:   selector of type .* is not compatible with any association
 * clang: controlling expression type .* not compatible with any generic association type
 */
#include <encase.h>

static int on_close(int fd, ...)
{
	return encase_next_close(fd);
}

const struct encase_rule rules[] = { ENCASE_ON(close, on_close), ENCASE_END };
