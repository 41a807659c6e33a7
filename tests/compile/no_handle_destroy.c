/* SPDX-License-Identifier: MIT */
/*
 * What destroys files does not take sockets.
 *
 * mend:  `struct socket *s` => `struct fs_file *s`
 * gcc:   passing argument 1 of 'close_file' from incompatible pointer type
 * clang: incompatible pointer types passing 'struct fs_file \*' to parameter of type 'struct socket \*'
 * flags: -Werror=incompatible-pointer-types
 */
#include "handles.h"

static void close_file(struct socket *s)
{
	(void) s;
}

ENCASE_HANDLE_DEFINE_SUBTYPE(file, close_file, node);
