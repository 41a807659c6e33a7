/* SPDX-License-Identifier: MIT */
/* Reading a line of assembly: words, registers, numbers, characters; and names. */
#include "asm_in.h"

#include <string.h>

#include "riot.h"

bool asm_at_end(struct assembler *as)
{
	while (as->at < as->end && (*as->at == ' ' || *as->at == '\t' || *as->at == '\r'))
		as->at++;
	return as->at == as->end || *as->at == ';';
}

bool asm_take(struct assembler *as, char c)
{
	if (asm_at_end(as) || *as->at != c)
		return false;
	as->at++;
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

struct piece asm_word(struct assembler *as)
{
	struct piece word = { as->at, 0 };
	const char *p;

	if (asm_at_end(as) || !(is_letter(*as->at) || *as->at == '.'))
		return word;
	for (p = as->at + 1; p < as->end && (is_letter(*p) || is_digit(*p)); p++)
		;
	word = (struct piece){ as->at, (size_t) (p - as->at) };
	as->at = p;
	return word;
}

bool asm_is(struct piece piece, const char *text)
{
	return strlen(text) == piece.n && !memcmp(piece.at, text, piece.n);
}

bool asm_register(struct assembler *as, uint8_t *number)
{
	const char *before = as->at;
	struct piece word = asm_word(as);

	if (asm_is(word, "sp")) {
		*number = VM_SP;
		return true;
	}
	if (word.n == 2 && word.at[0] == 'r' && word.at[1] >= '0' && word.at[1] <= '7') {
		*number = (uint8_t) (word.at[1] - '0');
		return true;
	}
	as->at = before;
	return false;
}

/* -- Names ------------------------------------------------------------------- */

const struct name *asm_find(const struct assembler *as, struct piece text)
{
	for (size_t i = 0; i < as->nnames; i++)
		if (as->names[i].text.n == text.n && !memcmp(as->names[i].text.at, text.at, text.n))
			return &as->names[i];
	return NULL;
}

void asm_add(struct assembler *as, struct piece text, uint16_t value)
{
	const struct name *old = asm_find(as, text);
	uint16_t known;

	if (as->second) /* it is there */
		return;
	if (old)
		asm_error(as, "'%.*s' is a name already, since line %u", (int) text.n, text.at,
			  old->line);
	else if (asm_known(text, &known))
		asm_error(as, "'%.*s' is a name of the assembler's own", (int) text.n, text.at);
	else if (as->nnames == ASM_NAMES)
		asm_error(as, "these are more than %d names", ASM_NAMES);
	else
		as->names[as->nnames++] = (struct name){ text, value, as->line };
}

bool asm_known(struct piece text, uint16_t *value)
{
	static const struct {
		const char *name;
		uint16_t value;
	} errors[] = {
#define ERROR(name, number, text) { "error_" #name, (number) },
#include <encase/record_entries.h>
	};

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (asm_is(text, errors[i].name)) {
			*value = errors[i].value;
			return true;
		}
	return false;
}

/* -- Numbers ----------------------------------------------------------------- */

bool asm_character(struct assembler *as, uint8_t *c)
{
	static const char escapes[] = "n\nt\tr\r0\0\\\\\"\"''";

	if (as->at == as->end)
		return false;
	*c = (uint8_t) *as->at++;
	if (*c != '\\')
		return true;
	if (as->at == as->end)
		return false;
	for (size_t i = 0; i + 1 < sizeof(escapes); i += 2)
		if (escapes[i] == *as->at) {
			*c = (uint8_t) escapes[i + 1];
			as->at++;
			return true;
		}
	asm_error(as, "'\\%c' stands for no character", *as->at);
	return true;
}

static int digit(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
}

/* Decimal, or hexadecimal behind 0x. */
static bool digits(struct assembler *as, long *value)
{
	const char *from = as->at;
	int base = 10;

	if (as->end - as->at > 2 && as->at[0] == '0' && as->at[1] == 'x') {
		base = 16;
		from = as->at += 2;
	}
	for (*value = 0; as->at < as->end && digit(*as->at) < base; as->at++)
		if (*value < VM_MOST)
			*value = *value * base + digit(*as->at);
	if (as->at == from || (as->at < as->end && is_letter(*as->at))) {
		asm_error(as, "that is no number");
		return false;
	}
	return true;
}

static bool name_value(struct assembler *as, struct piece word, long *value)
{
	const struct name *name = asm_find(as, word);
	uint16_t known = 0;

	*value = 0;
	if (name)
		*value = name->value;
	else if (asm_known(word, &known))
		*value = known;
	else if (as->second)
		asm_error(as, "there is no name '%.*s'", (int) word.n, word.at);
	else
		as->complete = false;
	return name || known || !as->second;
}

/* 'c' */
static bool quoted(struct assembler *as, long *value)
{
	uint8_t c;

	if (!asm_character(as, &c) || as->at == as->end || *as->at != '\'') {
		asm_error(as, "a character has no closing quote");
		return false;
	}
	as->at++;
	*value = c;
	return true;
}

static bool term(struct assembler *as, long *value)
{
	struct piece word;

	if (asm_take(as, '\''))
		return quoted(as, value);
	word = asm_word(as);
	if (word.n)
		return name_value(as, word, value);
	if (asm_at_end(as)) {
		asm_error(as, "a number is missing");
		return false;
	}
	return digits(as, value);
}

bool asm_number(struct assembler *as, uint16_t *value)
{
	bool minus = asm_take(as, '-');
	long sum = 0, next;

	as->complete = true;
	for (;;) {
		if (!term(as, &next))
			return false;
		sum += minus ? -next : next;
		minus = asm_take(as, '-');
		if (!minus && !asm_take(as, '+'))
			break;
	}
	if (as->complete && (sum < -32768 || sum > 65535)) {
		asm_error(as, "%ld is no word: it is not in -32768..65535", sum);
		return false;
	}
	*value = (uint16_t) sum;
	return true;
}
