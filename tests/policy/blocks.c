/* SPDX-License-Identifier: MIT */
/*
 * Allocations, counted and refused; see blocks.h.
 *
 * The names are the linker's: a call of malloc() becomes one of __wrap_malloc(),
 * and libc's own is __real_malloc().
 */
#include "blocks.h"

#include <stdbool.h>
#include <stddef.h>

static _Atomic unsigned made;
static _Atomic long live;
static _Atomic long left = -1; /* to pass before one is refused; below 0: all pass */

unsigned blocks_made(void)
{
	return made;
}

long blocks_live(void)
{
	return live;
}

void blocks_refuse_after(unsigned passed)
{
	left = passed;
}

static bool refused(void)
{
	return left >= 0 && left-- == 0;
}

static void *count(void *block)
{
	made++;
	live += block != NULL;
	return block;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *block, size_t size);
char *__real_strdup(const char *s);
void __real_free(void *block);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *block, size_t size);
char *__wrap_strdup(const char *s);
void __wrap_free(void *block);

void *__wrap_malloc(size_t size)
{
	return refused() ? NULL : count(__real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size)
{
	return refused() ? NULL : count(__real_calloc(n, size));
}

void *__wrap_realloc(void *block, size_t size)
{
	void *moved;

	if (refused())
		return NULL;
	moved = __real_realloc(block, size);
	live -= block && moved;
	return count(moved);
}

char *__wrap_strdup(const char *s)
{
	return refused() ? NULL : count(__real_strdup(s));
}

void __wrap_free(void *block)
{
	live -= block != NULL;
	__real_free(block);
}
