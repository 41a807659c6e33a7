/* SPDX-License-Identifier: MIT */
/*
 * A handle of another kind.
 *
 * mend:  `caller, tree)` => `caller, file)`
 * gcc:   incompatible type
 * clang: passing 'struct own_tree' to parameter of incompatible type
 */
#define TABLE                                                     \
	HANDLE(file, u16)                                         \
	HANDLE(tree, u16)                                         \
	FAST(open, 1, GIVES(handle(file)), (), "opens", (u16, n)) \
	FAST(walk, 2, GIVES(handle(tree)), (), "walks", (u16, n)) \
	FAST(close, 3, NOTHING, (), "closes", (handle(file), file))

#include "record.h"

static int use(const struct own_caller *caller)
{
	struct own_file file;
	struct own_tree tree;

	return own_call_open(caller, 1, &file) || own_call_walk(caller, 1, &tree) ||
	       own_call_close(caller, tree);
}
int (*const own_use)(const struct own_caller *) = use;
