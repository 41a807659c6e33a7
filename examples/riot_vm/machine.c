/* SPDX-License-Identifier: MIT */
/* The machine; see machine.h. */
#include "machine.h"

#include <stdio.h>
#include <string.h>

struct instruction {
	uint8_t number, a, b;
	uint16_t i;
};

static void end(struct vm *vm, enum vm_end why, uint16_t status)
{
	vm->end = why;
	vm->status = status;
}

/* Whether n bytes are in memory; what is not ends the machine.  Sums do not wrap: they have 32 bits. */
static bool reaches(struct vm *vm, uint32_t at, size_t n)
{
	if (at <= vm->size && n <= vm->size - at)
		return true;
	end(vm, VM_OUTSIDE, 0);
	return false;
}

static uint16_t load(struct vm *vm, uint32_t at, size_t n)
{
	if (!reaches(vm, at, n))
		return 0;
	return (uint16_t) (vm->memory[at] | (n > 1 ? vm->memory[at + 1] << 8 : 0));
}

static void store(struct vm *vm, uint32_t at, size_t n, uint16_t value)
{
	if (!reaches(vm, at, n))
		return;
	vm->memory[at] = (uint8_t) value;
	if (n > 1)
		vm->memory[at + 1] = (uint8_t) (value >> 8);
}

static void push(struct vm *vm, uint16_t value)
{
	vm->r[VM_SP] = (uint16_t) (vm->r[VM_SP] - 2);
	store(vm, vm->r[VM_SP], 2, value);
}

static uint16_t pop(struct vm *vm)
{
	uint16_t value = load(vm, vm->r[VM_SP], 2);

	vm->r[VM_SP] = (uint16_t) (vm->r[VM_SP] + 2);
	return value;
}

static void divide(struct vm *vm, uint16_t *a, uint16_t b, bool rest)
{
	if (!b)
		end(vm, VM_DIVIDED, 0);
	else
		*a = rest ? *a % b : *a / b;
}

/* Instructions with an X. */
static void reckon(struct vm *vm, unsigned number, uint16_t *a, uint16_t x)
{
	switch (number) {
	case VM_add:
		*a = (uint16_t) (*a + x);
		break;
	case VM_sub:
		*a = (uint16_t) (*a - x);
		break;
	case VM_mul:
		*a = (uint16_t) ((uint32_t) *a * x);
		break;
	case VM_div:
	case VM_mod:
		divide(vm, a, x, number == VM_mod);
		break;
	case VM_and:
		*a &= x;
		break;
	case VM_or:
		*a |= x;
		break;
	case VM_xor:
		*a ^= x;
		break;
	case VM_shl:
		*a = (uint16_t) (x < 16 ? (uint32_t) *a << x : 0);
		break;
	case VM_shr:
		*a = (uint16_t) (x < 16 ? *a >> x : 0);
		break;
	default:
		end(vm, VM_NO_CODE, 0);
	}
}

/* Instructions that go elsewhere. */
static void go(struct vm *vm, const struct instruction *in)
{
	uint16_t a = vm->r[in->a], b = vm->r[in->b];
	bool goes = true;

	switch (in->number) {
	case VM_jmp:
		break;
	case VM_call:
		push(vm, (uint16_t) vm->pc);
		break;
	case VM_bz:
		goes = !a;
		break;
	case VM_bnz:
		goes = a;
		break;
	case VM_beq:
		goes = a == b;
		break;
	case VM_bne:
		goes = a != b;
		break;
	case VM_blt:
		goes = a < b;
		break;
	default:
		goes = a >= b;
	}
	if (goes && !vm->end)
		vm->pc = in->i;
}

/* r0 to r3 and four words. */
static void move_many(struct vm *vm, uint16_t at, bool out)
{
	for (unsigned k = 0; k < 4 && !vm->end; k++) {
		if (out)
			store(vm, at + 2U * k, 2, vm->r[k]);
		else
			vm->r[k] = load(vm, at + 2U * k, 2);
	}
}

static void trap(struct vm *vm, uint16_t number)
{
	int err = vm->trap(vm, number);

	if (err)
		end(vm, VM_REFUSED, (uint16_t) -err);
}

static void resume(struct vm *vm)
{
	if (vm->called_back)
		vm->resumed = true;
	else
		end(vm, VM_NO_CODE, 0);
}

