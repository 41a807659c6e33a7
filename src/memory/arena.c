/* SPDX-License-Identifier: MIT */
/*
 * Memory "arena": a block of this process's memory whose addresses are offsets
 * into it, as a virtual machine's or a wasm module's are.
 *
 * No range that leaves the block by as much as a byte is ever touched.
 */
#include <string.h>

#include "memory.h"

#define LINE 64

/* The range as a pointer; null if it leaves the block. */
static char *within(void *space, encase_word at, size_t n)
{
	const struct encase_arena *arena = space;

	if (at > arena->size || n > arena->size - at)
		return NULL;
	return (char *) arena->base + at;
}

static int arena_check(void *space, encase_word at, size_t n)
{
	return within(space, at, n) ? 0 : -EFAULT;
}

static int arena_read(void *space, encase_word from, void *to, size_t n)
{
	const char *p = within(space, from, n);

	if (!p)
		return -EFAULT;
	memcpy(to, p, n);
	return 0;
}

static int arena_write(void *space, encase_word to, const void *from, size_t n)
{
	char *p = within(space, to, n);

	if (!p)
		return -EFAULT;
	memcpy(p, from, n);
	return 0;
}

/*
 * Copies first and looks for the NUL in the copy: the cage may be writing
 * meanwhile.  Goes by cache lines, so that it never enters a page behind the NUL.
 */
static long arena_read_string(void *space, encase_word from, char *to, size_t room)
{
	const struct encase_arena *arena = space;
	const char *s = within(space, from, 0);
	size_t left;

	if (!s)
		return -EFAULT;
	left = arena->size - from;
	for (size_t done = 0; done < room;) {
		size_t n = LINE - (uintptr_t) (s + done) % LINE;
		const char *nul;

		if (done == left)
			return -EFAULT;
		if (n > left - done)
			n = left - done;
		if (n > room - done)
			n = room - done;
		memcpy(to + done, s + done, n);
		nul = memchr(to + done, 0, n);
		if (nul)
			return nul - to + 1;
		done += n;
	}
	return -E2BIG;
}

static void *arena_place(void *space, encase_word at, size_t n)
{
	return within(space, at, n);
}

const struct encase_memory encase_memory_arena = {
	.name = "arena",
	.read = arena_read,
	.write = arena_write,
	.read_string = arena_read_string,
	.check = arena_check,
	.place = arena_place,
};
