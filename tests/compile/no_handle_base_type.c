/* SPDX-License-Identifier: MIT */
/*
 * An object that begins with one of another type than the one above.
 *
 * mend:  `struct socket base` => `struct fs_node base`
 * gcc:   "dir does not begin with the object of a node"
 * clang: dir does not begin with the object of a node
 */
#include "handles.h"

struct fs_dir {
	struct socket base;
};
ENCASE_HANDLE_SUBTYPE(dir, struct fs_dir, node, base);
