/* SPDX-License-Identifier: MIT */
/*
 * What handlers give when they forward values.
 *
 * Pointers are null, a null that is meant, as seen, seen ones with an offset, a
 * cage's own where its memory is the host's, and into the pool: memory of the
 * scripts' own, in which whatever a forward may reach is there.  Of a pointer of its
 * own a handler vouches for the size; of those into shadows the router answers for
 * it, and lengths are as absurd as can be.
 */
#include <string.h>

#include "script.h"

encase_word gift_own(struct gift *gift)
{
	uint64_t offset = random_below(&run.random, 4096);

	text_add(&gift->how, "own+%llu", (unsigned long long) offset);
	return script_pool(offset);
}

bool gift_suits(unsigned seen, unsigned given)
{
	unsigned kind = given & ENCASE_KIND;

	if (given & ENCASE_OUT)
		return seen & ENCASE_OUT;
	return (kind != ENCASE_STR && kind != ENCASE_PATH) || !(seen & ENCASE_OUT);
}

/* Into what the handler sees, up to its end; its own memory if it sees nothing that suits. */
encase_word gift_seen(const struct sight *sight, struct gift *gift, unsigned kind)
{
	unsigned first = (unsigned) random_below(&run.random, ENCASE_MAX_ARGS);

	for (unsigned j = 0; j < ENCASE_MAX_ARGS; j++) {
		unsigned i = (first + j) % ENCASE_MAX_ARGS;
		uint64_t offset;

		if (i >= sight->shape.nargs || !points(&sight->shape, i) || !sight->word[i] ||
		    is_vector(&sight->shape, i) || is_nest(&sight->shape, i) ||
		    is_length(&sight->shape, i) || !gift_suits(sight->shape.arg[i].kind, kind))
			continue;
		offset = random_below(&run.random, sight->len[i] + 1);
		text_add(&gift->how, "a%u+%llu", i, (unsigned long long) offset);
		return sight->word[i] + offset;
	}
	return gift_own(gift);
}

/* Is a word in the memory of a cage that is the host's? */
const struct ref_memory *script_host(encase_word word)
{
	for (unsigned c = 0; c < CAGES; c++) {
		const struct ref_memory *memory = &run.scenario->plot[c].memory;

		if (memory->host && word >= memory->base && word - memory->base <= memory->size)
			return memory;
	}
	return NULL;
}

/* The word that stands for a handler's argument, if it may be followed; else 0. */
static encase_word arrived_word(const struct sight *sight, const struct encase_desc *desc,
				unsigned i)
{
	encase_word word;

	if (!sight->call || sight->desc != desc || sight->below || !points(&sight->shape, i))
		return 0;
	word = run.engine->arg_word(sight->call, i);
	return script_host(word) || !script_known(word) ? word : 0;
}

/*
 * In host memory a cage's pointers may be followed: the very one that arrived, if
 * that can be known, or one that some entry has for this argument.
 */
static encase_word host_word(const struct sight *sight, struct gift *gift,
			     const struct encase_desc *desc, unsigned i)
{
	unsigned first = (unsigned) random_below(&run.random, ENTRIES);
	encase_word arrived = arrived_word(sight, desc, i);

	if (arrived) {
		text_add(&gift->how, "as it arrived");
		return arrived;
	}
	for (unsigned j = 0; j < ENTRIES; j++) {
		unsigned e = (first + j) % ENTRIES;
		const struct entry *entry = &run.scenario->entry[e];

		if (entry->desc != desc || !points(&entry->shape, i) || !entry->word[i] ||
		    !run.scenario->plot[entry->cage].memory.host)
			continue;
		text_add(&gift->how, "entry %u's", e);
		return entry->word[i];
	}
	return gift_own(gift);
}

static encase_word pointer_word(const struct sight *sight, struct gift *gift,
				const struct encase_desc *desc, const struct encase_desc *shape,
				unsigned i)
{
	uint64_t dice = random_below(&run.random, 100);
	unsigned kind = shape->arg[i].kind;

	if (dice < 15) {
		text_add(&gift->how, "null");
		return 0;
	}
	if (dice < 25) {
		text_add(&gift->how, "ENCASE_NULL");
		return (uintptr_t) ENCASE_NULL;
	}
	if (is_vector(shape, i))
		return gift_vector(sight, gift, kind);
	if (is_nest(shape, i)) {
		if (dice >= 70 || sight->word[i] || !arrived_word(sight, desc, i))
			return gift_nest(sight, gift, shape, i);
		text_add(&gift->how, "as it arrived");
		return arrived_word(sight, desc, i);
	}
	if (is_self(shape, i) && dice >= 60)
		return gift_self(gift, shape, i);
	if (is_length(shape, i))
		return gift_length(sight, gift);
	if (dice < 33 || (dice < 75 && !sight->word[i] && arrived_word(sight, desc, i)))
		return host_word(sight, gift, desc, i);
	return dice < 55 ? gift_own(gift) : gift_seen(sight, gift, kind);
}

