/* SPDX-License-Identifier: MIT */
/* Gate "dispatch": a call of the program's, from SIGSYS to the way back. */
#define _GNU_SOURCE
#include <linux/audit.h>
#include <string.h>
#include <sys/syscall.h>

#include "dispatch.h"
#include "memory/host_checked.h"

#ifndef SYS_USER_DISPATCH
#define SYS_USER_DISPATCH 2
#endif
#define SYS_SECCOMP_CODE 1 /* what a filter sends, SECCOMP_RET_TRAP */
#define X32_BIT          0x40000000

/*
 * Where the program's instruction for a call stands.  Sites are found here, one by one, by being hit; none
 * is rewritten yet, so that there is nothing to do.
 */
void enc_site_hit(struct enc_context *ctx, uint64_t site)
{
	(void) ctx;
	(void) site;
}

/* int 0x80 and x32 speak of other tables: they are refused, as kernels do that do not have them. */
static bool is_ours(const siginfo_t *info, long number)
{
	return info->si_arch == AUDIT_ARCH_X86_64 && number >= 0 && !(number & X32_BIT);
}

static long make(struct enc_context *ctx, const struct enc_ucontext *uc, long number)
{
	const encase_word words[6] = { uc->rdi, uc->rsi, uc->rdx, uc->r10, uc->r8, uc->r9 };
	long result = encase_enter_number(ctx->cage, &encase_calls, number, words);

	/* The cage has ended with the process: other threads go no further. */
	while (result == -ESRCH && __atomic_load_n(&enc_program.ending, __ATOMIC_RELAXED) &&
	       !ctx->vforked)
		(void) enc_sys(SYS_pause);
	return result;
}

/* The registers that the program goes on with. */
static void answer(struct enc_context *ctx, struct enc_ucontext *uc, long result)
{
	if (ctx->returned)
		return;
	if (result == -ENC_AGAIN) {
		uc->rip -= 2; /* rax is the call's number still */
		return;
	}
	uc->rax = (uint64_t) result;
	uc->rcx = uc->rip;
	uc->r11 = uc->eflags;
}

/* Of a signal that a filter sent the program's handler wants to know the call itself. */
static void deliver_held(struct enc_context *ctx, struct enc_ucontext *uc, long number)
{
	const struct enc_action dfl = { .flags = ENC_SA_RESTORER };
	uint64_t handler = ctx->actions->of[SIGSYS].handler;

	if (ctx->blocks_sigsys && ctx->sigsys.si_code != SYS_SECCOMP_CODE)
		return;
	ctx->held = false;
	if (ctx->sigsys.si_code == SYS_SECCOMP_CODE) {
		uc->rax = (uint64_t) number;
		ctx->sigsys.si_call_addr = (void *) (uintptr_t) uc->rip;
	}
	if (handler == (uint64_t) (uintptr_t) SIG_IGN && ctx->sigsys.si_code != SYS_SECCOMP_CODE)
		return;
	if (handler <= 1) {
		(void) enc_sys(SYS_rt_sigaction, SIGSYS, &dfl, 0, 8);
		(void) enc_sys(SYS_tgkill, enc_sys(SYS_getpid), enc_sys(SYS_gettid), SIGSYS);
		enc_fail("SIGSYS");
	}
	enc_deliver(ctx, SIGSYS, &ctx->sigsys, uc);
}

static uint64_t take_call(siginfo_t *info, struct enc_ucontext *uc, struct enc_context *ctx,
			  uint64_t fs)
{
	long number = (int) uc->rax, result = -ENOSYS;

	ctx->fs = fs;
	ctx->frame = uc;
	ctx->returned = false;
	enc_thread.armed = !(uc->mask & (ENC_BIT(SIGSEGV) | ENC_BIT(SIGBUS)));
	enc_site_hit(ctx, uc->rip - 2);
	if (is_ours(info, number))
		result = make(ctx, uc, number);
	answer(ctx, uc, result);
	ctx->waiting = 0;
	if (enc_unlikely(ctx->held))
		deliver_held(ctx, uc, number);
	return ctx->fs;
}

/* A call of fork()'s own, see process.c. */
static uint64_t take_own(struct enc_ucontext *uc, const struct enc_context *ctx, uint64_t fs)
{
	uc->rax = (uint64_t) enc_fork_call(ctx->forking, uc);
	return fs;
}

uint64_t enc_sigsys(int sig, siginfo_t *info, struct enc_ucontext *uc, struct enc_context *ctx,
		    uint64_t fs, uint64_t selector)
{
	if (info->si_code != SYS_USER_DISPATCH) {
		(void) enc_signal(sig, info, uc, ctx, fs, selector);
		if (!enc_is_inside(ctx, uc, selector))
			deliver_held(ctx, uc, (long) uc->rax);
		return fs;
	}
	if (enc_unlikely(ctx->forking))
		return take_own(uc, ctx, fs);
	return take_call(info, uc, ctx, fs);
}
