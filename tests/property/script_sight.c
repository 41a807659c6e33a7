/* SPDX-License-Identifier: MIT */
/*
 * What a handler sees of a call: how much there is behind a pointer, how it is
 * logged, and writing to it.
 *
 * Behind every pointer that a handler gets there are as many bytes as the call's
 * own words say: of the cage's the router has seen to that, and scripts give no
 * pointer of their own with less.  What is only read may be a string elsewhere: it
 * is written to as well, but keeps its zeros.
 */
#include <string.h>

#include "script.h"

int64_t length_read(const struct encase_desc *shape, unsigned i, encase_word word)
{
	int64_t whole = 0;
	int32_t half = 0;

	if (!word)
		return 0;
	if (shape->arg[i].size != sizeof(half)) {
		memcpy(&whole, (const void *) (uintptr_t) word, sizeof(whole));
		return whole;
	}
	memcpy(&half, (const void *) (uintptr_t) word, sizeof(half));
	return half;
}

static void length_write(const struct encase_desc *shape, unsigned i, encase_word word,
			 int64_t value)
{
	int32_t half = (int32_t) value;

	if (shape->arg[i].size == sizeof(half))
		memcpy((void *) (uintptr_t) word, &half, sizeof(half));
	else
		memcpy((void *) (uintptr_t) word, &value, sizeof(value));
}

static struct range range_read(encase_word vector, uint64_t k)
{
	struct range range;

	memcpy(&range, (const void *) (uintptr_t) (vector + k * sizeof(range)), sizeof(range));
	return range;
}

void sight_begin(struct sight *sight, const struct encase_desc *desc, struct encase_call *call,
		 const encase_word *words)
{
	memset(sight, 0, sizeof(*sight));
	sight->desc = desc;
	sight->call = call;
	sight->shape = call ? *run.engine->call_shape(call) : shape_of(desc, words);
}

static size_t string_length(const struct encase_desc *shape, unsigned i, const char *at)
{
	size_t n = strnlen(at, shape->arg[i].size);

	return n < shape->arg[i].size ? n + 1 : n;
}

/* What stands there may be changed later: it is measured when first seen. */
static void measure_turning(struct sight *sight, unsigned i)
{
	const struct encase_desc *shape = &sight->shape;
	unsigned count = shape->arg[i].count;
	int64_t length;

	if (sight->first[i] == sight->word[i])
		return;
	sight->first[i] = sight->word[i];
	if (is_pointed(shape, i)) {
		length = length_read(shape, count, sight->word[count]);
		sight->len[i] = length < 0 ? 0 : (size_t) length;
		return;
	}
	sight->len[i] = sizeof(struct range) * count_value(shape, count, sight->word[count]);
	sight->nrange[i] = 0;
	for (size_t k = 0; k < RANGES && k * sizeof(struct range) < sight->len[i]; k++)
		sight->range[i][sight->nrange[i]++] = range_read(sight->word[i], k);
}

void sight_measure(struct sight *sight)
{
	const struct encase_desc *shape = &sight->shape;

	for (unsigned i = 0; i < shape->nargs; i++) {
		const char *at = (const char *) (uintptr_t) sight->word[i];
		unsigned kind = kind_of(shape, i);

		if (!points(shape, i) || !at) {
			sight->len[i] = 0;
			sight->first[i] = 0;
			sight->nrange[i] = 0;
		} else if (kind == ENCASE_STR || kind == ENCASE_PATH) {
			sight->len[i] = string_length(shape, i, at);
		} else if (is_pointed(shape, i) || is_vector(shape, i)) {
			measure_turning(sight, i);
		} else {
			sight->len[i] = extent_of(shape, sight->word, i);
		}
	}
}

bool script_known(encase_word word)
{
	for (unsigned e = 0; e < ENTRIES; e++) {
		const struct entry *entry = &run.scenario->entry[e];

		for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++)
			if (entry->word[i] == word)
				return true;
	}
	return false;
}

