/* SPDX-License-Identifier: MIT */
/*
 * What a file's use gives is no socket.
 *
 * mend:  `struct socket *` => `struct fs_file *`
 * gcc:   returning 'struct fs_file \*.*' from a function with incompatible return type 'struct socket \*'
 * clang: incompatible pointer types returning 'struct fs_file \*const'
 * flags: -Werror=incompatible-pointer-types
 */
#include "handles.h"

struct socket *object_of(const struct file_use *use)
{
	return use->object;
}
