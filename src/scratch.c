/* SPDX-License-Identifier: MIT */
/* The threads' stacks of shadows; see scratch.h. */
#include "scratch.h"

#include <sys/mman.h>

#define ROUND(n, to) (((n) + (to) -1) / (to) * (to))

/* A kept mapping, while it is not used. */
struct spare {
	struct spare *next;
	size_t size;
};

static void *map(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static void unmap_all(struct spare *s)
{
	while (s) {
		struct spare *next = s->next;

		munmap(s, s->size);
		s = next;
	}
}

/* These mappings are kept from now on; what a signal's handler has kept meanwhile is not. */
static void keep(struct enc_thread *t, struct spare *list)
{
	unmap_all(__atomic_exchange_n(&t->spares, list, __ATOMIC_RELAXED));
}

void enc_scratch_end(struct enc_thread *t)
{
	char *scratch;

	keep(t, NULL);
	scratch = t->scratch;
	t->used = t->room = 0;
	t->scratch = NULL;
	enc_settled(); /* before it is gone */
	if (scratch)
		munmap(scratch, ENC_SCRATCH);
}

/* A signal's handler may have made one meanwhile, which nobody uses any more. */
static bool make_scratch(struct enc_thread *t)
{
	char *scratch = map(ENC_SCRATCH), *other;

	if (!scratch)
		return false;
	other = __atomic_exchange_n(&t->scratch, scratch, __ATOMIC_RELAXED);
	if (other)
		munmap(other, ENC_SCRATCH);
	t->room = ENC_SCRATCH;
	return true;
}

/* A kept mapping of at least *size bytes, or a new one; its size in *size. */
static void *take(struct enc_thread *t, size_t *size)
{
	struct spare *list = __atomic_exchange_n(&t->spares, NULL, __ATOMIC_RELAXED);
	struct spare **at = &list, *found;

	while (*at && (*at)->size < *size)
		at = &(*at)->next;
	found = *at;
	if (found)
		*at = found->next;
	keep(t, list);
	if (!found) {
		*size = ROUND(*size, 4096);
		return map(*size);
	}
	*size = found->size;
	return found;
}

static void give(struct enc_thread *t, void *block, size_t size)
{
	struct spare *s = block;
	size_t kept = size;

	s->size = size;
	s->next = __atomic_exchange_n(&t->spares, NULL, __ATOMIC_RELAXED);
	for (const struct spare *other = s->next; other; other = other->next)
		kept += other->size;
	if (kept > ENC_SPARE_MAX || !t->watched) {
		keep(t, s->next);
		munmap(block, size);
	} else {
		keep(t, s);
	}
}

static struct enc_shadow *new_slowly(struct enc_thread *t, size_t size)
{
	size_t whole = ENC_SHADOW_SIZE(size);
	struct enc_shadow *s;

	if (!t->scratch && t->watched) {
		if (!make_scratch(t))
			return NULL;
		if (whole <= t->room)
			return enc_shadow_new(size);
	}
	s = take(t, &whole);
	if (!s)
		return NULL;
	s->mapped = whole;
	s->size = size;
	enc_shadow_link(s);
	return s;
}

/* A call that fails for want of memory leaves errno alone, as others do. */
struct enc_shadow *enc_shadow_new_slowly(size_t size)
{
	int saved = errno;
	struct enc_shadow *s = new_slowly(&enc_thread, size);

	errno = saved;
	return s;
}

void enc_shadow_unmap(struct enc_shadow *s, size_t mapped)
{
	give(&enc_thread, s, mapped);
}

void enc_shadow_shrink(struct enc_shadow *s, size_t size)
{
	s->size = size;
	if (!s->mapped)
		enc_thread.used =
			(size_t) ((char *) s - enc_thread.scratch) + ENC_SHADOW_SIZE(size);
}

/* Right behind the scratch or a mapping something else may begin; behind a shadow in it nothing does. */
static bool lies_in(const struct enc_shadow *s, const char *p)
{
	const char *end = s->data + s->size;
	const char *edge =
		s->mapped ? (const char *) s + s->mapped : enc_thread.scratch + ENC_SCRATCH;

	return p >= s->data && (p < end || (p == end && p != edge));
}

const struct enc_shadow *enc_shadow_at(const void *p)
{
	const struct enc_shadow *s = enc_thread.shadows;

	while (s && !lies_in(s, p))
		s = s->next;
	return s;
}
