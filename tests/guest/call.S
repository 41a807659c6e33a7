/* SPDX-License-Identifier: MIT */
/* Guests: see call.h. */
	.text
	.globl	guest_call
	.type	guest_call, @function
guest_call:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	sub	$40, %rsp
	mov	%rdi, 32(%rsp)
	mov	%rsi, 24(%rsp)
	stmxcsr	16(%rsp)
	fnstcw	20(%rsp)
	/* Vectors, as wide as they are. */
	cmpl	$1, 320(%rdi)
	ja	3f
	je	2f
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	movups	384+64*\n(%rdi), %xmm\n
	.endr
	jmp	4f
2:
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	vmovdqu	384+64*\n(%rdi), %ymm\n
	.endr
	jmp	4f
3:
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	vmovdqu64	384+64*\n(%rdi), %zmm\n
	.endr
	.irp	n, 0,1,2,3,4,5,6,7
	kmovq	256+8*\n(%rdi), %k\n
	.endr
4:
	ldmxcsr	120(%rdi)
	fldcw	124(%rdi)
	/* From here on the stack is the site's; the flags go by it before its red zone is filled. */
	lea	9f(%rip), %rax
	push	%rax
	pushq	112(%rdi)
	popfq
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	mov	128+8*\n(%rdi), %rax
	mov	%rax, -128+8*\n(%rsp)
	.endr
	mov	32(%rsp), %rcx
	mov	0(%rdi), %rax
	mov	8(%rdi), %rbx
	mov	16(%rdi), %rbp
	mov	24(%rdi), %r12
	mov	32(%rdi), %r13
	mov	40(%rdi), %r14
	mov	48(%rdi), %r15
	mov	56(%rdi), %r8
	mov	64(%rdi), %r9
	mov	72(%rdi), %r10
	mov	88(%rdi), %rsi
	mov	96(%rdi), %rdx
	mov	80(%rdi), %rdi
	jmp	*%rcx
9:
	lea	-8(%rsp), %rsp
	mov	%rcx, %r11
	mov	40(%rsp), %rcx
	mov	%rax, 0(%rcx)
	mov	%rbx, 8(%rcx)
	mov	%rbp, 16(%rcx)
	mov	%r12, 24(%rcx)
	mov	%r13, 32(%rcx)
	mov	%r14, 40(%rcx)
	mov	%r15, 48(%rcx)
	mov	%r8, 56(%rcx)
	mov	%r9, 64(%rcx)
	mov	%r10, 72(%rcx)
	mov	%rdi, 80(%rcx)
	mov	%rsi, 88(%rcx)
	mov	%rdx, 96(%rcx)
	mov	%r11, 104(%rcx)
	.irp	n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	mov	-128+8*\n(%rsp), %rax
	mov	%rax, 128+8*\n(%rcx)
	.endr
	pushfq
	popq	112(%rcx)
	cld
	lea	8(%rsp), %rsp
	stmxcsr	120(%rcx)
	movl	$0, 124(%rcx)
	fnstcw	124(%rcx)
	cmpl	$1, 320(%rcx)
	ja	3f
	je	2f
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	movups	%xmm\n, 384+64*\n(%rcx)
	.endr
	jmp	4f
2:
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	vmovdqu	%ymm\n, 384+64*\n(%rcx)
	.endr
	vzeroupper
	jmp	4f
3:
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	vmovdqu64	%zmm\n, 384+64*\n(%rcx)
	.endr
	.irp	n, 0,1,2,3,4,5,6,7
	kmovq	%k\n, 256+8*\n(%rcx)
	.endr
	vzeroupper
4:
	ldmxcsr	16(%rsp)
	fldcw	20(%rsp)
	add	$40, %rsp
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret
	.size	guest_call, . - guest_call

	.macro	SITE name
	.balign	16
	.globl	guest_site_\name
guest_site_\name:
	.endm

	SITE	alone
	syscall
	ret

	SITE	behind
	movabs	$0x123456789abcdef0, %rcx
	syscall
	ret

	SITE	before
	syscall
	nop
	nop
	nop
	nop
	nop
	ret

	SITE	entered
	jmp	1f
	mov	$0xdead, %eax
1:	syscall
	nop
	nop
	nop
	ret

	SITE	twice
	syscall
	mov	$39, %eax
	syscall
	ret

	SITE	relative
	mov	guest_site_relative_data(%rip), %eax
	syscall
	lea	guest_site_relative_data(%rip), %rcx
	ret
	.globl	guest_site_relative_data
guest_site_relative_data:
	.long	39

	SITE	tested
	syscall
	cmp	$-4095, %rax
	jae	1f
	ret
1:	test	%rax, %rax
	ret

	SITE	calls
	syscall
	call	1f
	ret
1:	ret

	/* The second time round another register counts, so that the jump back leads to the call itself. */
	SITE	loop
	xor	%r11d, %r11d
	push	$1
	mov	%rax, %rcx
	push	%rcx
1:	syscall
	decl	8(%rsp)
	js	2f
	mov	(%rsp), %rax
	jmp	1b
2:	lea	16(%rsp), %rsp
	ret

	/* Something jumps to the call, something behind it: what lies between is the call. */
	SITE	tight
	jmp	2f
1:	jmp	4f
2:	jmp	3f
3:	syscall
4:	ret
	jmp	1b

	.section .note.GNU-stack, "", @progbits
