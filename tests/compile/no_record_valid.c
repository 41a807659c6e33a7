/* SPDX-License-Identifier: MIT */
/*
 * A handle that nobody checks.
 *
 * mend:  `good_file(void` => `valid_file(void`
 * gcc:   .valid_file. undeclared
 * clang: undeclared identifier 'valid_file'
 */
#define TABLE             \
	HANDLE(file, u16) \
	GENERAL(put, 1, NOTHING, (), "puts", (u32, n), (handle(file), file))

#include "record.h"

int good_file(void *self, struct own_file file)
{
	return self ? 0 : -(int) file.bits;
}
static long on_put(void *self, uint32_t n, struct own_file file)
{
	return self ? (long) n : (long) file.bits;
}

#include <encase/record_serve.h>
