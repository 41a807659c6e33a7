/* SPDX-License-Identifier: MIT */
/*
 * A mode that does not exist.
 *
 * mend:  `ENCASE_PAST` => `ENCASE_PASS`
 * gcc:   'ENCASE_PAST' undeclared
 * clang: undeclared identifier 'ENCASE_PAST'
 */
#include <encase.h>

static ssize_t on_write(int fd, const void *buf, size_t count)
{
	return encase_next_write(fd, buf, count);
}

const struct encase_rule rules[] = { ENCASE_ON(write, on_write, .buf = ENCASE_PAST), ENCASE_END };
