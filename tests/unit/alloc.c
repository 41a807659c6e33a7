/* SPDX-License-Identifier: MIT */
/* Allocations, counted and failing; see alloc.h. */
#define _GNU_SOURCE
#include "alloc.h"

#include <errno.h>
#include <ffi.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/types.h>

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void __real_free(void *p);
void *__real_mmap64(void *at, size_t n, int prot, int flags, int fd, off_t offset);
int __real_munmap(void *at, size_t n);
void *__real_ffi_closure_alloc(size_t n, void **code);
void __real_ffi_closure_free(void *closure);
int __real_pthread_setspecific(pthread_key_t key, const void *value);
int __real_mprotect(void *at, size_t n, int prot);

void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void __wrap_free(void *p);
void *__wrap_mmap(void *at, size_t n, int prot, int flags, int fd, off_t offset);
void *__wrap_mmap64(void *at, size_t n, int prot, int flags, int fd, off_t offset);
int __wrap_munmap(void *at, size_t n);
void *__wrap_ffi_closure_alloc(size_t n, void **code);
void __wrap_ffi_closure_free(void *closure);
int __wrap_pthread_setspecific(pthread_key_t key, const void *value);
int __wrap_mprotect(void *at, size_t n, int prot);

unsigned alloc_maps;
size_t alloc_map_size;
void *alloc_map_at;

static struct alloc_live live;
static unsigned left; /* the allocation that fails; 0: none, or it has failed */
static bool failed;

void alloc_fail_at(unsigned n)
{
	left = n;
	failed = false;
}

bool alloc_failed(void)
{
	left = 0;
	return failed;
}

struct alloc_live alloc_live(void)
{
	return live;
}

bool alloc_same(struct alloc_live a, struct alloc_live b)
{
	return a.blocks == b.blocks && a.maps == b.maps && a.map_bytes == b.map_bytes &&
	       a.closures == b.closures;
}

static bool fails(void)
{
	if (!left || --left)
		return false;
	failed = true;
	errno = ENOMEM;
	return true;
}

static void count(long *what, long n)
{
	__atomic_fetch_add(what, n, __ATOMIC_RELAXED);
}

void *__wrap_malloc(size_t n)
{
	void *p = fails() ? NULL : __real_malloc(n);

	if (p)
		count(&live.blocks, 1);
	return p;
}

void *__wrap_calloc(size_t n, size_t size)
{
	void *p = fails() ? NULL : __real_calloc(n, size);

	if (p)
		count(&live.blocks, 1);
	return p;
}

void *__wrap_realloc(void *old, size_t n)
{
	bool fresh = !old;
	void *p = fails() ? NULL : __real_realloc(old, n);

	if (p && fresh)
		count(&live.blocks, 1);
	return p;
}

void __wrap_free(void *p)
{
	if (p)
		count(&live.blocks, -1);
	__real_free(p);
}

void *__wrap_mmap64(void *at, size_t n, int prot, int flags, int fd, off_t offset)
{
	void *p;

	alloc_maps++;
	alloc_map_size = n;
	if (fails())
		return MAP_FAILED;
	if (!at && alloc_map_at) {
		at = alloc_map_at;
		flags |= MAP_FIXED_NOREPLACE;
		alloc_map_at = NULL;
	}
	if (n > (size_t) 1 << 30)
		flags |= MAP_NORESERVE; /* nobody touches it */
	p = __real_mmap64(at, n, prot, flags, fd, offset);
	if (p != MAP_FAILED) {
		count(&live.maps, 1);
		count(&live.map_bytes, (long) n);
	}
	return p;
}

void *__wrap_mmap(void *at, size_t n, int prot, int flags, int fd, off_t offset)
{
	return __wrap_mmap64(at, n, prot, flags, fd, offset);
}

int __wrap_munmap(void *at, size_t n)
{
	count(&live.maps, -1);
	count(&live.map_bytes, -(long) n);
	return __real_munmap(at, n);
}

void *__wrap_ffi_closure_alloc(size_t n, void **code)
{
	void *p = fails() ? NULL : __real_ffi_closure_alloc(n, code);

	if (p)
		count(&live.closures, 1);
	return p;
}

void __wrap_ffi_closure_free(void *closure)
{
	count(&live.closures, -1);
	__real_ffi_closure_free(closure);
}

int __wrap_pthread_setspecific(pthread_key_t key, const void *value)
{
	return fails() ? ENOMEM : __real_pthread_setspecific(key, value);
}

int __wrap_mprotect(void *at, size_t n, int prot)
{
	return fails() ? -1 : __real_mprotect(at, n, prot);
}
