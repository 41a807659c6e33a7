/* SPDX-License-Identifier: MIT */
/*
 * A handler with an argument of another type than the call.
 *
 * mend:  `int count` => `size_t count`
 * gcc:   selector of type .* is not compatible with any association
 * clang: controlling expression type .* not compatible with any generic association type
 */
#include <encase.h>

static ssize_t on_write(int fd, const void *buf, int count)
{
	return encase_next_write(fd, buf, (size_t) count);
}

const struct encase_rule rules[] = { ENCASE_ON(write, on_write, .buf = ENCASE_PASS), ENCASE_END };
