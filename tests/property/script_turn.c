/* SPDX-License-Identifier: MIT */
/*
 * Changes in place: lengths, entries and sizes that a handler sees become others.
 *
 * In a shadow they may be as absurd as can be: the router answers for what is in one.  In the
 * host's memory, and of what is the script's own, they keep to what is there.
 */
#include <string.h>

#include "script.h"

static void length_write(const struct encase_desc *shape, unsigned i, encase_word word,
			 int64_t value)
{
	int32_t half = (int32_t) value;

	if (shape->arg[i].size == sizeof(half))
		memcpy((void *) (uintptr_t) word, &half, sizeof(half));
	else
		memcpy((void *) (uintptr_t) word, &value, sizeof(value));
}

bool script_some_host(void)
{
	for (unsigned c = 0; c < CAGES; c++)
		if (run.scenario->plot[c].memory.host)
			return true;
	return false;
}

/* In the host's memory, and of what is the script's own, a length must not be absurd. */
static void turn_length(const struct sight *sight, unsigned i)
{
	static const int64_t absurd[] = { -1, INT32_MIN, INT32_MAX, 100000 };
	const struct encase_desc *shape = &sight->shape;
	int64_t value = length_read(shape, i, sight->word[i]);
	encase_word buffer = 0;

	for (unsigned j = 0; j < shape->nargs; j++)
		if (is_pointed(shape, j) && shape->arg[j].count == i)
			buffer = sight->word[j];
	switch (random_below(&run.random, 5)) {
	case 0:
		value = 0;
		break;
	case 1:
		value /= 2;
		break;
	case 2:
		value = (int64_t) random_below(&run.random, 300);
		break;
	case 3:
		if (buffer && !script_of_pool(buffer) && !script_some_host()) {
			value = RANDOM_OF(&run.random, absurd);
			break;
		}
		/* fall through */
	default:
		value += 1 + (int64_t) random_below(&run.random, 20);
		value = value > 300 || value < 0 ? 300 : value;
	}
	length_write(shape, i, sight->word[i], value);
	script_log("* length a%u becomes %lld", i, (long long) value);
}

void range_turn(struct range *range, const struct range *other)
{
	bool absurd = !script_of_pool(range->base) && !script_some_host();

	switch (random_below(&run.random, 6)) {
	case 0:
		range->len /= 2;
		break;
	case 1:
		if (absurd && range->len)
			range->len += 1 + random_below(&run.random, 9);
		break;
	case 2:
		if (absurd && range->len)
			range->len = random_chance(&run.random, 50) ? UINT64_MAX : 1 << 20;
		break;
	case 3:
		range->base = script_pool(random_below(&run.random, 4096));
		range->len = random_below(&run.random, 40);
		break;
	case 4:
		*range = *other;
		break;
	default:
		*range = (struct range){ 0, 0 };
	}
}

static void turn_vector(const struct sight *sight, unsigned i)
{
	unsigned n = sight->nrange[i];
	unsigned k = (unsigned) random_below(&run.random, n);
	unsigned l = (unsigned) random_below(&run.random, n);
	struct range range = range_read(sight->word[i], k), other = range_read(sight->word[i], l);

	range_turn(&range, &other);
	memcpy((void *) (uintptr_t) (sight->word[i] + k * sizeof(range)), &range, sizeof(range));
	script_log("* entry %u of a%u becomes %llu bytes", k, i, (unsigned long long) range.len);
}

/* Any number: behind what may not be absurd there is room. */
static void turn_self(const struct sight *sight, unsigned i)
{
	static const uint32_t some[] = { 0, 7, 20, 40, 64, 80, 200, 4096, 4097, UINT32_MAX };
	uint32_t value = RANDOM_OF(&run.random, some);

	if (sight->len[i] < least_of(&sight->shape, i))
		return;
	memcpy((void *) (uintptr_t) (sight->word[i] + sight->shape.arg[i].count), &value,
	       sizeof(value));
	script_log("* the size of a%u becomes %u", i, value);
}

void sight_turn(const struct sight *sight)
{
	for (unsigned i = 0; i < sight->shape.nargs; i++) {
		if (!points(&sight->shape, i) || !sight->word[i] || !random_chance(&run.random, 60))
			continue;
		if (is_length(&sight->shape, i))
			turn_length(sight, i);
		else if (is_vector(&sight->shape, i) && sight->nrange[i])
			turn_vector(sight, i);
		else if (is_self(&sight->shape, i))
			turn_self(sight, i);
		else if (is_nest(&sight->shape, i))
			nest_turn(sight, i);
	}
}
