/* SPDX-License-Identifier: MIT */
/*
 * Gate "dispatch": the way in and out, x86-64.
 *
 * This page is all that may make system calls while calls are caught.  The
 * kernel enters at enc_on_sigsys and enc_on_signal, on the thread's alternate
 * stack, whose block begins with its context: the selector at 0, the host's thread
 * pointer at 8.  A signal that comes while rip is in this page finds the thread in the
 * gate, whatever the selector says.
 */
#define BLOCK_SIZE 262144
#define RT_SIGRETURN 15

	.text
	.balign	4096
	.globl	enc_gate_begin, enc_gate_end
	.hidden	enc_gate_begin, enc_gate_end
enc_gate_begin:

	.globl	enc_restorer
	.hidden	enc_restorer
	.type	enc_restorer, @function
enc_restorer:
	mov	$RT_SIGRETURN, %eax
	syscall
	ud2

/* enc_gate_leave(frame, thread pointer, context) */
	.globl	enc_gate_leave
	.hidden	enc_gate_leave
	.type	enc_gate_leave, @function
enc_gate_leave:
	mov	%rdi, %rsp
	wrfsbase %rsi
	movb	$1, (%rdx)
	mov	$RT_SIGRETURN, %eax
	syscall
	ud2

/* enc_gate_start(stack pointer, first instruction, context): all other registers are 0 */
	.globl	enc_gate_start
	.hidden	enc_gate_start
	.type	enc_gate_start, @function
enc_gate_start:
	mov	%rdi, %rsp
	xor	%eax, %eax
	wrfsbase %rax
	movb	$1, (%rdx)
	push	%rsi
	xor	%ecx, %ecx
	xor	%edx, %edx
	xor	%ebx, %ebx
	xor	%ebp, %ebp
	xor	%esi, %esi
	xor	%edi, %edi
	xor	%r8d, %r8d
	xor	%r9d, %r9d
	xor	%r10d, %r10d
	xor	%r11d, %r11d
	xor	%r12d, %r12d
	xor	%r13d, %r13d
	xor	%r14d, %r14d
	xor	%r15d, %r15d
	ret

/*
 * A signal's handler: fn(sig, info, ucontext, context, thread pointer, selector), which returns
 * the thread pointer to leave with.  The selector becomes what it was.
 */
	.macro	ENTRY name, fn
	.globl	\name
	.hidden	\name
	.type	\name, @function
\name:
	push	%rbp
	mov	%rsp, %rbp
	push	%rbx
	push	%r13
	mov	%rsp, %rbx
	and	$-BLOCK_SIZE, %rbx
	movzbl	(%rbx), %r13d
	movb	$0, (%rbx)
	rdfsbase %r8
	mov	8(%rbx), %rax
	wrfsbase %rax
	mov	%rbx, %rcx
	mov	%r13, %r9
	cld
	and	$-16, %rsp
	call	\fn
	wrfsbase %rax
	movb	%r13b, (%rbx)
	mov	-8(%rbp), %rbx
	mov	-16(%rbp), %r13
	leave
	ret
	.endm

	ENTRY	enc_on_sigsys, enc_sigsys
	ENTRY	enc_on_signal, enc_signal

	.balign	4096
enc_gate_end:

/*
 * long enc_window(number, words, waiting).  Between the test and the call lies
 * nothing that a signal's handler does not know of.
 */
	.globl	enc_window, enc_window_begin, enc_window_call, enc_window_done, enc_window_again
	.hidden	enc_window, enc_window_begin, enc_window_call, enc_window_done, enc_window_again
	.type	enc_window, @function
enc_window:
	push	%rbx
	mov	%rdx, %rbx
	mov	%rdi, %rax
	mov	%rsi, %r11
	mov	(%r11), %rdi
	mov	8(%r11), %rsi
	mov	16(%r11), %rdx
	mov	24(%r11), %r10
	mov	32(%r11), %r8
	mov	40(%r11), %r9
enc_window_begin:
	cmpl	$0, (%rbx)
	jne	enc_window_again
enc_window_call:
	syscall
enc_window_done:
	pop	%rbx
	ret
enc_window_again:
	mov	$-513, %rax
	pop	%rbx
	ret
	.size	enc_window, . - enc_window

	.section .note.GNU-stack, "", @progbits
