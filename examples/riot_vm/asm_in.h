/* SPDX-License-Identifier: MIT */
/* What the assembler's files share: the line that is looked at, names, bytes. */
#ifndef RIOT_ASM_IN_H
#define RIOT_ASM_IN_H

#include "asm.h"

/* A piece of the text, not ended by anything. */
struct piece {
	const char *at;
	size_t n;
};

struct name {
	struct piece text;
	uint16_t value;
	unsigned line;
};

/* The text is gone through twice: first for the names, then for the bytes. */
struct assembler {
	struct asm_image *image;
	asm_error_fn *error;
	void *arg;
	const char *at, *end; /* what is left of the line */
	unsigned line, errors;
	bool second;   /* time through */
	bool complete; /* the last number had no name that is not known yet */
	size_t pc;     /* where the next byte goes, VM_MOST at most */
	size_t nnames;
	struct name names[ASM_NAMES];
};

/* Tells an error, in the first time through only what the second would not find. */
void asm_error(struct assembler *as, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* -- Reading a line: asm_read.c -- */

/* Skips white space; whether the line, or what counts of it, is at its end. */
bool asm_at_end(struct assembler *as);
/* Takes a character, if it is the next. */
bool asm_take(struct assembler *as, char c);
/* A word of letters, digits, _ and a leading dot; n is 0 if there is none. */
struct piece asm_word(struct assembler *as);
bool asm_is(struct piece piece, const char *text);
/* A register, 0 to 7; or false, and nothing was taken. */
bool asm_register(struct assembler *as, uint8_t *number);
/* A sum of numbers and names, -32768 to 65535, as a word; or an error. */
bool asm_number(struct assembler *as, uint16_t *value);
/* The character or the escape that comes next in quotes. */
bool asm_character(struct assembler *as, uint8_t *c);

/* -- Names: asm_read.c -- */

const struct name *asm_find(const struct assembler *as, struct piece text);
void asm_add(struct assembler *as, struct piece text, uint16_t value);
/* What is known of itself: error_NAME. */
bool asm_known(struct piece text, uint16_t *value);

/* -- Instructions and directives -- */

void asm_byte(struct assembler *as, uint8_t byte);
void asm_two(struct assembler *as, uint16_t word);
/* What stands behind the word; false: it is none of them. */
bool asm_directive(struct assembler *as, struct piece word);
bool asm_instruction(struct assembler *as, struct piece word);

#endif
