/* SPDX-License-Identifier: MIT */
/*
 * An object that does not begin with one of the type above.
 *
 * mend:  `unsigned size;` => ``
 * gcc:   "dir does not begin with the object of a node"
 * clang: dir does not begin with the object of a node
 */
#include "handles.h"

struct fs_dir {
	unsigned size;
	struct fs_node base;
};
ENCASE_HANDLE_SUBTYPE(dir, struct fs_dir, node, base);
