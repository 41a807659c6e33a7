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

void sight_measure(struct sight *sight)
{
	const struct encase_desc *desc = sight->desc;

	for (unsigned i = 0; i < desc->nargs; i++) {
		const char *at = (const char *) (uintptr_t) sight->word[i];
		unsigned kind = kind_of(desc, i);

		sight->len[i] = 0;
		if (!points(desc, i) || !at)
			continue;
		sight->len[i] = extent_of(desc, sight->word, i);
		if (kind == ENCASE_STR || kind == ENCASE_PATH) {
			size_t n = strnlen(at, desc->arg[i].size);

			sight->len[i] = n < desc->arg[i].size ? n + 1 : n;
		}
	}
}

bool script_known(encase_word word)
{
	for (unsigned e = 0; e < ENTRIES; e++) {
		const struct entry *entry = &run.scenario->entry[e];

		for (unsigned i = 0; i < entry->desc->nargs; i++)
			if (points(entry->desc, i) && entry->word[i] == word)
				return true;
	}
	return false;
}

static void add_pointer(struct text *text, const struct sight *sight, unsigned i)
{
	encase_word word;

	text_add(text, " a%u=", i);
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
	const struct encase_desc *desc = sight->desc;
	struct text text = { .used = 0 };

	text_add(&text, "%s ", who);
	text_add_call(&text, desc);
	for (unsigned i = 0; i < desc->nargs; i++) {
		encase_word word = sight->word[i];

		if (points(desc, i)) {
			add_pointer(&text, sight, i);
			continue;
		}
		if (sight->call)
			word = run.engine->arg_word(sight->call, i);
		text_add(&text, " a%u=%#llx", i, (unsigned long long) word);
	}
	script_log("%s", text.at);
}

void sight_scribble(const struct sight *sight)
{
	const struct encase_desc *desc = sight->desc;

	for (unsigned i = 0; i < desc->nargs; i++) {
		unsigned char *at = (unsigned char *) (uintptr_t) sight->word[i];
		unsigned chance = desc->arg[i].kind & ENCASE_OUT ? 70 : 5, kind = kind_of(desc, i);
		unsigned char first = (unsigned char) random_word(&run.random);
		size_t n = sight->len[i];

		if ((kind != ENCASE_BUF && kind != ENCASE_OBJ) || !at || !n ||
		    !random_chance(&run.random, chance))
			continue;
		if (random_chance(&run.random, 30))
			n = random_below(&run.random, n + 1);
		for (size_t j = 0; j < n; j++)
			if (at[j] || desc->arg[i].kind & ENCASE_OUT)
				at[j] = (unsigned char) (first + j);
		script_log("* writes %zu bytes to a%u from %#x", n, i, first);
	}
}
