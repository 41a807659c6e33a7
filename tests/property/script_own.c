/* SPDX-License-Identifier: MIT */
/*
 * What handlers have of their own: bytes, vectors and lengths to give.
 *
 * Bytes come from one block, in which what a forward may reach is there.  Vectors
 * and lengths are used in turn, each for one forward; entries name bytes of that
 * block, of what is seen, or more than there is of a shadow.
 */
#include <string.h>

#include "script.h"

#define POOL    0x40000
#define WRITTEN 0x10000 /* bytes of it that anybody may have written to */

static unsigned char pool[POOL];

/* What handlers give for vectors and for lengths: so many in a run, each in turn. */
#define OWN 512

#define OWN_ENTRIES 8

static struct own_vector {
	struct range at[OWN_ENTRIES];
	unsigned n;
} own_vectors[OWN];
static int64_t own_lengths[OWN];
static unsigned own_vectors_used, own_lengths_used;

encase_word script_pool(uint64_t offset)
{
	return (uintptr_t) pool + offset;
}

void script_pool_reset(void)
{
	static unsigned char first[POOL]; /* made once: it takes its time */
	static bool run_first = true;

	own_vectors_used = own_lengths_used = 0;
	script_nest_reset();
	for (size_t i = 0; !first[POOL - 1] && i < POOL; i++)
		first[i] = (unsigned char) (i % 11 == 7 ? 0 : 'a' + i % 26);
	memcpy(pool, first, run_first ? POOL : WRITTEN);
	run_first = false;
}

uint64_t script_pool_sum(void)
{
	return text_sum(pool, POOL / 8);
}

bool script_of_pool(encase_word word)
{
	return word >= (uintptr_t) pool && word < (uintptr_t) pool + POOL;
}

/* -- Vectors and lengths -------------------------------------------------- */

struct range gift_range(const struct sight *sight, struct gift *gift, unsigned kind)
{
	struct range range = { 0, 0 };
	uint64_t dice = random_below(&run.random, 100);

	if (dice < 10)
		return range;
	range.len = random_below(&run.random, 24);
	range.base = dice < 45 ? gift_own(gift) : gift_seen(sight, gift, kind & ENCASE_OUT);
	if (dice >= 75 && !script_of_pool(range.base) && !script_host(range.base))
		range.len = UINT64_MAX - 5;
	text_add(&gift->how, "*%llu ", (unsigned long long) range.len);
	return range;
}

/* The seen vector's own bytes, as entries of another one. */
static struct range seen_range(const struct sight *sight, struct gift *gift, unsigned kind)
{
	for (unsigned i = 0; i < sight->shape.nargs; i++) {
		unsigned k;

		if (!is_vector(&sight->shape, i) || !sight->nrange[i] ||
		    !gift_suits(sight->shape.arg[i].kind, kind))
			continue;
		k = (unsigned) random_below(&run.random, sight->nrange[i]);
		text_add(&gift->how, "a%u[%u] ", i, k);
		return sight->range[i][k];
	}
	return gift_range(sight, gift, kind);
}

static encase_word own_vector(const struct sight *sight, struct gift *gift, unsigned kind)
{
	struct own_vector *own = &own_vectors[own_vectors_used++ % OWN];

	own->n = (unsigned) random_below(&run.random, OWN_ENTRIES + 1);
	text_add(&gift->how, "own %u entries: ", own->n);
	for (unsigned k = 0; k < own->n; k++)
		own->at[k] = random_chance(&run.random, 35) ? seen_range(sight, gift, kind)
							    : gift_range(sight, gift, kind);
	return (uintptr_t) own->at;
}

encase_word gift_vector(const struct sight *sight, struct gift *gift, unsigned kind)
{
	for (unsigned i = 0; i < sight->shape.nargs; i++) {
		uint64_t k;

		if (!is_vector(&sight->shape, i) || !sight->word[i] ||
		    !gift_suits(sight->shape.arg[i].kind, kind) || random_chance(&run.random, 50))
			continue;
		k = random_below(&run.random, sight->nrange[i] + 1U);
		text_add(&gift->how, "a%u+%llu entries", i, (unsigned long long) k);
		return sight->word[i] + k * sizeof(struct range);
	}
	return own_vector(sight, gift, kind);
}

encase_word gift_length(const struct sight *sight, struct gift *gift)
{
	int64_t *own = &own_lengths[own_lengths_used++ % OWN];

	for (unsigned i = 0; i < sight->shape.nargs; i++) {
		if (!is_length(&sight->shape, i) || !sight->word[i] ||
		    random_chance(&run.random, 60))
			continue;
		*own = length_read(&sight->shape, i, sight->word[i]);
		if (random_chance(&run.random, 50))
			(*own)++;
		text_add(&gift->how, "own length %lld", (long long) *own);
		return (uintptr_t) own;
	}
	*own = (int64_t) random_below(&run.random, 60);
	text_add(&gift->how, "own length %lld", (long long) *own);
	return (uintptr_t) own;
}

/* Is an entry of a handler's own, if it is not a shadow's, as long as it says? */
static bool range_sound(const struct range *range)
{
	const struct ref_memory *host = script_host(range->base);

	if (script_of_pool(range->base))
		return range->len <= SCRIPT_POOL_MOST;
	return !host || range->len <= host->size - (range->base - host->base);
}

/* How many entries there are certainly at a word; UINT64_MAX: it is a shadow, and the router's. */
static uint64_t entries_at(const struct sight *sight, encase_word word, uint64_t count)
{
	encase_word first = (uintptr_t) own_vectors, offset = word - first;
	const struct own_vector *own;

	if (word >= first && word < first + sizeof(own_vectors)) {
		own = &own_vectors[offset / sizeof(*own)];
		return own->n - offset % sizeof(*own) / sizeof(struct range);
	}
	for (unsigned i = 0; i < sight->shape.nargs; i++) {
		if (!is_vector(&sight->shape, i) || !sight->word[i] || word < sight->word[i] ||
		    word > sight->word[i] + sight->len[i])
			continue;
		/* So many leave any shadow, fewer would read bytes as entries. */
		if (count > 1 << 20 && !script_host(word))
			return UINT64_MAX;
		return (sight->len[i] - (word - sight->word[i])) / sizeof(struct range);
	}
	return 0;
}

bool gift_vector_sound(const struct sight *sight, encase_word word, uint64_t count)
{
	uint64_t n = entries_at(sight, word, count);
	struct range range;

	if (n == UINT64_MAX)
		return true;
	for (uint64_t k = 0; k < count; k++) {
		if (k >= n)
			return false;
		memcpy(&range, (const void *) (uintptr_t) (word + k * sizeof(range)),
		       sizeof(range));
		if (!range_sound(&range))
			return false;
	}
	return true;
}
