/* SPDX-License-Identifier: MIT */
/* The machine: what instructions do, and what ends it. */
#include "scene.h"

#include <string.h>

static void test_results(void)
{
	/* Each leaves what it is about in r0 and halts. */
	static const struct {
		const char *text;
		unsigned r0;
	} rows[] = {
		{ "set r0, 7\nmov r1, r0\nmov r0, r1\nhalt 0", 7 },
		{ "set r0, 65535\nadd r0, 2\nhalt 0", 1 },
		{ "set r0, 1\nset r1, 2\nsub r0, r1\nhalt 0", 65535 },
		{ "set r0, 300\nmul r0, 300\nhalt 0", 90000 & 0xffff },
		{ "set r0, 17\ndiv r0, 5\nhalt 0", 3 },
		{ "set r0, 17\nmod r0, 5\nhalt 0", 2 },
		{ "set r0, 0xf0\nand r0, 0x3c\nhalt 0", 0x30 },
		{ "set r0, 0xf0\nor r0, 0x0f\nhalt 0", 0xff },
		{ "set r0, 0xf0\nxor r0, 0xff\nhalt 0", 0x0f },
		{ "set r0, 3\nshl r0, 15\nhalt 0", 0x8000 },
		{ "set r0, 3\nshl r0, 16\nhalt 0", 0 },
		{ "set r0, 0x8000\nshr r0, 15\nhalt 0", 1 },
		{ "set r0, 0x8000\nshr r0, 65535\nhalt 0", 0 },
		{ "set r0, 0x8000\nshr r0, 32\nhalt 0", 0 },
		{ "set r0, 5\nshl r0, 32\nhalt 0", 0 },
		{ "set r1, data\nload r0, r1, 1\nhalt 0\ndata: .byte 1, 2, 3", 0x302 },
		{ "set r1, data+9\nload r0, r1, -9\nhalt 0\ndata: .byte 1, 2, 3", 0x201 },
		{ "set r1, data\nloadb r0, r1, 1\nhalt 0\ndata: .byte 1, 2, 3", 2 },
		{ "set r1, data\nset r2, 0x1234\nstore r2, r1, 1\nget r0, data\nhalt 0\ndata: "
		  ".space 4",
		  0x3400 },
		{ "set r2, 0x1234\nputb r2, data\nget r0, data\nhalt 0\ndata: .byte 5, 6", 0x634 },
		{ "set r2, 0x1234\nput r2, data\ngetb r0, data+1\nhalt 0\ndata: .space 2", 0x12 },
		{ "set r1, data\nset r2, 0x1234\nstoreb r2, r1, 1\nget r0, data\nhalt 0\ndata: "
		  ".space 2",
		  0x3400 },
		{ "ldm data\nadd r0, r1\nadd r0, r2\nadd r0, r3\nhalt 0\ndata: .word 1, 2, 3, 4",
		  10 },
		{ "set r3, 9\nstm data\nget r0, data+6\nhalt 0\ndata: .space 8", 9 },
		{ "set r1, 5\npush r1\npop r0\nhalt 0", 5 },
		{ "call a\nadd r0, 1\nhalt 0\na: set r0, 5\nret", 6 },
		{ "jmp a\nb: halt 0\na: set r0, 5\njmp b", 5 },
		{ "bz r0, a\nhalt 0\na: set r0, 5\nbz r0, b\nhalt 0\nb: set r0, 1\nhalt 0", 5 },
		{ "bnz r0, a\nset r0, 5\nbnz r0, a\nset r0, 1\na: halt 0", 5 },
		{ "set r1, 1\nbeq r0, r1, a\nset r0, 1\nbeq r0, r1, b\na: halt 0\nb: set r0, "
		  "5\nhalt 0",
		  5 },
		{ "bne r0, r1, a\nset r0, 1\nbne r0, r1, b\na: halt 0\nb: set r0, 5\nhalt 0", 5 },
		{ "set r1, 0x8000\nblt r1, r0, a\nblt r0, r1, b\na: halt 0\nb: set r0, 5\nhalt 0",
		  5 },
		{ "set r1, 1\nbge r0, r1, a\nbge r0, r0, b\na: halt 0\nb: set r0, 5\nhalt 0", 5 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum vm_end end;

		scene_begin();
		end = scene_run(A, rows[i].text, 100);
		if (!tap_ok(end == VM_HALTED && scene_gave(A, 0) == rows[i].r0, "instructions"))
			printf("# %s: r0 is %u\n", rows[i].text, scene_gave(A, 0));
		scene_end();
	}
}

static void test_ends(void)
{
	static const struct {
		const char *text, *name;
		size_t memory;
		enum vm_end end;
	} rows[] = {
		{ "halt 3", "it halts", 4096, VM_HALTED },
		{ "get r0, 4096", "a word behind the memory", 4096, VM_OUTSIDE },
		{ "get r0, 4095", "a word half behind it", 4096, VM_OUTSIDE },
		{ "getb r0, 4095\nhalt 0", "the last byte", 4096, VM_HALTED },
		{ "get r0, 65535", "a word that would wrap", 65536, VM_OUTSIDE },
		{ "getb r0, 65535\nhalt 0", "the last byte of all", 65536, VM_HALTED },
		{ "put r0, 4095", "writing half behind it", 4096, VM_OUTSIDE },
		{ "putb r0, 4096", "writing behind it", 4096, VM_OUTSIDE },
		{ "ldm 4090", "four words, the last behind it", 4096, VM_OUTSIDE },
		{ "stm 65530", "four words that would wrap", 65536, VM_OUTSIDE },
		{ "set r1, 65535\nload r0, r1, 2\nhalt 0", "addresses wrap as registers do", 4096,
		  VM_HALTED },
		{ "jmp 4096", "no code behind the memory", 4096, VM_OUTSIDE },
		{ "jmp 65533", "no code that wraps", 65536, VM_OUTSIDE },
		{ ".space 2", "zeros are no code", 4096, VM_NO_CODE },
		{ ".byte 65,0,0,0", "nor is a halt with a bit more", 4096, VM_NO_CODE },
		{ "resume\nhalt 0", "nobody called back", 4096, VM_NO_CODE },
		{ "div r0, r1", "a division by zero", 4096, VM_DIVIDED },
		{ "mod r0, 0", "a rest of one", 4096, VM_DIVIDED },
		{ "a: jmp a", "all of its steps", 4096, VM_TOO_LONG },
		{ "a: call a", "a stack that has grown over the code", 4096, VM_OUTSIDE },
		{ "set sp, 1\npush r0", "a stack that wraps", 4096, VM_OUTSIDE },
		{ "set sp, 0\npush r0\nget r1, 65534\nhalt 0", "down from 0, of 64 KiB", 65536,
		  VM_HALTED },
		{ "pop r0", "a stack that is empty", 4096, VM_OUTSIDE },
		{ "ret", "nowhere to return to", 4096, VM_OUTSIDE },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum vm_end end;

		scene_begin_with(rows[i].memory, 0);
		end = scene_run(A, rows[i].text, 5000);
		if (!tap_ok(end == rows[i].end, rows[i].name))
			printf("# it ended with %d\n", end);
		scene_end();
	}
}

void test_machine(void)
{
	char why[100];

	test_results();
	test_ends();
	scene_begin();
	tap_ok(scene_run(A, "set r0, 1\nget r0, 9999", 100) == VM_OUTSIDE &&
		       !host_run(&scene.hosts[A], 5) && scene.hosts[A].vm.steps == 2,
	       "a machine that has ended makes no step");
	vm_why(&scene.hosts[A].vm, why, sizeof(why));
	tap_ok(!strcmp(why, "at 0x0004: it reached outside its memory"), "and says why, and where");
	tap_ok(scene_call(A, riot_number_puts, 100, 1, 0, 0) != 0, "nor a call");
	scene_end();
}
