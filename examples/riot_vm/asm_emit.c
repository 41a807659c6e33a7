/* SPDX-License-Identifier: MIT */
/* Instructions and directives: what stands in a line becomes bytes. */
#include <string.h>

#include "asm_in.h"
#include "riot.h"

enum operands { FORM_N, FORM_R, FORM_I, FORM_RR, FORM_RI, FORM_RRI, FORM_RX, FORM_S };

static const struct operation {
	const char *name;
	uint8_t number, form;
} operations[] = {
#define OP(name, number, form, text) { #name, (number), FORM_##form },
#include "ops.def"
#undef OP
};

void asm_byte(struct assembler *as, uint8_t byte)
{
	if (as->pc == VM_MOST) {
		asm_error(as, "the program is larger than a machine's memory");
		return;
	}
	as->image->bytes[as->pc++] = byte;
}

void asm_two(struct assembler *as, uint16_t word)
{
	asm_byte(as, (uint8_t) word);
	asm_byte(as, (uint8_t) (word >> 8));
}

/* -- Directives -------------------------------------------------------------- */

static void bytes(struct assembler *as)
{
	uint16_t value;

	do {
		if (!asm_number(as, &value))
			return;
		if (as->complete && value > 255 && value < 65536 - 128) {
			asm_error(as, "%u is no byte: it is not in -128..255", value);
			return;
		}
		asm_byte(as, (uint8_t) value);
	} while (asm_take(as, ','));
}

static void words(struct assembler *as)
{
	uint16_t value;

	do {
		if (!asm_number(as, &value))
			return;
		asm_two(as, value);
	} while (asm_take(as, ','));
}

static void text(struct assembler *as)
{
	uint8_t c;

	if (!asm_take(as, '"')) {
		asm_error(as, "a text in quotes is missing");
		return;
	}
	while (as->at < as->end && *as->at != '"') {
		if (!asm_character(as, &c))
			break;
		asm_byte(as, c);
	}
	if (as->at == as->end)
		asm_error(as, "a text has no closing quote");
	else
		as->at++;
}

/* A number on which the places of what follows depend: its names have to be there already. */
static bool fixed(struct assembler *as, uint16_t *value)
{
	if (!asm_number(as, value))
		return false;
	if (!as->complete)
		asm_error(as, "a name in it is not there yet");
	return as->complete;
}

static void zeros(struct assembler *as, size_t n)
{
	while (n-- && as->pc < VM_MOST)
		asm_byte(as, 0);
	if (n != (size_t) -1)
		asm_error(as, "the program is larger than a machine's memory");
}

static void space(struct assembler *as)
{
	uint16_t n;

	if (fixed(as, &n))
		zeros(as, n);
}

static void align(struct assembler *as)
{
	uint16_t n;

	if (!fixed(as, &n))
		return;
	if (!n)
		asm_error(as, "nothing is a multiple of 0");
	else
		zeros(as, (n - as->pc % n) % n);
}

static void equ(struct assembler *as)
{
	struct piece name = asm_word(as);
	uint16_t value;

	if (!name.n || *name.at == '.')
		asm_error(as, "a name is missing");
	else if (!asm_take(as, ','))
		asm_error(as, "a comma is missing");
	else if (fixed(as, &value))
		asm_add(as, name, value);
}

bool asm_directive(struct assembler *as, struct piece word)
{
	static const struct {
		const char *name;
		void (*fn)(struct assembler *as);
	} all[] = { { ".byte", bytes },  { ".word", words },  { ".text", text },
		    { ".space", space }, { ".align", align }, { ".equ", equ } };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (asm_is(word, all[i].name)) {
			all[i].fn(as);
			return true;
		}
	return false;
}

/* -- Instructions ------------------------------------------------------------ */

static bool comma(struct assembler *as)
{
	if (asm_take(as, ','))
		return true;
	asm_error(as, asm_at_end(as) ? "an operand is missing" : "a comma is missing");
	return false;
}

static bool need_register(struct assembler *as, uint8_t *number)
{
	if (asm_register(as, number))
		return true;
	asm_error(as, "a register is missing: r0 to r7, or sp");
	return false;
}

/* The number of a call, by its name in the table. */
static bool call_number(struct assembler *as, uint16_t *value)
{
	struct piece word = asm_word(as);

	for (size_t i = 0; i < riot_calls.ncalls; i++)
		if (asm_is(word, riot_calls.texts[i].name)) {
			*value = (uint16_t) riot_calls.texts[i].number;
			return true;
		}
	asm_error(as, "there is no call '%.*s'", (int) word.n, word.at);
	return false;
}

static bool operands(struct assembler *as, uint8_t form, uint8_t *number, uint8_t *a, uint8_t *b,
		     uint16_t *i)
{
	switch (form) {
	case FORM_N:
		return true;
	case FORM_R:
		return need_register(as, a);
	case FORM_I:
		return asm_number(as, i);
	case FORM_S:
		return call_number(as, i);
	case FORM_RR:
		return need_register(as, a) && comma(as) && need_register(as, b);
	case FORM_RI:
		return need_register(as, a) && comma(as) && asm_number(as, i);
	case FORM_RRI:
		return need_register(as, a) && comma(as) && need_register(as, b) && comma(as) &&
		       asm_number(as, i);
	default:
		if (!need_register(as, a) || !comma(as))
			return false;
		if (asm_register(as, b))
			return true;
		*number |= VM_IMMEDIATE;
		return asm_number(as, i);
	}
}

bool asm_instruction(struct assembler *as, struct piece word)
{
	const struct operation *op = operations, *end;
	uint8_t number, a = 0, b = 0;
	uint16_t i = 0;

	end = operations + sizeof(operations) / sizeof(operations[0]);
	while (op < end && !asm_is(word, op->name))
		op++;
	if (op == end)
		return false;
	number = op->number;
	if (!operands(as, op->form, &number, &a, &b, &i))
		return true;
	asm_byte(as, number);
	asm_byte(as, (uint8_t) (a | b << 4));
	asm_two(as, i);
	return true;
}