static void add_vector(struct text *text, const struct sight *sight, unsigned i)
{
	size_t n = sight->len[i] / sizeof(struct range);

	text_add(text, "%zu[", n);
	for (size_t k = 0; k < n; k++) {
		struct range range = range_read(sight->word[i], k);

		text_add(text, " ");
		text_add_bytes(text, (const void *) (uintptr_t) range.base, range.len);
	}
	text_add(text, "]");
}

static void add_pointer(struct text *text, const struct sight *sight, unsigned i)
{
	encase_word word;

	text_add(text, " a%u=", i);
	if (sight->word[i] && is_vector(&sight->shape, i)) {
		add_vector(text, sight, i);
		return;
	}
	if (sight->word[i]) {
		text_add_bytes(text, (const void *) (uintptr_t) sight->word[i], sight->len[i]);
		return;
	}
	text_add(text, "null");
	if (!sight->call)
		return;
	word = run.engine->arg_word(sight->call, i);
	if (script_known(word))
		text_add(text, "(%#llx)", (unsigned long long) word);
	else if (word)
		text_add(text, "(a layer's)");
}

void sight_log(const struct sight *sight, const char *who)
{
	const struct encase_desc *shape = &sight->shape;
	struct text text = { .used = 0 };

	text_add(&text, "%s ", who);
	text_add_call(&text, sight->desc);
	if (sight->call)
		text_add(&text, "#%ld", run.engine->call_number(sight->call));
	for (unsigned i = 0; i < shape->nargs; i++) {
		encase_word word = sight->word[i];

		if (points(shape, i)) {
			add_pointer(&text, sight, i);
			continue;
		}
		if (sight->call)
			word = run.engine->arg_word(sight->call, i);
		text_add(&text, " a%u=%#llx", i, (unsigned long long) word);
	}
	script_log("%s", text.at);
}

static void scribble(const struct encase_desc *shape, unsigned i, encase_word word, size_t n)
{
	unsigned char *at = (unsigned char *) (uintptr_t) word;
	unsigned char first = (unsigned char) random_word(&run.random);

	if (random_chance(&run.random, 30))
		n = random_below(&run.random, n + 1);
	for (size_t j = 0; j < n; j++)
		if (at[j] || shape->arg[i].kind & ENCASE_OUT)
			at[j] = (unsigned char) (first + j);
	script_log("* writes %zu bytes to a%u from %#x", n, i, first);
}

void sight_scribble(const struct sight *sight)
{
	const struct encase_desc *shape = &sight->shape;

	for (unsigned i = 0; i < shape->nargs; i++) {
		unsigned chance = shape->arg[i].kind & ENCASE_OUT ? 70 : 5;
		unsigned kind = kind_of(shape, i);

		if (!points(shape, i) || !sight->word[i] || !sight->len[i] || is_length(shape, i) ||
		    !random_chance(&run.random, chance))
			continue;
		if (is_vector(shape, i)) {
			if (!(shape->arg[i].kind & ENCASE_OUT))
				continue;
			for (unsigned k = 0; k < sight->nrange[i]; k++)
				if (sight->range[i][k].len)
					scribble(shape, i, sight->range[i][k].base,
						 sight->range[i][k].len);
		} else if (is_counted(shape, i) || kind == ENCASE_OBJ) {
			scribble(shape, i, sight->word[i], sight->len[i]);
		}
	}
}

/* -- Changes in place ----------------------------------------------------- */

static bool some_host(void)
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
		if (buffer && !script_of_pool(buffer) && !some_host()) {
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

static void turn_range(struct range *range, const struct range *other)
{
	bool absurd = !script_of_pool(range->base) && !some_host();

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

	turn_range(&range, &other);
	memcpy((void *) (uintptr_t) (sight->word[i] + k * sizeof(range)), &range, sizeof(range));
	script_log("* entry %u of a%u becomes %llu bytes", k, i, (unsigned long long) range.len);
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
	}
}
