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

struct range range_read(encase_word vector, uint64_t k)
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
	if (is_self(shape, i)) {
		sight->len[i] = self_length(shape, i, sight->word[i]);
		return;
	}
	if (is_nest(shape, i)) {
		nest_measure(sight, i);
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
		} else if (is_pointed(shape, i) || is_vector(shape, i) || is_self(shape, i) ||
			   is_nest(shape, i)) {
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

/* Which pointer it is, as far as that is the same for both routers. */
static void add_opaque(struct text *text, encase_word word)
{
	text_add(text, "opaque");
	if (script_known(word))
		text_add(text, "(%#llx)", (unsigned long long) word);
	else if (script_of_pool(word))
		text_add(text, "(own+%llu)", (unsigned long long) (word - script_pool(0)));
}

static void add_pointer(struct text *text, const struct sight *sight, unsigned i)
{
	encase_word word;

	text_add(text, " a%u=", i);
	if (sight->word[i] && is_vector(&sight->shape, i)) {
		add_vector(text, sight, i);
		return;
	}
	if (sight->word[i] && is_nest(&sight->shape, i)) {
		nest_log(text, sight, i);
		return;
	}
	if (sight->word[i] && deep_of(&sight->shape, i) == ENCASE_OPAQUE) {
		add_opaque(text, sight->word[i]);
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

uint64_t self_length(const struct encase_desc *shape, unsigned i, encase_word word)
{
	uint32_t least = least_of(shape, i), number;

	memcpy(&number, (const void *) (uintptr_t) (word + shape->arg[i].count), sizeof(number));
	if (deep_of(shape, i) == ENCASE_TRAILED)
		return number > 4096 ? least : least + number;
	return number > 4096 || number < least ? least : number;
}

static void scribble(const struct encase_desc *shape, unsigned i, encase_word word, size_t n)
{
	unsigned char *at = (unsigned char *) (uintptr_t) word;
	unsigned char first = (unsigned char) random_word(&run.random);

	if (random_chance(&run.random, 30))
		n = random_below(&run.random, n + 1);
	for (size_t j = 0; j < n; j++)
		if (at[j] || is_written(shape, i))
			at[j] = (unsigned char) (first + j);
	script_log("* writes %zu bytes to a%u from %#x", n, i, first);
}

void sight_scribble(const struct sight *sight)
{
	const struct encase_desc *shape = &sight->shape;

	for (unsigned i = 0; i < shape->nargs; i++) {
		unsigned chance = is_written(shape, i) ? 70 : 5;
		unsigned kind = kind_of(shape, i);

		if (!points(shape, i) || !sight->word[i] || !sight->len[i] || is_length(shape, i) ||
		    !random_chance(&run.random, chance))
			continue;
		if (is_vector(shape, i) || is_nest(shape, i)) {
			if (is_vector(shape, i) && !is_written(shape, i))
				continue;
			for (unsigned k = 0; k < sight->nrange[i]; k++)
				if (sight->range[i][k].len)
					scribble(shape, i, sight->range[i][k].base,
						 sight->range[i][k].len);
		} else if (is_counted(shape, i) || is_self(shape, i) || kind == ENCASE_OBJ) {
			scribble(shape, i, sight->word[i], sight->len[i]);
		}
	}
}
