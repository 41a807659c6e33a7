/* SPDX-License-Identifier: MIT */
/*
 * A memory of the tests' own, and its row: bytes that cannot be reached by a
 * pointer, only through the vector, as those of another process cannot.  It has
 * neither place() nor check(); it knows its bounds all the same.
 *
 * Its addresses begin where this program has no memory, so that whoever takes one
 * for a pointer faults.
 */
#include <errno.h>
#include <string.h>

#include "memories.h"

#define FAR (UINT64_C(1) << 62)

/* Byte i of a range, if all n of them are there; else null. */
static char *reach(const struct memory_space *s, encase_word at, size_t n)
{
	encase_word offset = at - FAR;

	return at < FAR || offset > s->size || n > s->size - offset ? NULL : s->bytes + offset;
}

static int far_read(void *space, encase_word from, void *to, size_t n)
{
	const char *p = reach(space, from, n);

	if (!p)
		return -EFAULT;
	memcpy(to, p, n);
	return 0;
}

static int far_write(void *space, encase_word to, const void *from, size_t n)
{
	char *p = reach(space, to, n);

	if (!p)
		return -EFAULT;
	memcpy(p, from, n);
	return 0;
}

static long far_read_string(void *space, encase_word from, char *to, size_t room)
{
	for (size_t i = 0; i < room; i++) {
		if (far_read(space, from + i, &to[i], 1))
			return -EFAULT;
		if (!to[i])
			return (long) i + 1;
	}
	return -E2BIG;
}

static const struct encase_memory memory_far = {
	.name = "far",
	.read = far_read,
	.write = far_write,
	.read_string = far_read_string,
};

static void open_far(struct memory_space *s)
{
	block_open(s, 0);
	s->base = FAR;
	s->space = s;
}

static void close_far(struct memory_space *s)
{
	block_close(s, 0);
}

const struct memory_row memory_row_far = {
	.memory = &memory_far,
	.open = open_far,
	.close = close_far,
	.nowhere = FAR / 2,
	.checks = true,
};
