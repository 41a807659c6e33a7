/* SPDX-License-Identifier: MIT */
/*
 * A mode for an argument that is no pointer: scalars always arrive.
 *
 * mend:  `.count` => `.buf`
 * gcc:   'const struct encase_write_policy' has no member named 'count'
 * clang: designator 'count' does not refer to any field in type 'const struct encase_write_policy'
 */
#include <encase.h>

static ssize_t on_write(int fd, const void *buf, size_t count)
{
	return encase_next_write(fd, buf, count);
}

const struct encase_rule rules[] = { ENCASE_ON(write, on_write, .count = ENCASE_PASS), ENCASE_END };
