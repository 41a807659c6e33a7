/* SPDX-License-Identifier: MIT */
/* x86-64: stubs, as machine code and assembly; see arch_x86_64.h. */
#include "arch_x86_64.h"

#include <string.h>

_Static_assert(sizeof(struct enc_arch_slot) == ENC_ARCH_STUB, "a slot stands where its stub does");

/*
 * Where all stubs go, with their slot in r10, a register that calls may change
 * (System V ABI, AMD64 supplement, 3.2.1).  Six arguments are in registers, two
 * more behind the return address; fewer than eight leave the last words to chance.
 */
void enc_arch_stub_enter(void) __attribute__((visibility("hidden")));
__asm__(".text\n"
	".p2align 4\n"
	".type enc_arch_stub_enter, @function\n"
	".hidden enc_arch_stub_enter\n"
	"enc_arch_stub_enter:\n"
	"	.cfi_startproc\n"
	"	push	%rbp\n"
	"	.cfi_adjust_cfa_offset 8\n"
	"	.cfi_rel_offset %rbp, 0\n"
	"	mov	%rsp, %rbp\n"
	"	.cfi_def_cfa_register %rbp\n"
	"	sub	$64, %rsp\n"
	"	mov	%rdi, (%rsp)\n"
	"	mov	%rsi, 8(%rsp)\n"
	"	mov	%rdx, 16(%rsp)\n"
	"	mov	%rcx, 24(%rsp)\n"
	"	mov	%r8, 32(%rsp)\n"
	"	mov	%r9, 40(%rsp)\n"
	"	mov	16(%rbp), %rax\n"
	"	mov	%rax, 48(%rsp)\n"
	"	mov	24(%rbp), %rax\n"
	"	mov	%rax, 56(%rsp)\n"
	"	mov	8(%r10), %rdi\n"
	"	mov	%rsp, %rsi\n"
	"	call	*(%r10)\n"
	"	leave\n"
	"	.cfi_def_cfa %rsp, 8\n"
	"	ret\n"
	"	.cfi_endproc\n"
	".size enc_arch_stub_enter, . - enc_arch_stub_enter\n");

/* lea slot(%rip), %r10; jmp *first_slot(%rip); int3 to the end. */
void enc_arch_write_stubs(unsigned char *page, size_t size)
{
	static const unsigned char lea[] = { 0x4c, 0x8d, 0x15 }, jmp[] = { 0xff, 0x25 };
	void (*enter)(void) = enc_arch_stub_enter;

	for (size_t at = 0; at < size; at += ENC_ARCH_STUB) {
		unsigned char *stub = page + at;
		int32_t slot = (int32_t) size - 7, first = (int32_t) (size - at) - 13;

		memset(stub, 0xcc, ENC_ARCH_STUB);
		memcpy(stub, lea, sizeof(lea));
		memcpy(stub + 3, &slot, sizeof(slot));
		memcpy(stub + 7, jmp, sizeof(jmp));
		memcpy(stub + 9, &first, sizeof(first));
	}
	memcpy(page + size, &enter, sizeof(enter));
}
