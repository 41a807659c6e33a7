/* SPDX-License-Identifier: MIT */
/*
 * An object of another type.
 *
 * mend:  `struct socket *s` => `struct fs_file *s`
 * gcc:   passing argument 2 of 'file_new' from incompatible pointer type
 * clang: incompatible pointer types passing 'struct socket \*' to parameter of type 'struct fs_file \*'
 * flags: -Werror=incompatible-pointer-types
 */
#include "handles.h"

int make(struct encase_cage *cage, struct socket *s, struct file *handle)
{
	return file_new(cage, s, 0, handle);
}
