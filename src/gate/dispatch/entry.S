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
#include "layout.h"

#define BLOCK_SIZE ENC_BLOCK_BYTES

/* <asm/unistd_64.h> */
#define RT_SIGPROCMASK 14
#define RT_SIGRETURN 15
#define GETPID 39
#define PRCTL 157
#define GETTID 186
#define RT_TGSIGQUEUEINFO 297

#define SIG_UNBLOCK 1
#define SIGSYS 31

/* <linux/prctl.h> */
#define PR_SET_SYSCALL_USER_DISPATCH 59
#define PR_SYS_DISPATCH_ON 1

/* A place in the thread's context, whose address is GS's base. */
#define CTX(at) %gs:ENC_AT_##at

/* Where an area of XSAVE says which of its parts it has (SDM 1, 13.4.2). */
#define XSTATE_BV 512

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
	/* Who is seen in the gate is not told that calls are caught again: see tell() in all.c. */
	testl	$ENC_DUE_CATCH, ENC_AT_DUE(%rbx)
	jz	1f
	mov	%rbx, %r8
	call	.Lcatch
1:	mov	-8(%rbp), %rbx
	mov	-16(%rbp), %r13
	leave
	ret
	.endm

	ENTRY	enc_on_sigsys, enc_sigsys
	ENTRY	enc_on_signal, enc_signal

/*
 * The way in from a stub in code that is the host's, too, the vDSO: who is in the gate, or no thread of the
 * program's, makes the call by the instruction in the stub.  No flag is touched.
 */
	.globl	enc_site_shared
	.hidden	enc_site_shared
	.type	enc_site_shared, @function
enc_site_shared:
	mov	%rcx, %r11
	rdgsbase %rcx
	jrcxz	1f
	movzbl	CTX(SELECTOR), %ecx
	jrcxz	1f
	mov	%r11, %rcx
	jmp	enc_site_entry
1:	lea	-2(%r11), %rcx
	jmp	*%rcx
	.size	enc_site_shared, . - enc_site_shared

/*
 * The way in from a stub of the program's: rcx is where to come back to, all else is as it is
 * at a system call.  GS's base is the context's address.
 */
	.balign	64
	.globl	enc_site_entry
	.hidden	enc_site_entry
	.type	enc_site_entry, @function
enc_site_entry:
	movq	$0, CTX(PUT_OFF)	/* until here a signal finds the thread at its stub */
	mov	%rsp, CTX(SP)
	mov	CTX(TOP), %rsp
	pushfq
	popq	CTX(FLAGS)
	movb	$0, CTX(SELECTOR)
	cld
	mov	%rdi, CTX(WORDS)
	mov	%rsi, CTX(WORDS + 8)
	mov	%rdx, CTX(WORDS + 16)
	mov	%r10, CTX(WORDS + 24)
	mov	%r8, CTX(WORDS + 32)
	mov	%r9, CTX(WORDS + 40)
	mov	%rax, CTX(NUMBER)
	mov	%rcx, CTX(BACK)
	mov	CTX(SELF), %rdi
	call	enc_site_begin
	test	%al, %al
	jz	.Lleave

	/* What runs now has the host's thread pointer, and may use all registers. */
	rdfsbase %rax
	mov	%rax, CTX(FS)
	mov	CTX(OWN_FS), %rax
	wrfsbase %rax
	mov	CTX(STATE), %r11
	xor	%ecx, %ecx
	mov	%rcx, XSTATE_BV + 16(%r11)
	mov	%rcx, XSTATE_BV + 24(%r11)
	mov	%rcx, XSTATE_BV + 32(%r11)
	mov	%rcx, XSTATE_BV + 40(%r11)
	mov	%rcx, XSTATE_BV + 48(%r11)
	mov	%rcx, XSTATE_BV + 56(%r11)
	mov	CTX(STATE_MASK), %eax
	mov	CTX(STATE_MASK + 4), %edx
	xsavec64 (%r11)
	testb	$1, XSTATE_BV(%r11)
	jz	1f
	fninit
