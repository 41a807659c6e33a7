/* SPDX-License-Identifier: MIT */
/*
 * A handler that lacks an argument of the call.
 *
 * mend:  `const void *buf)` => `const void *buf, size_t count)`
 * gcc:   selector of type .* is not compatible with any association
 * clang: controlling expression type .* not compatible with any generic association type
 */
#include <encase.h>

static ssize_t on_write(int fd, const void *buf)
{
	return encase_next_write(fd, buf, 1);
}

const struct encase_rule rules[] = { ENCASE_ON(write, on_write, .buf = ENCASE_PASS), ENCASE_END };
