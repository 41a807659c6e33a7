/* SPDX-License-Identifier: MIT */
/*
 * Random argument words: good ones mostly, and every kind of bad ones.
 *
 * Counts come first, then pointers that suit them.  Into a trusting memory only
 * good words go: nothing that the host would fault on.
 */
#include <string.h>

#include "scenario.h"

struct encase_desc shape_of(const struct encase_desc *desc, const encase_word *words)
{
	struct encase_desc shape = { .type = ENCASE_S64, .nargs = 6 };
	encase_word own[ENCASE_MAX_ARGS];

	for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++) {
		own[i] = words[i];
		shape.arg[i].type = ENCASE_U64;
	}
	if (desc)
		encase_shape(desc, own, &shape);
	return shape;
}

/* Of sets of bits, pages and letters. */
static uint64_t deep_extent(unsigned which, uint64_t count)
{
	switch (which) {
	case ENCASE_BITS:
		return count / 64 * 8 + (count % 64 ? 8 : 0);
	case ENCASE_NODES:
		return count && count <= 32769 ? deep_extent(ENCASE_BITS, count - 1) : 0;
	case ENCASE_PAGES:
		return count / 4096 + (count % 4096 ? 1 : 0);
	case ENCASE_MESSAGES:
		return 64 * count;
	default:
		return count > UINT64_MAX - 8 ? UINT64_MAX : count + 8;
	}
}

uint64_t extent_of(const struct encase_desc *desc, const encase_word *words, unsigned i)
{
	const struct encase_arg *arg = &desc->arg[i];
	uint64_t count = 1, extent;

	if (is_pointed(desc, i))
		return 0;
	if (deep_of(desc, i) >= ENCASE_SIZED)
		return least_of(desc, i);
	if (counts_structures(desc, i) || is_counted(desc, i))
		count = count_value(desc, arg->count, words[arg->count]);
	if (is_vector(desc, i))
		return 16 * count;
	if (kind_of(desc, i) == ENCASE_DEEP)
		return deep_extent(arg->size, count);
	if (__builtin_mul_overflow(count, arg->size, &extent))
		return UINT64_MAX;
	return extent;
}

static bool counts(const struct encase_desc *desc, unsigned i)
{
	for (unsigned j = 0; j < desc->nargs; j++)
		if ((is_counted(desc, j) || counts_structures(desc, j)) && desc->arg[j].count == i)
			return true;
	return desc->limit == i + 1;
}

static bool counts_entries(const struct encase_desc *desc, unsigned i)
{
	for (unsigned j = 0; j < desc->nargs; j++)
		if (counts_structures(desc, j) && desc->arg[j].count == i)
			return true;
	return false;
}

static encase_word make_count(const struct plot *plot, struct random *random, bool entries)
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

	if (entries && (dice < 60 || plot->memory.host))
		return random_below(random, 5);
	if (entries && dice < 66)
		return 1023 + random_below(random, 4);
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
		word = make_count(plot, random, counts_entries(desc, i));
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

encase_word words_bad(const struct plot *plot, struct random *random)
{
	const struct ref_memory *memory = &plot->memory;
	encase_word wild[] = { memory->size,      memory->size + 1,
			       memory->size - 1,  UINT64_MAX,
			       UINT64_MAX - 3,    UINT64_C(1) << 40,
			       UINT64_C(1) << 63, memory->hole,
			       memory->stone,     memory->stone + memory->stone_size };

	return RANDOM_OF(random, wild);
}

encase_word words_block(const struct plot *plot, struct random *random, uint64_t extent)
{
	const struct ref_memory *memory = &plot->memory;
	uint64_t dice = random_below(random, 100);

	if (dice < 8)
		return 0;
	if (extent >= memory->size - plot->kept && memory->host)
		return 0;
	if (dice < 16 && !memory->host)
		return words_bad(plot, random);
	if (extent >= memory->size)
		return memory->base + 1 + random_below(random, memory->size - 1);
	if (dice < 24)
		return memory->base + memory->size - extent;
	if (dice < 28 && !memory->host)
		return memory->size - extent + 1;
	if (dice < 36 && memory->stone_size && extent < memory->size - memory->stone)
		return memory->stone;
	return memory->base + plot->kept + !plot->kept +
	       random_below(random, memory->size - plot->kept - extent);
}

encase_word words_string(const struct plot *plot, struct random *random)
{
	const struct ref_memory *memory = &plot->memory;
	uint64_t dice = random_below(random, 100);

	if (dice < 8)
		return 0;
	if (dice < 14 && !memory->host)
		return words_bad(plot, random);
	if (dice < 26)
		return memory->base + memory->size - 1 - random_below(random, memory->size / 4);
	return memory->base + plot->kept + !plot->kept +
	       random_below(random, memory->size - plot->kept - 1);
}

encase_word words_keep(struct plot *plot, struct random *random, size_t n)
{
	const struct ref_memory *memory = &plot->memory;

	if (n + 1 >= memory->size)
		return 0;
	if (!memory->host)
		return 1 + random_below(random, memory->size - n);
	if (plot->kept_used + n > plot->kept)
		return 0;
	plot->kept_used += n;
	return memory->base + plot->kept_used - n;
}