1:	ldmxcsr	.Lmxcsr(%rip)
	mov	CTX(SELF), %rdi
	xor	%ecx, %ecx		/* see enc_gs() */
	wrgsbase %rcx
	call	enc_site_call
	mov	%rsp, %rcx
	and	$-BLOCK_SIZE, %rcx
	wrgsbase %rcx
	mov	CTX(STATE), %r11
	mov	CTX(STATE_MASK), %eax
	mov	CTX(STATE_MASK + 4), %edx
	xrstor64 (%r11)
	mov	CTX(FS), %rax
	wrfsbase %rax

/*
 * The way back.  A signal that finds the thread between enc_site_leave and
 * enc_site_left finds it where it goes back to: see enc_site_at_leave().
 */
.Lleave:
	movb	$1, CTX(SELECTOR)
	.globl	enc_site_leave, enc_site_left
	.hidden	enc_site_leave, enc_site_left
enc_site_leave:
	cmpl	$0, CTX(WAITING)
	jne	.Lsignals
	mov	CTX(FLAGS), %rcx
	mov	CTX(WORDS), %rdi
	mov	CTX(WORDS + 8), %rsi
	mov	CTX(WORDS + 16), %rdx
	mov	CTX(WORDS + 24), %r10
	mov	CTX(WORDS + 32), %r8
	mov	CTX(WORDS + 40), %r9
	mov	%rcx, %r11
	test	$0x400, %ecx		/* DF */
	jz	2f
	std
2:	mov	%ecx, %eax		/* OF, then those that sahf knows: popfq is slower by far */
	shr	$11, %eax
	and	$1, %eax
	mov	%cl, %ah
	add	$0x7f, %al
	sahf
	mov	CTX(RESULT), %rax
	mov	CTX(BACK), %rcx
	mov	CTX(SP), %rsp
	jmp	*%rcx
	/* Those that were put off come now; the one that could not be blocked is sent again. */
.Lsignals:
	mov	$SIG_UNBLOCK, %edi
	mov	CTX(SELF), %rsi
	add	$ENC_AT_PUT_OFF, %rsi
	xor	%edx, %edx
	mov	$8, %r10d
	mov	$RT_SIGPROCMASK, %eax
	syscall
	movq	$0, CTX(PUT_OFF)
	movl	$0, CTX(WAITING)
	testl	$ENC_DUE_CATCH, CTX(DUE)
	jz	3f
	mov	CTX(SELF), %r8
	call	.Lcatch
3:	testl	$ENC_DUE_SIGSYS, CTX(DUE)
	jz	enc_site_leave
	lock andl $~ENC_DUE_SIGSYS, CTX(DUE)
	mov	$GETPID, %eax
	syscall
	mov	%eax, %edi
	mov	$GETTID, %eax
	syscall
	mov	%eax, %esi
	mov	$SIGSYS, %edx
	mov	CTX(SELF), %r10
	add	$ENC_AT_SIGSYS, %r10
	mov	$RT_TGSIGQUEUEINFO, %eax
	syscall
	jmp	enc_site_leave
	/* Calls of the thread whose context r8 is are caught from now on. */
.Lcatch:
	mov	$PR_SET_SYSCALL_USER_DISPATCH, %edi
	mov	$PR_SYS_DISPATCH_ON, %esi
	lea	enc_gate_begin(%rip), %rdx
	mov	$enc_gate_end - enc_gate_begin, %r10d
	mov	$PRCTL, %eax
	syscall
	test	%rax, %rax
	jnz	4f
	movl	$1, ENC_AT_CAUGHT(%r8)
	lock andl $~ENC_DUE_CATCH, ENC_AT_DUE(%r8)
	ret
4:	ud2				/* what has worked before does not */
enc_site_left:
	.size	enc_site_entry, . - enc_site_entry

.Lmxcsr:
	.long	0x1f80

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

	.balign	4096
enc_gate_end:

/*
 * The way in while sites are not to be used: each call is caught as if its site were as it was.  What
 * stands here is the program's.
 */
	.globl	enc_site_aside
	.hidden	enc_site_aside
	.type	enc_site_aside, @function
enc_site_aside:
	lea	-2(%rcx), %rcx
	jmp	*%rcx
	.size	enc_site_aside, . - enc_site_aside

	.section .note.GNU-stack, "", @progbits
