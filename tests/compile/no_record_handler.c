/* SPDX-License-Identifier: MIT */
/*
 * A handler with another argument.
 *
 * mend:  `uint64_t n` => `uint32_t n`
 * gcc:   selector of type .* is not compatible
 * clang: controlling expression type .* not compatible
 */
#define TABLE             \
	HANDLE(file, u16) \
	GENERAL(put, 1, NOTHING, (), "puts", (u32, n), (handle(file), file))

#include "record.h"

static int valid_file(void *self, struct own_file file)
{
	return self ? 0 : -(int) file.bits;
}
static long on_put(void *self, uint64_t n, struct own_file file)
{
	return self ? (long) n : (long) file.bits;
}

#include <encase/record_serve.h>