static encase_word number_word(encase_word seen)
{
	switch (random_below(&run.random, 9)) {
	case 0:
		return seen / 2;
	case 1:
		return seen - 1;
	case 2:
		return seen + 1;
	case 3:
		return seen + 1 + random_below(&run.random, 40);
	case 4:
		return 0;
	case 5:
		return (encase_word) -1;
	case 6:
		return random_below(&run.random, 2) ? UINT64_C(1) << 61 : 0x7ffff001;
	case 7:
		return random_word(&run.random);
	default:
		return random_below(&run.random, 20);
	}
}

/* How many messages there are at a word that is given for argument i. */
static uint64_t messages_there(const struct sight *sight, const struct encase_desc *shape,
			       encase_word word, unsigned i)
{
	unsigned count = shape->arg[i].count;

	if (word == arrived_word(sight, sight->desc, i))
		return count_value(&sight->shape, count, sight->word[count]);
	return nest_messages_at(sight, word);
}

bool gift_too_long(const struct sight *sight, const struct encase_desc *shape,
		   const struct gift *gift, unsigned i)
{
	const struct ref_memory *host = script_host(gift->word[i]);
	unsigned count = shape->arg[i].count;
	uint64_t extent;

	if (!points(shape, i) || !gift->word[i] || gift->word[i] == (uintptr_t) ENCASE_NULL)
		return false;
	if (is_vector(shape, i))
		return !gift_vector_sound(sight, gift->word[i],
					  count_value(shape, count, gift->word[count]));
	if (deep_of(shape, i) == ENCASE_MESSAGES) {
		extent = count_value(shape, count, gift->word[count]);
		return extent > messages_there(sight, shape, gift->word[i], i) && extent <= 1024;
	}
	if (!is_counted(shape, i))
		return false;
	extent = extent_of(shape, gift->word, i);
	if (is_pointed(shape, i)) {
		encase_word at = gift->word[count];
		int64_t length;

		if (at == (uintptr_t) ENCASE_NULL)
			at = 0;
		if (!at) /* what stands there is not seen, or nothing */
			return script_of_pool(gift->word[i]) || host;
		length = length_read(shape, count, at);
		extent = length < 0 ? 0 : (uint64_t) length;
	}
	if (script_of_pool(gift->word[i]))
		return extent > SCRIPT_POOL_MOST;
	return host && extent > host->size - (gift->word[i] - host->base);
}

/* A handler keeps its word for what is not the router's: no more than is there. */
static void vouch(const struct sight *sight, struct gift *gift)
{
	for (unsigned i = 0; i < gift->shape.nargs; i++) {
		if (!gift_too_long(sight, &gift->shape, gift, i))
			continue;
		gift->word[i] = (uintptr_t) ENCASE_NULL;
		text_add(&gift->how, " a%u=ENCASE_NULL, too long", i);
	}
}

/* C cuts a value to its parameter's type. */
static void cut(const struct encase_desc *desc, struct gift *gift)
{
	for (unsigned i = 0; i < desc->nargs; i++)
		if (!points(desc, i))
			gift->word[i] = encase_widen(desc->arg[i].type, gift->word[i]);
}

/* Another pointer often comes with another length; more entries than there are must be far more. */
static void lengthen(const struct sight *sight, struct gift *gift, unsigned i)
{
	unsigned count = sight->shape.arg[i].count;

	if (counts_structures(&sight->shape, i)) {
		gift->word[count] = UINT64_C(1) << (21 + random_below(&run.random, 9));
		text_add(&gift->how, " a%u=%#llx", count, (unsigned long long) gift->word[count]);
		return;
	}
	if (points(&sight->shape, count)) {
		text_add(&gift->how, " a%u=", count);
		gift->word[count] = gift_length(sight, gift);
		return;
	}
	gift->word[count] = sight->word[count] + 1 + random_below(&run.random, 8);
	text_add(&gift->how, " a%u=%#llx", count, (unsigned long long) gift->word[count]);
}

static unsigned chance_to_lengthen(const struct sight *sight, const struct gift *gift, unsigned i)
{
	if (counts_structures(&sight->shape, i))
		return 15;
	if (!is_counted(&sight->shape, i))
		return 0;
	return gift->word[i] == arrived_word(sight, sight->desc, i) ? 90 : 45;
}

void gift_change(const struct sight *sight, struct gift *gift, unsigned i)
{
	text_add(&gift->how, " a%u=", i);
	if (points(&sight->shape, i)) {
		gift->word[i] = pointer_word(sight, gift, sight->desc, &sight->shape, i);
		return;
	}
	gift->word[i] = encase_widen(sight->shape.arg[i].type, number_word(sight->word[i]));
	text_add(&gift->how, "%#llx", (unsigned long long) gift->word[i]);
}

static bool same_argument(const struct encase_desc *a, const struct encase_desc *b, unsigned i)
{
	return i < a->nargs && points(a, i) && a->arg[i].kind == b->arg[i].kind &&
	       a->arg[i].size == b->arg[i].size && a->arg[i].count == b->arg[i].count;
}

static bool in_host_cage(void)
{
	for (unsigned c = 0; c < CAGES; c++)
		if (run.scenario->plot[c].memory.host)
			return true;
	return false;
}

