/* SPDX-License-Identifier: MIT */
/*
 * The machine: words of 16 bits, 8 registers of which r7 is the stack's pointer (sp), up to 64 KiB
 * of memory for code and data.  It knows nothing of calls but that there are some: a trap.
 *
 * Whatever its code is, it touches no byte outside its memory, and each step ends.  What it must
 * not do ends it: then it makes no more steps, and says why.
 */
#ifndef RIOT_MACHINE_H
#define RIOT_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VM_REGISTERS   8
#define VM_SP          7
#define VM_MOST        65536 /* bytes of memory */
#define VM_INSTRUCTION 4     /* bytes */
#define VM_IMMEDIATE   64    /* in the number of an instruction: its X is a word */

enum vm_number {
#define OP(name, number, ...) VM_##name = (number),
#include "ops.def"
#undef OP
};

enum vm_end {
	VM_RUNS,
	VM_HALTED,      /* by itself, with a status */
	VM_OUTSIDE,     /* it reached outside its memory */
	VM_NO_CODE,     /* what is no instruction, or a resume where nobody called back */
	VM_DIVIDED,     /* by zero */
	VM_TOO_LONG,    /* it has made all steps that it may make */
	VM_CB_TOO_LONG, /* the same in a call back */
	VM_REFUSED,     /* a call failed that must not fail; status is the error */
	VM_NENDS
};

struct vm {
	uint8_t *memory;
	size_t size; /* bytes, VM_MOST at most */
	uint16_t r[VM_REGISTERS];
	uint32_t pc;
	uint64_t steps, most; /* made, and allowed */
	uint16_t status;
	enum vm_end end;
	bool called_back, resumed;
	/* Makes a call with the registers; 0, or the negative number of an error that ends the machine. */
	int (*trap)(struct vm *vm, uint16_t number);
};

/* Loads an image, not larger than the memory, and starts anew: registers are 0, sp is the memory's end. */
void vm_load(struct vm *vm, const uint8_t *image, size_t size);
/* Makes a step, if it runs.  Whether it still does. */
bool vm_step(struct vm *vm);
/*
 * Calls the machine back: runs code with an argument in r0 up to its resume, most steps at
 * most, and leaves the registers as they were.  Not while it is called back.
 */
void vm_call_back(struct vm *vm, uint16_t code, uint16_t argument, uint64_t most);
/* In words; status is part of it. */
void vm_why(const struct vm *vm, char *text, size_t size);

#endif
