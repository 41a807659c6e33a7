/* SPDX-License-Identifier: MIT */
/*
 * A handler with another result than the call.
 *
 * mend:  `static int` => `static ssize_t`
 * gcc:   selector of type .* is not compatible with any association
 * clang: controlling expression type .* not compatible with any generic association type
 */
#include <encase.h>

static int on_write(int fd, const void *buf, size_t count)
{
	return (int) encase_next_write(fd, buf, count);
}

const struct encase_rule rules[] = { ENCASE_ON(write, on_write, .buf = ENCASE_PASS), ENCASE_END };
