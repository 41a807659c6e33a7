/* SPDX-License-Identifier: MIT */
/*
 * A rule for a call that does not exist.
 *
 * mend:  `wrote` => `write`
 * gcc:   'encase_desc_wrote' undeclared.*did you mean 'encase_desc_write'
 * clang: undeclared identifier 'encase_desc_wrote'; did you mean 'encase_desc_write'
 */
#include <encase.h>

static ssize_t on_write(int fd, const void *buf, size_t count)
{
	return encase_next_write(fd, buf, count);
}

const struct encase_rule rules[] = { ENCASE_ON(wrote, on_write, .buf = ENCASE_PASS), ENCASE_END };