void words_store(struct plot *plot, encase_word at, const void *from, size_t n)
{
	encase_word offset = at - plot->memory.base;

	if (at && offset < plot->memory.size && n <= plot->memory.size - offset)
		memcpy(plot->initial + offset, from, n);
}

static encase_word make_length(struct plot *plot, struct random *random, size_t size,
			       uint64_t *room)
{
	static const int64_t absurd[] = { -1, INT32_MIN, INT32_MAX, 0x7ffff001, 150000 };
	int64_t value = (int64_t) random_below(random, 40);
	uint64_t dice = random_below(random, 100);
	encase_word at = dice < 92 || plot->memory.host ? words_keep(plot, random, size)
							: words_bad(plot, random);
	int32_t half;

	if (random_chance(random, 15))
		value = plot->memory.host ? -1 : RANDOM_OF(random, absurd);
	if (random_chance(random, 9))
		at = 0;
	half = (int32_t) value;
	words_store(plot, at, size == 4 ? (void *) &half : (void *) &value, size);
	*room = value < 0 || !at ? 0 : (uint64_t) value;
	return at;
}

struct range words_range(struct plot *plot, struct random *random)
{
	static const encase_word absurd[] = { 0x7ffff000,        0x7ffff001,
					      UINT64_C(1) << 62, UINT64_C(0x7fffffffffffffff),
					      UINT64_C(1) << 63, UINT64_MAX };
	struct range range = { 0, random_below(random, 24) };
	uint64_t dice = random_below(random, 100);

	if (dice < 12)
		range.len = 0;
	else if (dice < 15 && !plot->memory.host)
		range.len = RANDOM_OF(random, absurd);
	range.base = words_block(plot, random, range.len);
	if (plot->memory.stone_size && random_chance(random, 15))
		range.base = plot->memory.stone;
	if (!range.base && plot->memory.host)
		range.len = 0;
	if (!range.base && random_chance(random, 80))
		range.base = plot->memory.base + plot->memory.size - range.len;
	return range;
}

static encase_word make_vector(struct plot *plot, struct random *random, uint64_t count)
{
	encase_word at = count <= 1024 ? words_keep(plot, random, count * sizeof(struct range)) : 0;
	uint64_t dice = random_below(random, 100);

	if (dice < 5)
		return 0;
	if (dice < 12 && !plot->memory.host)
		return words_bad(plot, random);
	for (uint64_t k = 0; at && k < count; k++) {
		struct range range = words_range(plot, random);

		words_store(plot, at + k * sizeof(range), &range, sizeof(range));
	}
	return at || plot->memory.host ? at : words_bad(plot, random);
}

static void make_lengths(struct plot *plot, struct random *random, struct entry *entry,
			 uint64_t *room)
{
	for (unsigned i = 0; i < entry->shape.nargs; i++)
		if (is_length(&entry->shape, i))
			entry->word[i] =
				make_length(plot, random, entry->shape.arg[i].size, &room[i]);
}

static encase_word make_pointer(struct plot *plot, struct random *random, const struct entry *entry,
				unsigned i, const uint64_t *room)
{
	const struct encase_desc *shape = &entry->shape;
	unsigned kind = kind_of(shape, i), count = shape->arg[i].count;

	if (is_pointed(shape, i) && !plot->memory.host && random_chance(random, 18))
		return words_bad(plot, random);
	if (is_pointed(shape, i))
		return words_block(plot, random, room[count]);
	if (deep_of(shape, i) >= ENCASE_MESSAGES)
		return words_nest(plot, random, entry, i);
	if (is_counted(shape, i) || kind == ENCASE_OBJ)
		return words_block(plot, random, extent_of(shape, entry->word, i));
	if (is_vector(shape, i))
		return make_vector(plot, random, count_value(shape, count, entry->word[count]));
	return words_string(plot, random);
}

void words_make(struct plot *plot, struct random *random, struct entry *entry)
{
	uint64_t room[ENCASE_MAX_ARGS] = { 0 };

	if (!entry->desc) {
		entry->shape = shape_of(NULL, entry->word);
		for (unsigned i = 0; i < 6; i++)
			entry->word[i] = random_word(random) >> random_below(random, 64);
		return;
	}
	for (unsigned i = 0; i < entry->desc->nargs; i++) {
		if (!points(entry->desc, i))
			entry->word[i] = make_scalar(plot, random, entry->desc, i);
		else if (kind_of(entry->desc, i) == ENCASE_VARIES)
			entry->word[i] = random_word(random) >> random_below(random, 64);
	}
	entry->shape = shape_of(entry->desc, entry->word);
	make_lengths(plot, random, entry, room);
	for (unsigned i = 0; i < entry->shape.nargs; i++)
		if (points(&entry->shape, i) && !is_length(&entry->shape, i))
			entry->word[i] = make_pointer(plot, random, entry, i, room);
}
