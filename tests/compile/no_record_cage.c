/* SPDX-License-Identifier: MIT */
/*
 * A handler for a cage with another argument.
 *
 * mend:  `uint64_t n` => `uint32_t n`
 * gcc:   selector of type .* is not compatible
 * clang: controlling expression type .* not compatible
 */
#include <encase.h>

#define TABLE GENERAL(put, 1, GIVES(u32), (), "puts", (u32, n))
#include "record.h"

#define ENCASE_TABLE <encase/record_table.h>
#include <encase/declare.h>

static int on_put(uint64_t n, uint32_t *result)
{
	*result = (uint32_t) n;
	return 0;
}

#include <encase/record_cage.h>

const struct encase_function *const own_list = own_functions;
