/* SPDX-License-Identifier: MIT */
/* Pages of stubs, and which are taken; see stub.h.  Pages are kept for the next. */
#include "stub.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "arch.h"
#include "lock.h"

#define PAGE  ((size_t) 4096)
#define STUBS (PAGE / ENC_ARCH_STUB)

struct page {
	struct page *next;
	unsigned char *code; /* PAGE bytes of stubs, and PAGE bytes of slots */
	bool taken[STUBS];   /* the first always */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct page *pages; /* under the lock */

static struct enc_arch_slot *slot_of(const struct page *page, size_t i)
{
	return (struct enc_arch_slot *) (page->code + PAGE) + i;
}

static struct page *new_page(void)
{
	struct page *page = calloc(1, sizeof(*page));
	void *code;

	if (!page)
		return NULL;
	code = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (code == MAP_FAILED) {
		free(page);
		return NULL;
	}
	enc_arch_write_stubs(code, PAGE);
	if (mprotect(code, PAGE, PROT_READ | PROT_EXEC)) {
		munmap(code, 2 * PAGE);
		free(page);
		return NULL;
	}
	page->code = code;
	page->taken[0] = true;
	page->next = pages;
	pages = page;
	return page;
}

/* The first stub of a page that is not taken, or STUBS. */
static size_t free_stub(const struct page *page)
{
	size_t i = 1;

	while (i < STUBS && page->taken[i])
		i++;
	return i;
}

ENC_WATCH_FORKS(lock, enc_lock_is_all)

static __attribute__((constructor)) void set_up(void)
{
	(void) watch_forks();
}

/* What a stub calls once it is freed: who still calls it would call into another cage soon. */
static uint64_t freed(void *arg, const uint64_t *words)
{
	(void) arg;
	(void) words;
	abort();
}

static encase_fn *take(enc_stub_fn *fn, void *arg)
{
	struct page *page = pages;
	unsigned char *code;
	encase_fn *stub;
	size_t i;

	while (page && free_stub(page) == STUBS)
		page = page->next;
	if (!page)
		page = new_page();
	if (!page)
		return NULL;
	i = free_stub(page);
	page->taken[i] = true;
	*slot_of(page, i) = (struct enc_arch_slot){ fn, arg };
	code = page->code + i * ENC_ARCH_STUB;
	memcpy(&stub, &code, sizeof(stub)); /* an object pointer that is a function's */
	return stub;
}

encase_fn *enc_stub_new(enc_stub_fn *fn, void *arg)
{
	encase_fn *stub;

	pthread_mutex_lock(&lock);
	stub = take(fn, arg);
	pthread_mutex_unlock(&lock);
	return stub;
}

void enc_stub_free(encase_fn *stub)
{
	unsigned char *code;

	memcpy(&code, &stub, sizeof(code));
	pthread_mutex_lock(&lock);
	for (struct page *page = pages; page; page = page->next)
		if (code >= page->code && code < page->code + PAGE) {
			size_t i = (size_t) (code - page->code) / ENC_ARCH_STUB;

			slot_of(page, i)->fn = freed;
			page->taken[i] = false;
		}
	pthread_mutex_unlock(&lock);
}
