/* SPDX-License-Identifier: MIT */
/* What all printers use: reading, numbers, sets of symbols, text. */
#include "show.h"

#include <inttypes.h>
#include <string.h>

#include "enc.h"

size_t enc_show_room(const struct encase_showing *s, encase_word at)
{
	const struct enc_shadow *shadow = s->copies ? enc_thread.shadows : NULL;

	for (; shadow; shadow = shadow->next)
		if (at - (uintptr_t) shadow->data < shadow->size)
			return shadow->size - (at - (uintptr_t) shadow->data);
	return SIZE_MAX;
}

bool enc_show_read(const struct encase_showing *s, encase_word from, void *to, size_t n)
{
	const struct encase_source *source = s->source;

	if (!source || !source->memory || source->hidden >> s->arg & 1)
		return false;
	return n == 0 || (n <= enc_show_room(s, from) &&
			  source->memory->read(source->space, from, to, n) == 0);
}

void enc_show_address(struct encase_showing *s, encase_word word)
{
	if (word)
		enc_putf(&s->line, "0x%" PRIx64, word);
	else
		enc_put(&s->line, "NULL");
}

static void show_unknown(struct encase_showing *s, const struct encase_symbols *set,
			 encase_word word)
{
	enc_putf(&s->line, "%#" PRIx64, word);
	if (set->unknown)
		enc_putf(&s->line, " /* %s */", set->unknown);
}

static void show_one(struct encase_showing *s, const struct encase_symbols *set, encase_word word,
		     size_t size)
{
	for (unsigned i = 0; i < set->n; i++) {
		const struct encase_symbol *symbol = &set->list[i];

		if ((word & symbol->mask) == enc_show_low(symbol->value, size)) {
			enc_put(&s->line, symbol->name);
			return;
		}
	}
	show_unknown(s, set, word);
}

/* A symbol for all bits at once is for a word that is nothing else: PROT_NONE. */
encase_word enc_show_bits(struct encase_showing *s, const struct encase_symbols *set,
			  encase_word word)
{
	const char *between = "";
	encase_word left = ~(encase_word) 0;

	for (unsigned i = 0; i < set->n; i++) {
		const struct encase_symbol *symbol = &set->list[i];

		if ((symbol->mask & left) != symbol->mask || (word & symbol->mask) != symbol->value)
			continue;
		enc_put(&s->line, between);
		enc_put(&s->line, symbol->name);
		between = "|";
		left &= ~symbol->mask;
	}
	return word & left;
}

static void show_all(struct encase_showing *s, const struct encase_symbols *set, encase_word word)
{
	size_t before = s->line.len;
	encase_word left = enc_show_bits(s, set, word);

	if (s->line.len == before && left)
		show_unknown(s, set, left);
	else if (s->line.len == before)
		enc_put(&s->line, "0");
	else if (left)
		enc_putf(&s->line, "|%#" PRIx64, left);
}

void enc_show_symbol(struct encase_showing *s, const struct encase_symbols *set, encase_word word,
		     size_t size)
{
	word = enc_show_low(word, size);
	if (!set)
		enc_putf(&s->line, "%#" PRIx64, word);
	else if (set->naming == ENCASE_NAMES_VALUES)
		show_one(s, set, word, size);
	else if (set->naming == ENCASE_NAMES_BITS)
		show_all(s, set, word);
	else if (set->naming == ENCASE_NAMES_BUILTIN)
		set->show(s, word);
	else
		enc_putf(&s->line, "%#" PRIx64, word);
}

void enc_show_mode(struct encase_showing *s, encase_word word)
{
	enc_putf(&s->line, "%#03o", (unsigned) word & 0xffff);
}

/* -- Text ------------------------------------------------------------------ */

enum { CHUNK = 64 };

/* Bytes on their way, read ahead where it is known that they are there: behind a string's end nothing is. */
struct text {
	unsigned char bytes[CHUNK];
	size_t have, at;
	size_t chunk; /* so many are read at a time */
	encase_word from;
};

/* The next byte; -1: it cannot be read. */
static int next(const struct encase_showing *s, struct text *text, size_t most)
{
	if (text->at < text->have)
		return text->bytes[text->at++];
	text->have = most < text->chunk ? most : text->chunk;
	if (!enc_show_read(s, text->from, text->bytes, text->have)) {
		text->have = 1; /* what can be read may end here */
		if (!enc_show_read(s, text->from, text->bytes, 1))
			return -1;
	}
	text->from += text->have;
	text->at = 1;
	return text->bytes[0];
}

/* A string ends at its NUL; bytes do not. */
static void show_text(struct encase_showing *s, encase_word at, size_t most, size_t shown,
		      bool is_string)
{
	struct text text = { .from = at, .chunk = is_string ? 1 : CHUNK };
	size_t before = s->line.len;
	int c = most ? next(s, &text, most) : -1;

	enc_put_char(&s->line, '"');
	for (size_t i = 0; most && c >= 0 && !(is_string && !c); i++) {
		unsigned char byte = (unsigned char) c;

		c = i + 1 < most ? next(s, &text, most - i - 1) : 0;
		enc_put_escaped(&s->line, &byte, 1, i + 1 < shown && i + 1 < most ? c : -1);
		if (c >= 0 && i + 1 == (shown < most ? shown : most)) {
			enc_put_char(&s->line, '"');
			if (i + 1 < most ? !is_string || c : is_string)
				enc_put(&s->line, "...");
			return;
		}
	}
	enc_put_char(&s->line, '"');
	if (most && c < 0) {
		s->line.len = before;
		enc_show_address(s, at);
	}
}

void enc_show_string(struct encase_showing *s, encase_word at, size_t most, bool whole)
{
	show_text(s, at, most, whole ? most - 1 : ENC_SHOWN, true);
}

void enc_show_bytes(struct encase_showing *s, encase_word at, size_t n)
{
	show_text(s, at, n, ENC_SHOWN, false);
}
