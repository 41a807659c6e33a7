/* SPDX-License-Identifier: MIT */
/* The assembler: what becomes of a line, and what it says of a wrong one. */
#include "asm.h"

#include <string.h>

#include "scene.h"

static struct asm_image image;
static char told[200];
static unsigned told_line, times;

static void tell(void *arg, unsigned line, const char *text)
{
	(void) arg;
	if (!times++) {
		told_line = line;
		(void) snprintf(told, sizeof(told), "%s", text);
	}
}

static unsigned assemble(const char *text)
{
	times = 0;
	return asm_assemble(text, strlen(text), &image, tell, NULL);
}

static void test_bytes(void)
{
	static const struct {
		const char *text, *bytes;
		size_t n;
	} rows[] = {
		{ "", "", 0 },
		{ "; nothing \"'\n\n \t\n", "", 0 },
		{ "halt 258", "\1\0\2\1", 4 },
		{ "set r3, 0x1f", "\2\3\x1f\0", 4 },
		{ "set sp, -1", "\2\7\xff\xff", 4 },
		{ "mov r1,r2", "\3\x21\0\0", 4 },
		{ "load r1 , r2 , 6 ; so", "\4\x21\6\0", 4 },
		{ "add r1, r2", "\x10\x21\0\0", 4 },
		{ "add r1, 2", "\x50\1\2\0", 4 },
		{ "ret", "\x22\0\0\0", 4 },
		{ "sys puts", "\x30\0\x32\0", 4 },
		{ "a: jmp a\nb: jmp b+1", "\x20\0\0\0\x20\0\5\0", 8 },
		{ "jmp end - 1 - start\nstart: .byte 1\nend:", "\x20\0\0\0\1", 5 },
		{ ".byte 1, 'x', -1, '\\n', ';', '\\'', 255", "\1x\xff\n;'\xff", 7 },
		{ ".word 1, a\na: .word -32768, 65535", "\1\0\4\0\0\x80\xff\xff", 8 },
		{ ".text \"a;b\\\"c\\0\"", "a;b\"c\0", 6 },
		{ ".byte 1\n.align 4\n.byte 2\n.align 1", "\1\0\0\0\2", 5 },
		{ ".equ N, 3\n.space N-1\n.byte N", "\0\0\3", 3 },
		{ "a: b:c: .byte c", "\0", 1 },
		{ ".byte 300 - n\n.equ n, 290", "\n", 1 },
		{ ".byte error_stale", "\x74", 1 },
		{ "halt 1\r\nhalt 2\r\n", "\1\0\1\0\1\0\2\0", 8 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!tap_ok(!assemble(rows[i].text) && image.size == rows[i].n &&
				    !memcmp(image.bytes, rows[i].bytes, rows[i].n),
			    "a line becomes bytes"))
			printf("# %s: %s\n", rows[i].text, times ? told : "other bytes");
}

static void test_errors(void)
{
	static const struct {
		const char *text;
		unsigned line;
		const char *says;
	} rows[] = {
		{ "\nhalt", 2, "a number is missing" },
		{ "halt 1 2", 1, "behind the operands: '2'" },
		{ "halt 65536", 1, "65536 is no word" },
		{ "halt -32769", 1, "-32769 is no word" },
		{ "halt 99999999999999999999", 1, "is no word" },
		{ "halt 18446744073709551617", 1, "is no word" },
		{ "halt 0x", 1, "that is no number" },
		{ "halt 12x", 1, "that is no number" },
		{ "\n\nhalt nowhere", 3, "there is no name 'nowhere'" },
		{ "stop 1", 1, "there is no instruction 'stop'" },
		{ ".bytes 1", 1, "there is no instruction '.bytes'" },
		{ "1", 1, "an instruction is missing" },
		{ "mov r1, 5", 1, "a register is missing" },
		{ "mov r8, r1", 1, "a register is missing" },
		{ "mov r1", 1, "an operand is missing" },
		{ "mov r1 r2", 1, "a comma is missing" },
		{ "sys printf", 1, "there is no call 'printf'" },
		{ "sys", 1, "there is no call ''" },
		{ "a:\nhalt 1\na:", 3, "'a' is a name already, since line 1" },
		{ "error_stale:", 1, "'error_stale' is a name of the assembler's own" },
		{ ".a:", 1, "a label does not begin with a dot" },
		{ ".byte 256", 1, "256 is no byte" },
		{ ".byte -129", 1, "is no byte" },
		{ ".byte 'a", 1, "a character has no closing quote" },
		{ ".byte 'ab'", 1, "a character has no closing quote" },
		{ ".text a", 1, "a text in quotes is missing" },
		{ ".text \"a", 1, "a text has no closing quote" },
		{ ".text \"\\q\"", 1, "'\\q' stands for no character" },
		{ ".space n\n.equ n, 1", 1, "a name in it is not there yet" },
		{ ".align 0", 1, "nothing is a multiple of 0" },
		{ ".equ 5, 5", 1, "a name is missing" },
		{ ".equ n 5", 1, "a comma is missing" },
		{ ".space 65535\n.space 2", 2, "larger than a machine's memory" },
		{ ".space 65535\n.byte 1, 2", 2, "larger than a machine's memory" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned n = assemble(rows[i].text);

		if (!tap_ok(n == 1 && times == 1 && told_line == rows[i].line &&
				    strstr(told, rows[i].says),
			    rows[i].says))
			printf("# %u errors, in line %u: %s\n", n, told_line, told);
	}
	tap_ok(assemble("stop\nhalt 1\nstop\nmov\n") == 3 && times == 3,
	       "all lines that are wrong are told");
}

static void test_many(void)
{
	static char text[ASM_NAMES * 12];
	size_t n = 0;

	for (unsigned i = 0; i < ASM_NAMES; i++)
		n += (size_t) snprintf(text + n, sizeof(text) - n, "n%u:\n", i);
	tap_ok(!assemble(text), "as many names as there may be");
	(void) snprintf(text + n, sizeof(text) - n, "last:\n");
	tap_ok(assemble(text) == 1 && strstr(told, "more than"), "one more");
}

void test_asm(void)
{
	test_bytes();
	test_errors();
	test_many();
}
