/* SPDX-License-Identifier: MIT */
/*
 * The assembler: text to what a machine's memory begins with.  A line is
 *
 *     label:  instruction operand, operand    ; comment
 *
 * with any of its parts missing, or a directive instead of the instruction:
 *
 *     .byte 1, 'x', -1     bytes                    .text "a\n"   a string's bytes, without an end
 *     .word 1, label       words, low byte first    .space 32     so many zeros
 *     .align 2             zeros up to a multiple   .equ NAME, 5  a name for a number
 *
 * Operands are registers (r0 to r7, sp), numbers (5, 0x1f, -1, 'c'), names, and sums such
 * as label+4-NAME.  Names
 * may be used before they are made, but not in .space, .align and .equ.  error_NAME is the
 * number of an error in riot.def; sys knows the calls by name.
 */
#ifndef RIOT_ASM_H
#define RIOT_ASM_H

#include "machine.h"

#define ASM_NAMES 512 /* names a program may have */

struct asm_image {
	size_t size; /* bytes */
	uint8_t bytes[VM_MOST];
};

/* Hears what is wrong in which line, from 1 on; the text lives for the call. */
typedef void asm_error_fn(void *arg, unsigned line, const char *text);

/*
 * Assembles size bytes of text.  Returns the number of errors, each of which has been told; a
 * program with errors is no image.
 */
unsigned asm_assemble(const char *text, size_t size, struct asm_image *image, asm_error_fn *error,
		      void *arg);

#endif
