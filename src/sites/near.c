/* SPDX-License-Identifier: MIT */
/* Regions that stubs lie in; see near.h. */
#define _GNU_SOURCE /* MAP_FIXED_NOREPLACE */
#include "near.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "poke.h"

#define REGION \
	((uint64_t) 1 << 20) /* of addresses: pages that nobody has written to cost nothing */
#define UNIT  16U
#define REACH ((uint64_t) 0x7ff00000)

struct region {
	struct region *next; /* atomic, as regions is */
	uint64_t base;
	unsigned char taken[REGION / UNIT / 8]; /* bit by unit; the first is the gate's words */
};
static struct region *regions;
static uint64_t gates[2];

void enc_near_set_gate(uint64_t gate, uint64_t shared)
{
	gates[0] = gate;
	gates[1] = shared;
	for (const struct region *r = regions; r; r = r->next)
		(void) enc_poke(r->base, gates, sizeof(gates));
}

bool enc_near_is(uint64_t from, uint64_t size)
{
	const struct region *r = __atomic_load_n(&regions, __ATOMIC_ACQUIRE);

	while (r && (from >= r->base + REGION || r->base >= from + size))
		r = r->next;
	return r;
}

/* -- Units ------------------------------------------------------------------- */

static void mark(struct region *r, uint64_t at, size_t size, bool taken)
{
	uint64_t first = (at - r->base) / UNIT, last = (at + size - 1 - r->base) / UNIT;

	for (uint64_t u = first; u <= last; u++)
		if (taken)
			r->taken[u / 8] |= (unsigned char) (1U << u % 8);
		else
			r->taken[u / 8] &= (unsigned char) ~(1U << u % 8);
}

static bool is_free(const struct region *r, uint64_t at, size_t size)
{
	uint64_t first = (at - r->base) / UNIT, last = (at + size - 1 - r->base) / UNIT;

	for (uint64_t u = first; u <= last; u++)
		if (r->taken[u / 8] >> u % 8 & 1)
			return false;
	return true;
}

/* -- Places ------------------------------------------------------------------ */

/* From a distance that does not fit to the next that may: past all that have the wrong byte, too. */
static uint32_t step(uint32_t distance, uint32_t mask, uint32_t value)
{
	for (unsigned shift = 24; shift; shift -= 8)
		if ((distance ^ value) & mask & 0xffU << shift)
			return ((distance >> shift) + 1) << shift;
	return distance + 1;
}

/* The first place at or after at, and before end, that fits; end: there is none. */
static uint64_t fit(uint64_t at, uint64_t end, uint64_t next, uint32_t mask, uint32_t value)
{
	while (at < end && (((uint32_t) (at - next) ^ value) & mask)) {
		uint32_t distance = (uint32_t) (at - next);

		at += (uint32_t) (step(distance, mask, value) - distance);
	}
	return at < end ? at : end;
}

/* A place in a region; 0: none. */
static uint64_t find(const struct region *r, uint64_t next, size_t size, uint32_t mask,
		     uint32_t value)
{
	uint64_t end = r->base + REGION - size, at = r->base;

	while ((at = fit(at, end, next, mask, value)) < end) {
		if (is_free(r, at, size))
			return at;
		at += mask & 0xff ? 1 : UNIT;
	}
	return 0;
}

/* -- Regions ----------------------------------------------------------------- */

static struct region *map_region(uint64_t base)
{
	struct region *r = calloc(1, sizeof(*r));
	void *at = (void *) (uintptr_t) base, *got;

	if (!r)
		return NULL;
	got = mmap(at, REGION, PROT_READ | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
	if (got != at || enc_poke(base, gates, sizeof(gates))) {
		if (got != MAP_FAILED)
			munmap(got, REGION);
		free(r);
		return NULL;
	}
	r->base = base;
	mark(r, base, sizeof(gates), true);
	r->next = regions;
	__atomic_store_n(&regions, r, __ATOMIC_RELEASE);
	return r;
}

/*
 * The next distance to look at, so that what is large and in the way takes few looks; closely, so that
 * none is left out.
 */
static uint64_t farther(uint64_t far, bool closely)
{
	uint64_t more = far / 2 & ~(REGION - 1);

	return far + (closely || !more ? REGION : more);
}

/* Below first: above, a heap or the stack may want to grow; never where bad pointers point to. */
static struct region *look_for_region(uint64_t next, size_t size, uint32_t mask, uint32_t value,
				      bool closely)
{
	for (int way = -1; way <= 1; way += 2)
		for (uint64_t far = REGION; far < REACH; far = farther(far, closely)) {
			uint64_t base = (next & ~(REGION - 1)) + (uint64_t) way * far;
			uint64_t end = base + REGION - size;
			struct region *r;

			/* Nothing lies at null, not even where one might map something there. */
			if (way < 0 && (next & ~(REGION - 1)) < far + REGION)
				break;
			if (fit(base + UNIT, end, next, mask, value) == end)
				continue;
			r = map_region(base);
			if (r)
				return r;
		}
	return NULL;
}

static struct region *new_region(uint64_t next, size_t size, uint32_t mask, uint32_t value)
{
	struct region *r = look_for_region(next, size, mask, value, false);

	return r ? r : look_for_region(next, size, mask, value, true);
}

static bool is_in_reach(const struct region *r, uint64_t next)
{
	return next - r->base < REACH || r->base + REGION - next < REACH;
}

uint64_t enc_near_take(uint64_t next, size_t size, uint32_t mask, uint32_t value, uint64_t *gate)
{
	struct region *r = regions;
	uint64_t at = 0;

	for (; r; r = r->next)
		if (is_in_reach(r, next) && (at = find(r, next, size, mask, value)))
			break;
	if (!r) {
		r = new_region(next, size, mask, value);
		at = r ? find(r, next, size, mask, value) : 0;
	}
	if (!at)
		return 0;
	mark(r, at, size, true);
	*gate = r->base;
	return at;
}

void enc_near_give_back(uint64_t at, size_t size)
{
	struct region *r = regions;

	while (at - r->base >= REGION)
		r = r->next;
	mark(r, at, size, false);
}
