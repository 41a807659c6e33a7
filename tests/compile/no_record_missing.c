/* SPDX-License-Identifier: MIT */
/*
 * A call without a handler.
 *
 * mend:  `on_take(void` => `on_put(void`
 * gcc:   .on_put. undeclared
 * clang: undeclared (identifier|function) 'on_put'
 */
#define TABLE             \
	HANDLE(file, u16) \
	GENERAL(put, 1, NOTHING, (), "puts", (u32, n), (handle(file), file))

#include "record.h"

static int valid_file(void *self, struct own_file file)
{
	return self ? 0 : -(int) file.bits;
}
long on_take(void *self, uint32_t n, struct own_file file)
{
	return self ? (long) n : (long) file.bits;
}

#include <encase/record_serve.h>
