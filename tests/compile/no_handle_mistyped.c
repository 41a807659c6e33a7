/* SPDX-License-Identifier: MIT */
/*
 * A handle of another type.
 *
 * mend:  `struct sock s` => `struct file s`
 * gcc:   incompatible type for argument 2 of 'file_get'
 * clang: passing 'struct sock' to parameter of incompatible type 'struct file'
 */
#include "handles.h"

int use(struct encase_cage *cage, struct sock s, struct file_use *use)
{
	return file_get(cage, s, 0, use);
}
