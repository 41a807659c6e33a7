/* SPDX-License-Identifier: MIT */
/*
 * A forward that lacks an argument.
 *
 * mend:  `fd, buf);` => `fd, buf, count);`
 * gcc:   too few arguments to function 'encase_next_write'
 * clang: too few arguments to function call, expected 3, have 2
 */
#include <encase.h>

static ssize_t on_write(int fd, const void *buf, size_t count)
{
	return encase_next_write(fd, buf);
}

const struct encase_rule rules[] = { ENCASE_ON(write, on_write, .buf = ENCASE_PASS), ENCASE_END };
