/* SPDX-License-Identifier: MIT */
/*
 * A handle as one of the type above, without saying so.
 *
 * mend:  `(cage, f,` => `(cage, file_up(f),`
 * gcc:   incompatible type for argument 2 of 'node_get'
 * clang: passing 'struct file' to parameter of incompatible type 'struct node'
 */
#include "handles.h"

int use(struct encase_cage *cage, struct file f, struct node_use *use)
{
	return node_get(cage, f, 0, use);
}
