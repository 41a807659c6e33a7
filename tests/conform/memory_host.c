/* SPDX-License-Identifier: MIT */
/* Row of memory "host": the block is where the cage says.  It trusts: a bad address faults. */
#include "memories.h"

static void open_host(struct memory_space *s)
{
	block_open(s, 0);
	s->base = (encase_word) (uintptr_t) s->bytes;
}

static void close_host(struct memory_space *s)
{
	block_close(s, 0);
}

const struct memory_row memory_row_host = {
	.memory = &encase_memory_host,
	.open = open_host,
	.close = close_host,
	.nowhere = UINT64_C(1) << 63, /* no program's, on any processor */
};
