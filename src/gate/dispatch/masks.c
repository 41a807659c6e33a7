/* SPDX-License-Identifier: MIT */
/*
 * Gate "dispatch": calls about signals.
 *
 * The thread's mask is what the frame says that the gate is left by.  What ENC_OPEN names is in no mask that
 * the kernel sees; whether the program believes it to be blocked is noted.
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/syscall.h>

#include "dispatch.h"

#define SS_AUTODISARM_BIT (UINT32_C(1) << 31)

/* -- Actions ------------------------------------------------------------------- */

static bool is_signal(uint64_t sig)
{
	return (int) sig >= 1 && (int) sig <= 64;
}

static void set_action(struct enc_actions *actions, int sig, const struct enc_action *action)
{
	actions->of[sig] = *action;
	actions->of[sig].mask &= ~(ENC_BIT(SIGKILL) | ENC_BIT(SIGSTOP));
	enc_action_settle(actions, sig);
}

long enc_op_sigaction(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	struct enc_action action, old;
	int sig = (int) words[0];

	(void) call;
	if (words[3] != 8)
		return -EINVAL;
	if (words[1] && enc_read_theirs(&action, words[1], sizeof(action)))
		return -EFAULT;
	if (!is_signal(words[0]) || (words[1] && (sig == SIGKILL || sig == SIGSTOP)))
		return -EINVAL;
	enc_lock_spin(&ctx->actions->lock);
	old = ctx->actions->of[sig];
	if (words[1])
		set_action(ctx->actions, sig, &action);
	enc_unlock_spin(&ctx->actions->lock);
	return words[2] ? enc_write_theirs(words[2], &old, sizeof(old)) : 0;
}

/* -- Masks --------------------------------------------------------------------- */

static uint64_t mask_of(const struct enc_context *ctx)
{
	return ctx->frame->mask | ctx->blocks;
}

static void set_mask(struct enc_context *ctx, uint64_t mask)
{
	ctx->blocks = mask & ENC_OPEN;
	ctx->frame->mask = mask & ~(ENC_OPEN | ENC_BIT(SIGKILL) | ENC_BIT(SIGSTOP));
}

long enc_op_sigprocmask(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	uint64_t old = mask_of(ctx), set;

	(void) call;
	if (words[3] != 8)
		return -EINVAL;
	if (words[1]) {
		if (enc_read_theirs(&set, words[1], sizeof(set)))
			return -EFAULT;
		if ((int) words[0] == SIG_BLOCK)
			set_mask(ctx, old | set);
		else if ((int) words[0] == SIG_UNBLOCK)
			set_mask(ctx, old & ~set);
		else if ((int) words[0] == SIG_SETMASK)
			set_mask(ctx, set);
		else
			return -EINVAL;
	}
	return words[2] ? enc_write_theirs(words[2], &old, sizeof(old)) : 0;
}

/* What was put off waits for the gate alone. */
long enc_op_sigpending(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	uint64_t set = 0, given[6] = { (uint64_t) (uintptr_t) &set, sizeof(set) };
	long result;

	(void) call;
	if (words[1] > sizeof(set))
		return -EINVAL;
	result = enc_sys(SYS_rt_sigpending, given[0], given[1]);
	if (result)
		return result;
	set &= ctx->frame->mask;
	set |= ctx->holds & ctx->blocks;
	return enc_write_theirs(words[0], &set, words[1]);
}

/* The frame that the program's handler leaves by becomes the gate's; the stack stays the gate's own. */
long enc_op_sigreturn(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	struct enc_ucontext *uc = ctx->frame, theirs;

	(void) call;
	(void) words;
	if (enc_read_theirs(&theirs, uc->rsp, sizeof(theirs)))
		return -EFAULT; /* see enc_sigsys() */
	if (!(theirs.stack.flags & SS_DISABLE) || theirs.stack.flags & SS_AUTODISARM_BIT)
		ctx->alt = theirs.stack;
	theirs.stack = uc->stack;
	*uc = theirs;
	ctx->returned = true;
	set_mask(ctx, theirs.mask);
	return 0;
}

/* -- The alternate stack --------------------------------------------------------- */

static bool is_on(const struct enc_context *ctx)
{
	const struct enc_altstack *alt = &ctx->alt;
	uint64_t sp = ctx->frame->rsp;

	return !(alt->flags & (SS_DISABLE | SS_AUTODISARM_BIT)) && sp > alt->sp &&
	       sp - alt->sp <= alt->size;
}

