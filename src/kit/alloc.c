/* SPDX-License-Identifier: MIT */
/* The kit's memory.  A test that has none left cannot tell anything: it aborts. */
#include <stdlib.h>
#include <string.h>

#include "kit.h"

void enc_kit_give_up(const char *why)
{
	enc_kit_put(stderr, "encase/test.h: %s\n", why);
	abort();
}

void *enc_kit_alloc(size_t size)
{
	void *p = calloc(1, size ? size : 1);

	if (!p)
		enc_kit_give_up("no memory");
	return p;
}

void *enc_kit_copy(const void *from, size_t n)
{
	void *p = enc_kit_alloc(n);

	if (n)
		memcpy(p, from, n);
	return p;
}

void *enc_kit_grow(void *list, size_t n, size_t size)
{
	void *p = realloc(list, (n + 1) * size);

	if (!p)
		enc_kit_give_up("no memory");
	return p;
}
