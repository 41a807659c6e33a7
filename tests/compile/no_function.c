/* SPDX-License-Identifier: MIT */
/*
 * A C function of another type than the call that it is to make.
 *
 * mend:  `ENCASE_FUNCTION(write` => `ENCASE_FUNCTION(read`
 * gcc:   selector of type .* is not compatible with any association
 * clang: controlling expression type .* not compatible with any generic association type
 */
#include <encase.h>

static ssize_t my_read(int fd, void *buf, size_t count)
{
	return encase_next_read(fd, buf, count);
}

const struct encase_function functions[] = { ENCASE_FUNCTION(write, my_read), ENCASE_FUNCTION_END };
