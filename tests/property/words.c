/* SPDX-License-Identifier: MIT */
/*
 * Random argument words: good ones mostly, and every kind of bad ones.
 *
 * Counts come first, then pointers that suit them.  Into a trusting memory only
 * good words go: nothing that the host would fault on.
 */
#include "scenario.h"

uint64_t extent_of(const struct encase_desc *desc, const encase_word *words, unsigned i)
{
	const struct encase_arg *arg = &desc->arg[i];
	uint64_t count = 1, extent;

	if (kind_of(desc, i) == ENCASE_BUF)
		count = count_value(desc, arg->count, words[arg->count]);
	if (__builtin_mul_overflow(count, arg->size, &extent))
		return UINT64_MAX;
	return extent;
}

static bool counts(const struct encase_desc *desc, unsigned i)
{
	for (unsigned j = 0; j < desc->nargs; j++)
		if (kind_of(desc, j) == ENCASE_BUF && desc->arg[j].count == i)
			return true;
	return desc->limit == i + 1;
}

static encase_word make_count(const struct plot *plot, struct random *random)
{
	static const encase_word absurd[] = { 0x7ffff000,
					      0x7ffff001,
					      0x80000000,
					      UINT64_C(1) << 61,
					      UINT64_C(0x7fffffffffffffff),
					      UINT64_C(1) << 63,
					      UINT64_MAX / 3,
					      UINT64_MAX - 7 };
	uint64_t dice = random_below(random, 100);

	if (dice < 8)
		return 0;
	if (dice < 13)
		return (encase_word) - (int64_t) (1 + random_below(random, 9));
	if (dice < 80 || plot->memory.host)
		return 1 + random_below(random, 16);
	if (dice < 90)
		return random_below(random, plot->memory.size);
	if (dice < 93)
		return plot->memory.size - random_below(random, 3);
	return RANDOM_OF(random, absurd);
}

static encase_word make_scalar(const struct plot *plot, struct random *random,
			       const struct encase_desc *desc, unsigned i)
{
	unsigned bits = 8 * kit_size(desc->arg[i].type);
	encase_word word = random_word(random);

	if (counts(desc, i))
		word = make_count(plot, random);
	else
		word >>= random_below(random, 64);
	/* To a trusting memory a count below 0 goes only where it is one. */
	if (plot->memory.host && counts(desc, i) && (int64_t) word < 0 && desc->arg[i].type % 2)
		word = 0;
	if (bits < 64)
		word &= (UINT64_C(1) << bits) - 1;
	if (bits < 64 && random_chance(random, 25))
		word |= random_word(random) << bits;
	return word;
}

static encase_word make_bad(const struct plot *plot, struct random *random)
{
	const struct ref_memory *memory = &plot->memory;
	encase_word wild[] = { memory->size,      memory->size + 1,
			       memory->size - 1,  UINT64_MAX,
			       UINT64_MAX - 3,    UINT64_C(1) << 40,
			       UINT64_C(1) << 63, memory->hole,
			       memory->stone,     memory->stone + memory->stone_size };

	return RANDOM_OF(random, wild);
}

static encase_word make_block(const struct plot *plot, struct random *random, uint64_t extent)
{
	const struct ref_memory *memory = &plot->memory;
	uint64_t dice = random_below(random, 100);

	if (dice < 8)
		return 0;
	if (memory->host && extent >= memory->size)
		return 0;
	if (dice < 16 && !memory->host)
		return make_bad(plot, random);
	if (extent >= memory->size)
		return memory->base + 1 + random_below(random, memory->size - 1);
	if (dice < 24)
		return memory->base + memory->size - extent;
	if (dice < 28 && !memory->host)
		return memory->size - extent + 1;
	return memory->base + 1 + random_below(random, memory->size - extent);
}

static encase_word make_string(const struct plot *plot, struct random *random)
{
	const struct ref_memory *memory = &plot->memory;
	uint64_t dice = random_below(random, 100);

	if (dice < 8)
		return 0;
	if (dice < 14 && !memory->host)
		return make_bad(plot, random);
	if (dice < 26)
		return memory->base + memory->size - 1 - random_below(random, memory->size / 4);
	return memory->base + 1 + random_below(random, memory->size - 1);
}

void words_make(const struct plot *plot, struct random *random, struct entry *entry)
{
	const struct encase_desc *desc = entry->desc;

	for (unsigned i = 0; i < desc->nargs; i++)
		if (!points(desc, i))
			entry->word[i] = make_scalar(plot, random, desc, i);
	for (unsigned i = 0; i < desc->nargs; i++) {
		unsigned kind = kind_of(desc, i);

		if (kind == ENCASE_BUF || kind == ENCASE_OBJ)
			entry->word[i] = make_block(plot, random, extent_of(desc, entry->word, i));
		else if (points(desc, i))
			entry->word[i] = make_string(plot, random);
	}
}
