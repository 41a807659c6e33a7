/* SPDX-License-Identifier: MIT */
/*
 * Gate "dispatch": what the kernel puts on a stack for a signal, as it lays it out
 * (arch/x86/include/uapi/asm/sigcontext.h, ucontext.h): libc's ucontext_t is longer.
 */
#ifndef ENC_DISPATCH_FRAME_H
#define ENC_DISPATCH_FRAME_H

#include <signal.h>
#include <stdint.h>

struct enc_altstack {
	uint64_t sp;
	uint32_t flags, pad;
	uint64_t size;
};

struct enc_ucontext {
	uint64_t flags, link;
	struct enc_altstack stack;
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip;
	uint64_t eflags;
	uint16_t cs, gs, fs, ss;
	uint64_t err, trapno, oldmask, cr2;
	uint64_t fpstate;
	uint64_t reserved[8];
	uint64_t mask;
};

/* As it lies on the stack of a handler that begins. */
struct enc_sigframe {
	uint64_t restorer;
	struct enc_ucontext uc;
	siginfo_t info;
};
_Static_assert(sizeof(struct enc_ucontext) == 304, "as the kernel has it");
_Static_assert(sizeof(struct enc_sigframe) == 440, "as the kernel has it");

/* What rt_sigaction(2) takes: libc's has another order. */
struct enc_action {
	uint64_t handler, flags, restorer, mask;
};
#define ENC_SA_RESTORER UINT64_C(0x04000000)

#define ENC_BIT(sig) (UINT64_C(1) << ((sig) -1))

/* Bytes of extended state behind fpstate; the legacy part tells (struct _fpx_sw_bytes). */
static inline uint64_t enc_fpstate_size(uint64_t fpstate)
{
	const uint32_t *said = (const uint32_t *) (uintptr_t) (fpstate + 464);

	return said[0] == UINT32_C(0x46505853) ? said[1] : 512;
}

/* Bits of eflags that a handler begins without: TF, DF, RF. */
#define ENC_EFLAGS_CLEARED (UINT64_C(1) << 8 | UINT64_C(1) << 10 | UINT64_C(1) << 16)

#endif
