/* SPDX-License-Identifier: MIT */
/*
 * A forward with a pointer to something else than the call takes.
 *
 * mend:  `struct timespec *given` => `struct stat *given`
 * gcc:   passing argument 2 of 'encase_next_fstat' from incompatible pointer type
 * clang: incompatible pointer types passing 'struct timespec \*' to parameter of type 'struct stat \*'
 * flags: -Werror
 */
#include <encase.h>

int forward(int fd, void *data);
int forward(int fd, void *data)
{
	struct timespec *given = data;

	return encase_next_fstat(fd, given);
}
