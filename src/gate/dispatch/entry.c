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

/* int 0x80 and x32 speak of other tables: they are refused, as kernels do that do not have them. */
static bool is_ours(const siginfo_t *info, long number)
{
	return info->si_arch == AUDIT_ARCH_X86_64 && number >= 0 && !(number & X32_BIT);
}

long enc_make(struct enc_context *ctx, long number, const uint64_t words[6])
{
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
static void deliver_held(struct enc_context *ctx, struct enc_ucontext *uc, long number, int sig)
{
	const struct enc_action dfl = { .flags = ENC_SA_RESTORER };
	uint64_t handler = ctx->actions->of[sig].handler;
	siginfo_t *info = enc_held(ctx, sig);
	bool filtered = sig == SIGSYS && info->si_code == SYS_SECCOMP_CODE;

	if (!(ctx->holds & ENC_BIT(sig)) || (ctx->blocks & ENC_BIT(sig) && !filtered))
		return;
	ctx->holds &= ~ENC_BIT(sig);
	if (sig == SIGSYS) /* it is not to be sent once more */
		__atomic_fetch_and(&ctx->due, ~(uint32_t) ENC_DUE_SIGSYS, __ATOMIC_RELAXED);
	if (filtered) {
		uc->rax = (uint64_t) number;
		info->si_call_addr = (void *) (uintptr_t) enc_sites_origin_of(uc->rip);
	}
	if (handler == (uint64_t) (uintptr_t) SIG_IGN && !filtered)
		return;
	if (handler <= 1) {
		(void) enc_sys(SYS_rt_sigaction, sig, &dfl, 0, 8);
		(void) enc_sys(SYS_tgkill, enc_sys(SYS_getpid), enc_sys(SYS_gettid), sig);
		enc_fail("a signal that ends the program does not");
	}
	enc_deliver(ctx, sig, info, uc);
}

static void deliver_all_held(struct enc_context *ctx, struct enc_ucontext *uc, long number)
{
	deliver_held(ctx, uc, number, SIGSYS);
	deliver_held(ctx, uc, number, SIGTRAP);
}

static uint64_t take_call(siginfo_t *info, struct enc_ucontext *uc, struct enc_context *ctx,
			  uint64_t fs)
{
	const uint64_t words[6] = { uc->rdi, uc->rsi, uc->rdx, uc->r10, uc->r8, uc->r9 };
	long number = (int) uc->rax, result = -ENOSYS;

	ctx->fs = fs;
	ctx->frame = uc;
	ctx->returned = false;
	ctx->put_off = 0;
	enc_thread.armed = !(uc->mask & ENC_TELL);
	enc_site_hit(ctx, uc->rip - 2, number);
	if (is_ours(info, number)) {
		enc_gs(NULL);
		result = enc_make(ctx, number, words);
		enc_gs(ctx);
	}
	answer(ctx, uc, result);
	ctx->frame = NULL;
	ctx->waiting = 0;
	ctx->put_off = 0;
	__atomic_fetch_and(&ctx->due, ~(uint32_t) ENC_DUE_SIGSYS, __ATOMIC_RELAXED);
	if (enc_unlikely(ctx->holds))
		deliver_all_held(ctx, uc, number);
	ctx->blind = uc->mask & ENC_TELL;
	/* The instruction that makes a call once more is to be caught. */
	if (enc_unlikely(enc_program.free) && (ctx->returned || result != -ENC_AGAIN))
		enc_let_go(ctx);
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
	if (enc_unlikely(enc_is_message(info))) {
		enc_catch(ctx);
		return fs;
	}
	if (info->si_code != SYS_USER_DISPATCH) {
		fs = enc_signal(sig, info, uc, ctx, fs, selector);
		if (!enc_is_inside(ctx, uc, selector))
			deliver_held(ctx, uc, info->si_syscall, SIGSYS);
		return fs;
	}
	if (enc_unlikely(ctx->forking))
		return take_own(uc, ctx, fs);
	return take_call(info, uc, ctx, fs);
}