/* Addresses with a register and a word wrap, as the register would. */
static void perform(struct vm *vm, const struct instruction *in)
{
	uint16_t *a = &vm->r[in->a], b = vm->r[in->b], at = (uint16_t) (b + in->i);

	switch (in->number) {
	case VM_halt:
		end(vm, VM_HALTED, in->i);
		break;
	case VM_set:
		*a = in->i;
		break;
	case VM_mov:
		*a = b;
		break;
	case VM_load:
	case VM_loadb:
		*a = load(vm, at, in->number == VM_load ? 2 : 1);
		break;
	case VM_store:
	case VM_storeb:
		store(vm, at, in->number == VM_store ? 2 : 1, *a);
		break;
	case VM_get:
	case VM_getb:
		*a = load(vm, in->i, in->number == VM_get ? 2 : 1);
		break;
	case VM_put:
	case VM_putb:
		store(vm, in->i, in->number == VM_put ? 2 : 1, *a);
		break;
	case VM_ldm:
	case VM_stm:
		move_many(vm, in->i, in->number == VM_stm);
		break;
	case VM_push:
		push(vm, *a);
		break;
	case VM_pop:
		*a = pop(vm);
		break;
	case VM_ret:
		vm->pc = pop(vm);
		break;
	case VM_sys:
		trap(vm, in->i);
		break;
	case VM_resume:
		resume(vm);
		break;
	default:
		if (in->number >= VM_jmp && in->number <= VM_bge)
			go(vm, in);
		else
			reckon(vm, in->number & ~VM_IMMEDIATE, a,
			       in->number & VM_IMMEDIATE ? in->i : b);
	}
}

bool vm_step(struct vm *vm)
{
	const uint8_t *code;
	struct instruction in;

	if (vm->end)
		return false;
	if (vm->steps >= vm->most) {
		end(vm, VM_TOO_LONG, 0);
		return false;
	}
	vm->steps++;
	if (!reaches(vm, vm->pc, VM_INSTRUCTION))
		return false;
	code = vm->memory + vm->pc;
	in = (struct instruction){ code[0], code[1] & 7, code[1] >> 4 & 7,
				   (uint16_t) (code[2] | code[3] << 8) };
	vm->pc += VM_INSTRUCTION;
	perform(vm, &in);
	return !vm->end;
}

void vm_call_back(struct vm *vm, uint16_t code, uint16_t argument, uint64_t most)
{
	uint16_t kept[VM_REGISTERS];
	uint32_t pc = vm->pc;

	memcpy(kept, vm->r, sizeof(kept));
	vm->called_back = true;
	vm->resumed = false;
	vm->r[0] = argument;
	vm->pc = code;
	while (!vm->resumed && vm_step(vm))
		if (!most--)
			end(vm, VM_CB_TOO_LONG, 0);
	vm->called_back = false;
	if (vm->end)
		return; /* as it was when it ended */
	memcpy(vm->r, kept, sizeof(kept));
	vm->pc = pc;
}

void vm_load(struct vm *vm, const uint8_t *image, size_t size)
{
	memset(vm->memory, 0, vm->size);
	if (size)
		memcpy(vm->memory, image, size);
	memset(vm->r, 0, sizeof(vm->r));
	vm->r[VM_SP] = (uint16_t) vm->size; /* of 64 KiB 0: the first push wraps to the end */
	vm->pc = 0;
	vm->steps = 0;
	vm->status = 0;
	vm->end = VM_RUNS;
	vm->called_back = vm->resumed = false;
}

void vm_why(const struct vm *vm, char *text, size_t size)
{
	static const char *const why[VM_NENDS] = {
		[VM_RUNS] = "it runs",
		[VM_HALTED] = "it halted",
		[VM_OUTSIDE] = "it reached outside its memory",
		[VM_NO_CODE] = "that is no instruction",
		[VM_DIVIDED] = "it divided by zero",
		[VM_TOO_LONG] = "it has made all the steps that it may make",
		[VM_CB_TOO_LONG] = "a call back did not end",
		[VM_REFUSED] = "a call failed that must not fail",
	};
	uint32_t at = vm->pc < VM_INSTRUCTION ? vm->pc : vm->pc - VM_INSTRUCTION;

	if (vm->end == VM_HALTED)
		(void) snprintf(text, size, "status %u", vm->status);
	else if (vm->end == VM_REFUSED)
		(void) snprintf(text, size, "at 0x%04x: %s: %s", at, why[vm->end],
				strerror(vm->status));
	else
		(void) snprintf(text, size, "at 0x%04x: %s", at, why[vm->end]);
}
