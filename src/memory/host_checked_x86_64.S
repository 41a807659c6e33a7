/* SPDX-License-Identifier: MIT */
/* Copying that may fault, x86-64; see host_checked.h.  No instruction in here moves the stack. */
	.text
	.globl	enc_checked_begin, enc_checked_end, enc_checked_bad
	.hidden	enc_checked_begin, enc_checked_end, enc_checked_bad

/* int enc_checked_copy(to, from, n) */
	.globl	enc_checked_copy
	.hidden	enc_checked_copy
	.type	enc_checked_copy, @function
	.balign	16
enc_checked_begin:
enc_checked_copy:
	.cfi_startproc
	mov	%rdx, %rcx
	rep movsb
	xor	%eax, %eax
	ret
	.cfi_endproc
	.size	enc_checked_copy, . - enc_checked_copy

/* long enc_checked_copy_string(to, from, room): its length with the NUL, or -E2BIG (7) */
	.globl	enc_checked_copy_string
	.hidden	enc_checked_copy_string
	.type	enc_checked_copy_string, @function
	.balign	16
enc_checked_copy_string:
	.cfi_startproc
	xor	%eax, %eax
1:	cmp	%rdx, %rax
	jae	2f
	movzbl	(%rsi,%rax), %ecx
	movb	%cl, (%rdi,%rax)
	inc	%rax
	test	%ecx, %ecx
	jnz	1b
	ret
2:	mov	$-7, %rax
	ret
	.cfi_endproc
	.size	enc_checked_copy_string, . - enc_checked_copy_string
enc_checked_end:

/* After a fault: -EFAULT (14) */
enc_checked_bad:
	mov	$-14, %rax
	ret

	.section .note.GNU-stack, "", @progbits
