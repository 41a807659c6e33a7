/* SPDX-License-Identifier: MIT */
/*
 * A mode without the name of its argument.
 *
 * mend:  `ENCASE_PASS)` => `.buf = ENCASE_PASS)`
 * gcc:   excess elements in struct initializer
 * clang: excess elements in struct initializer
 * flags: -Werror
 */
#include <encase.h>

static ssize_t on_write(int fd, const void *buf, size_t count)
{
	return encase_next_write(fd, buf, count);
}

const struct encase_rule rules[] = { ENCASE_ON(write, on_write, ENCASE_PASS), ENCASE_END };