/* What becomes of a pointer whose shape has changed, or that was none. */
static void fit_pointer(const struct sight *sight, struct gift *gift, unsigned i, bool raw)
{
	bool was = i < sight->shape.nargs && points(&sight->shape, i);
	bool fine = was && gift_suits(sight->shape.arg[i].kind, gift->shape.arg[i].kind);

	text_add(&gift->how, " a%u:=", i);
	if (fine && (gift->word[i] || !in_host_cage()) && random_chance(&run.random, 80))
		text_add(&gift->how, "the same");
	else if (raw || random_chance(&run.random, 20))
		gift->word[i] = (uintptr_t) ENCASE_NULL;
	else
		gift->word[i] = pointer_word(sight, gift, sight->desc, &gift->shape, i);
	if (!gift->word[i] && was && !fine)
		gift->word[i] = (uintptr_t) ENCASE_NULL;
	if (is_counted(&gift->shape, i))
		gift->word[gift->shape.arg[i].count] &= 31;
}

void gift_fit(const struct sight *sight, struct gift *gift, bool raw)
{
	if (!sight->desc)
		return;
	gift->shape = shape_of(sight->desc, gift->word);
	for (unsigned i = 0; i < gift->shape.nargs; i++) {
		bool was = i < sight->shape.nargs && points(&sight->shape, i);

		if (!points(&gift->shape, i)) {
			if (was) /* a null would be what arrived, which may be an address of a layer's */
				gift->word[i] = raw || random_chance(&run.random, 80)
							? (uintptr_t) ENCASE_NULL
							: random_below(&run.random, 8) + 1;
		} else if (!same_argument(&sight->shape, &gift->shape, i)) {
			fit_pointer(sight, gift, i, raw);
		}
	}
	for (unsigned i = gift->shape.nargs; i < sight->desc->nargs; i++)
		gift->word[i] = 0;
}

static bool varies(const struct encase_desc *desc)
{
	for (unsigned i = 0; i < desc->nargs; i++)
		if (kind_of(desc, i) == ENCASE_VARIES)
			return true;
	return false;
}

/*
 * The very pointer that arrived where none is seen, and a larger count.  That must be refused,
 * so it may be any: nobody follows it.
 */
static bool dare(const struct sight *sight, struct gift *gift)
{
	for (unsigned i = 0; sight->call && !sight->below && i < sight->shape.nargs; i++) {
		unsigned count = sight->shape.arg[i].count;
		encase_word word = run.engine->arg_word(sight->call, i), length;

		if (!is_counted(&sight->shape, i) || is_pointed(&sight->shape, i) ||
		    sight->word[i] || !word)
			continue;
		length = encase_widen(sight->shape.arg[count].type, sight->word[count] + 1);
		if (count_value(&sight->shape, count, length) <=
		    count_value(&sight->shape, count, sight->word[count]))
			continue;
		text_add(&gift->how, " a%u as it arrived, a%u=%#llx", i, count,
			 (unsigned long long) length);
		gift->word[i] = word;
		gift->word[count] = length;
		return true;
	}
	return false;
}

void gift_same(const struct sight *sight, struct gift *gift)
{
	unsigned chance = (unsigned) RANDOM_OF(&run.random, ((const uint8_t[]){ 0, 20, 30, 60 }));

	gift->how.used = 0;
	gift->how.at[0] = 0;
	memcpy(gift->word, sight->word, sizeof(gift->word));
	if (random_chance(&run.random, 75) && !varies(sight->desc) && dare(sight, gift))
		return;
	for (unsigned i = 0; i < sight->shape.nargs; i++)
		if (random_chance(&run.random, chance))
			gift_change(sight, gift, i);
	for (unsigned i = 0; i < sight->shape.nargs; i++)
		if (points(&sight->shape, i) && gift->word[i] != sight->word[i] &&
		    random_chance(&run.random, chance_to_lengthen(sight, gift, i)))
			lengthen(sight, gift, i);
	if (varies(sight->desc) && random_chance(&run.random, 60)) /* its first says how */
		gift_change(sight, gift, 0);
	cut(sight->desc, gift);
	gift_fit(sight, gift, false);
	vouch(sight, gift);
}

void gift_other(const struct sight *sight, const struct encase_desc *desc, struct gift *gift)
{
	gift->how.used = 0;
	gift->how.at[0] = 0;
	memset(gift->word, 0, sizeof(gift->word));
	for (unsigned i = 0; i < desc->nargs; i++) {
		if (points(desc, i))
			continue;
		gift->word[i] = number_word(random_below(&run.random, 16));
		text_add(&gift->how, " a%u=%#llx", i, (unsigned long long) gift->word[i]);
	}
	cut(desc, gift);
	gift->shape = shape_of(desc, gift->word);
	for (unsigned i = 0; i < gift->shape.nargs; i++) {
		if (!points(&gift->shape, i))
			continue;
		text_add(&gift->how, " a%u=", i);
		gift->word[i] = pointer_word(sight, gift, desc, &gift->shape, i);
	}
	vouch(sight, gift);
}
