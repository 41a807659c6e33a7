/* SPDX-License-Identifier: MIT */
/*
 * Memory "host": this process's own, for a program that encases itself.
 *
 * Trusting: an address that user space cannot have is refused, any other bad one
 * faults as it would have without encase.
 */
#include <string.h>

#include "memory.h"

static int host_check(void *space, encase_word at, size_t n)
{
	(void) space;
	return enc_memory_is_user(at, n) ? 0 : -EFAULT;
}

static int host_read(void *space, encase_word from, void *to, size_t n)
{
	if (host_check(space, from, n))
		return -EFAULT;
	memcpy(to, (const void *) from, n);
	return 0;
}

static int host_write(void *space, encase_word to, const void *from, size_t n)
{
	if (host_check(space, to, n))
		return -EFAULT;
	memcpy((void *) to, from, n);
	return 0;
}

/* A byte at a time, since nothing behind the NUL is ours to read, and none is read twice. */
static long host_read_string(void *space, encase_word from, char *to, size_t room)
{
	const char *s = (const char *) from;

	if (host_check(space, from, 1))
		return -EFAULT;
	for (size_t i = 0; i < room; i++) {
		to[i] = s[i];
		if (!to[i])
			return (long) i + 1;
	}
	return -E2BIG;
}

static void *host_place(void *space, encase_word at, size_t n)
{
	return host_check(space, at, n) ? NULL : (void *) at;
}

const struct encase_memory encase_memory_host = {
	.name = "host",
	.read = host_read,
	.write = host_write,
	.read_string = host_read_string,
	.check = host_check,
	.place = host_place,
};
