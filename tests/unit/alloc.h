/* SPDX-License-Identifier: MIT */
/*
 * Allocations of the library and of the tests, counted, and one of them failing.
 *
 * The program is linked so that malloc(), calloc(), realloc(), mmap(), mprotect(),
 * ffi_closure_alloc() and pthread_setspecific() come here first, and what gives
 * their memory back does, too.  Shared libraries are not concerned.
 */
#ifndef UNIT_ALLOC_H
#define UNIT_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

/* From now on the n-th allocation fails, the first being 1, and no other. */
void alloc_fail_at(unsigned n);
/* Whether it came to that; no allocation fails from now on. */
bool alloc_failed(void);

/* What has been allocated and not given back. */
struct alloc_live {
	long blocks, maps, map_bytes, closures;
};
struct alloc_live alloc_live(void);
bool alloc_same(struct alloc_live a, struct alloc_live b);

/* How many mappings were asked for so far, and the size of the last one that was. */
extern unsigned alloc_maps;
extern size_t alloc_map_size;
/* If not null: where the next mapping shall be. */
extern void *alloc_map_at;

#endif
