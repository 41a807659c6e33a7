/* SPDX-License-Identifier: MIT */
/*
 * An entry that is kept as another type of function than the call.
 *
 * mend:  `encase_write_fn` => `encase_read_fn`
 * gcc:   initialization of .* from incompatible pointer type
 * clang: incompatible function pointer types initializing
 * flags: -Werror
 */
#include <encase.h>

ssize_t enter(struct encase_cage *cage, char *buf);
ssize_t enter(struct encase_cage *cage, char *buf)
{
	encase_write_fn *entry = ENCASE_ENTRY(cage, read);

	return entry(0, buf, 1);
}
