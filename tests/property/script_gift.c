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

#define POOL      0x40000
#define POOL_MOST 2048 /* bytes that a forward may give of it */

static unsigned char pool[POOL];

void script_pool_reset(void)
{
	static unsigned char first[POOL]; /* made once: it takes its time */

	for (size_t i = 0; !first[POOL - 1] && i < POOL; i++)
		first[i] = (unsigned char) (i % 11 == 7 ? 0 : 'a' + i % 26);
	memcpy(pool, first, POOL);
}

uint64_t script_pool_sum(void)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325), word;

	for (size_t i = 0; i < POOL / 8; i += sizeof(word)) {
		memcpy(&word, pool + i, sizeof(word));
		sum = (sum ^ word) * UINT64_C(0x100000001b3);
	}
	return sum;
}

static bool of_pool(encase_word word)
{
	return word >= (uintptr_t) pool && word < (uintptr_t) pool + POOL;
}

static encase_word pool_word(struct gift *gift)
{
	uint64_t offset = random_below(&run.random, 4096);

	text_add(&gift->how, "own+%llu", (unsigned long long) offset);
	return (uintptr_t) pool + offset;
}

/*
 * May a pointer from a seen argument be given for another one?  Not for one that
 * is written if nobody is to write there, and not the other way round for a string:
 * it would lose its end.
 */
static bool suits(unsigned seen, unsigned given)
{
	unsigned kind = given & ENCASE_KIND;

	if (given & ENCASE_OUT)
		return seen & ENCASE_OUT;
	return (kind != ENCASE_STR && kind != ENCASE_PATH) || !(seen & ENCASE_OUT);
}

/* Into what the handler sees, up to its end; its own memory if it sees nothing that suits. */
static encase_word seen_word(const struct sight *sight, struct gift *gift, unsigned kind)
{
	unsigned first = (unsigned) random_below(&run.random, ENCASE_MAX_ARGS);

	for (unsigned j = 0; j < ENCASE_MAX_ARGS; j++) {
		unsigned i = (first + j) % ENCASE_MAX_ARGS;
		uint64_t offset;

		if (i >= sight->desc->nargs || !points(sight->desc, i) || !sight->word[i] ||
		    !suits(sight->desc->arg[i].kind, kind))
			continue;
		offset = random_below(&run.random, sight->len[i] + 1);
		text_add(&gift->how, "a%u+%llu", i, (unsigned long long) offset);
		return sight->word[i] + offset;
	}
	return pool_word(gift);
}

/* Is a word in the memory of a cage that is the host's? */
static const struct ref_memory *host_memory(encase_word word)
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

	if (!sight->call || sight->desc != desc || !run.engine->caller())
		return 0;
	word = run.engine->arg_word(sight->call, i);
	return host_memory(word) || !script_known(word) ? word : 0;
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

		if (entry->desc != desc || !entry->word[i] ||
		    !run.scenario->plot[entry->cage].memory.host)
			continue;
		text_add(&gift->how, "entry %u's", e);
		return entry->word[i];
	}
	return pool_word(gift);
}

static encase_word pointer_word(const struct sight *sight, struct gift *gift,
				const struct encase_desc *desc, unsigned i)
{
	uint64_t dice = random_below(&run.random, 100);
	unsigned kind = desc->arg[i].kind;

	if (dice < 15) {
		text_add(&gift->how, "null");
		return 0;
	}
	if (dice < 25) {
		text_add(&gift->how, "ENCASE_NULL");
		return (uintptr_t) ENCASE_NULL;
	}
	if (dice < 33)
		return host_word(sight, gift, desc, i);
	return dice < 55 ? pool_word(gift) : seen_word(sight, gift, kind);
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

bool gift_too_long(const struct encase_desc *desc, const struct gift *gift, unsigned i)
{
	const struct ref_memory *host = host_memory(gift->word[i]);
	uint64_t extent;

	if (kind_of(desc, i) != ENCASE_BUF)
		return false;
	extent = extent_of(desc, gift->word, i);
	if (of_pool(gift->word[i]))
		return extent > POOL_MOST;
	return host && extent > host->size - (gift->word[i] - host->base);
}

/* A handler keeps its word for what is not the router's: no more than is there. */
static void vouch(const struct encase_desc *desc, struct gift *gift)
{
	for (unsigned i = 0; i < desc->nargs; i++) {
		if (!gift_too_long(desc, gift, i))
			continue;
		gift->word[i] = 0;
		text_add(&gift->how, " a%u=null, too long", i);
	}
}

/* C cuts a value to its parameter's type. */
static void cut(const struct encase_desc *desc, struct gift *gift)
{
	for (unsigned i = 0; i < desc->nargs; i++)
		if (!points(desc, i))
			gift->word[i] = encase_widen(desc->arg[i].type, gift->word[i]);
}

/* Another pointer often comes with another length. */
static void lengthen(const struct sight *sight, struct gift *gift, unsigned i)
{
	unsigned count = sight->desc->arg[i].count;

	gift->word[count] = sight->word[count] + 1 + random_below(&run.random, 8);
	text_add(&gift->how, " a%u=%#llx", count, (unsigned long long) gift->word[count]);
}

void gift_change(const struct sight *sight, struct gift *gift, unsigned i)
{
	text_add(&gift->how, " a%u=", i);
	if (points(sight->desc, i)) {
		gift->word[i] = pointer_word(sight, gift, sight->desc, i);
		return;
	}
	gift->word[i] = encase_widen(sight->desc->arg[i].type, number_word(sight->word[i]));
	text_add(&gift->how, "%#llx", (unsigned long long) gift->word[i]);
}

void gift_same(const struct sight *sight, struct gift *gift)
{
	unsigned chance = (unsigned) RANDOM_OF(&run.random, ((const uint8_t[]){ 0, 0, 20, 60 }));

	gift->how.used = 0;
	gift->how.at[0] = 0;
	memcpy(gift->word, sight->word, sizeof(gift->word));
	for (unsigned i = 0; i < sight->desc->nargs; i++)
		if (random_chance(&run.random, chance))
			gift_change(sight, gift, i);
	for (unsigned i = 0; i < sight->desc->nargs; i++)
		if (kind_of(sight->desc, i) == ENCASE_BUF && gift->word[i] != sight->word[i] &&
		    random_chance(&run.random, 30))
			lengthen(sight, gift, i);
	cut(sight->desc, gift);
	vouch(sight->desc, gift);
}

void gift_other(const struct sight *sight, const struct encase_desc *desc, struct gift *gift)
{
	gift->how.used = 0;
	gift->how.at[0] = 0;
	memset(gift->word, 0, sizeof(gift->word));
	for (unsigned i = 0; i < desc->nargs; i++) {
		text_add(&gift->how, " a%u=", i);
		if (points(desc, i)) {
			gift->word[i] = pointer_word(sight, gift, desc, i);
			continue;
		}
		gift->word[i] = number_word(random_below(&run.random, 16));
		text_add(&gift->how, "%#llx", (unsigned long long) gift->word[i]);
	}
	cut(desc, gift);
	vouch(desc, gift);
}