static int set_alt(struct enc_context *ctx, const struct enc_altstack *new)
{
	uint32_t mode = new->flags & ~SS_AUTODISARM_BIT;

	if (is_on(ctx))
		return -EPERM;
	if (mode != SS_DISABLE && mode != SS_ONSTACK && mode != 0)
		return -EINVAL;
	if (mode == SS_DISABLE) {
		ctx->alt = (struct enc_altstack){ .flags = new->flags };
		return 0;
	}
	if (new->size < (uint64_t) MINSIGSTKSZ)
		return -ENOMEM;
	ctx->alt = *new;
	ctx->alt.flags &= SS_AUTODISARM_BIT;
	return 0;
}

long enc_op_sigaltstack(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	struct enc_altstack new, old = ctx->alt;
	int err = 0;

	(void) call;
	old.pad = 0;
	if (is_on(ctx))
		old.flags |= SS_ONSTACK;
	if (words[0]) {
		if (enc_read_theirs(&new, words[0], sizeof(new)))
			return -EFAULT;
		err = set_alt(ctx, &new);
	}
	if (!err && words[1])
		err = enc_write_theirs(words[1], &old, sizeof(old));
	return err;
}

/* -- Calls that wait with another mask ------------------------------------------- */

/*
 * If a signal ended the call, that mask stays for the time of its delivery, and the signal's frame has
 * the one from before, as the kernel does it.
 */
static long wait_with(struct enc_context *ctx, long number, const uint64_t words[6], uint64_t mask)
{
	long result;

	ctx->masked_hit = false;
	ctx->masked = true;
	result = enc_pass(ctx, number, words);
	ctx->masked = false;
	if (ctx->masked_hit) {
		ctx->saved = ctx->frame->mask;
		ctx->restores = true;
		ctx->frame->mask = mask;
	}
	return result;
}

static long wait_masked(struct enc_context *ctx, long number, uint64_t words[6], unsigned i)
{
	uint64_t mask;

	if (!words[i] || words[i + 1] != sizeof(mask))
		return enc_pass(ctx, number, words);
	if (enc_read_theirs(&mask, words[i], sizeof(mask)))
		return -EFAULT;
	mask &= ~ENC_OPEN;
	words[i] = (uint64_t) (uintptr_t) &mask;
	return wait_with(ctx, number, words, mask);
}

long enc_op_sigsuspend(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	return wait_masked(ctx, SYS_rt_sigsuspend, words, 0);
}

long enc_op_ppoll(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	return wait_masked(ctx, SYS_ppoll, words, 3);
}

long enc_op_epoll_pwait(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	return wait_masked(ctx, encase_call_number(call), words, 4);
}

/* The mask and its size stand behind a pointer. */
static long wait_paired(struct enc_context *ctx, long number, uint64_t words[6], unsigned i)
{
	uint64_t pair[2], mask;

	if (!words[i])
		return enc_pass(ctx, number, words);
	if (enc_read_theirs(pair, words[i], sizeof(pair)))
		return -EFAULT;
	if (!pair[0] || pair[1] != sizeof(mask))
		return enc_pass(ctx, number, words);
	if (enc_read_theirs(&mask, pair[0], sizeof(mask)))
		return -EFAULT;
	mask &= ~ENC_OPEN;
	pair[0] = (uint64_t) (uintptr_t) &mask;
	words[i] = (uint64_t) (uintptr_t) pair;
	return wait_with(ctx, number, words, mask);
}

long enc_op_pselect6(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	return wait_paired(ctx, SYS_pselect6, words, 5);
}

long enc_op_io_pgetevents(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	return wait_paired(ctx, encase_call_number(call), words, 5);
}

/* One that is in no mask has been held: it is taken from there. */
static long take_held(struct enc_context *ctx, uint64_t set, uint64_t to)
{
	int sig = __builtin_ctzll(set) + 1;

	ctx->holds &= ~ENC_BIT(sig);
	if (to && enc_write_theirs(to, enc_held(ctx, sig), sizeof(siginfo_t)))
		return -EFAULT;
	return sig;
}

long enc_op_sigtimedwait(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	uint64_t set;

	(void) call;
	if (words[3] != sizeof(set))
		return -EINVAL;
	if (enc_read_theirs(&set, words[0], sizeof(set)))
		return -EFAULT;
	if (set & ctx->holds & ctx->blocks)
		return take_held(ctx, set & ctx->holds & ctx->blocks, words[1]);
	set &= ~ENC_OPEN;
	words[0] = (uint64_t) (uintptr_t) &set;
	return enc_pass(ctx, SYS_rt_sigtimedwait, words);
}
