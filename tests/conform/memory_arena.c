/* SPDX-License-Identifier: MIT */
/*
 * Row of memory "arena".  The block ends where the arena ends; a page before it
 * belongs to the arena, so that no address of the block is null.
 */
#include <stdlib.h>

#include "memories.h"

static void open_arena(struct memory_space *s)
{
	struct encase_arena *arena = malloc(sizeof(*arena));

	cr_assert(arena);
	block_open(s, PAGE);
	arena->base = s->bytes - PAGE;
	arena->size = PAGE + s->size;
	s->space = s->own = arena;
	s->base = PAGE;
}

static void close_arena(struct memory_space *s)
{
	block_close(s, PAGE);
	free(s->own);
}

const struct memory_row memory_row_arena = {
	.memory = &encase_memory_arena,
	.open = open_arena,
	.close = close_arena,
	.nowhere = UINT64_C(1) << 40,
	.checks = true,
};
