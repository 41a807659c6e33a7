/* SPDX-License-Identifier: MIT */
/*
 * A word where a handle has to be: a number does not become one by itself.
 *
 * mend:  `encase_word f` => `struct file f`
 * gcc:   incompatible type for argument 2 of 'file_close'
 * clang: passing 'encase_word' .* to parameter of incompatible type 'struct file'
 */
#include "handles.h"

int end(struct encase_cage *cage, encase_word f)
{
	return file_close(cage, f, 0);
}
