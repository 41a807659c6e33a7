/* SPDX-License-Identifier: MIT */
/*
 * A handle of a type above the one that is asked for: not each node is a file.
 *
 * mend:  `struct node n` => `struct file n`
 * gcc:   incompatible type for argument 2 of 'file_take'
 * clang: passing 'struct node' to parameter of incompatible type 'struct file'
 */
#include "handles.h"

int use(struct encase_cage *cage, struct node n, struct file_use *use)
{
	return file_take(cage, n, 0, use);
}
