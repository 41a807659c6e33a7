/* SPDX-License-Identifier: MIT */
/*
 * Gate "dispatch": signals as they come.
 *
 * The kernel has one handler for all that the program handles.  Where it finds the program's own
 * code it builds the frame that the kernel would have built, by the program's table.
 * Where it finds the gate, the signal is put off: it is blocked in the frame that was
 * interrupted and sent to this thread once more, with all that was known of it.  The gate's last
 * rt_sigreturn brings the program's mask back, and the kernel delivers it again.
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dispatch.h"
#include "memory/host_checked.h"
#include "sites/sites.h"

#define SS_AUTODISARM_BIT (UINT32_C(1) << 31)
#define RED_ZONE          128

/* -- The table of actions ------------------------------------------------------ */

static bool is_handled(const struct enc_action *action)
{
	return action->handler != (uint64_t) (uintptr_t) SIG_DFL &&
	       action->handler != (uint64_t) (uintptr_t) SIG_IGN;
}

/* The gate handles these whatever the program does: they tell it of bad memory, and of sites. */
static bool is_gates(int sig)
{
	return sig == SIGSEGV || sig == SIGBUS || sig == SIGTRAP;
}

/* The kernel gets what it does itself; all signals are blocked in the gate's handler. */
void enc_action_settle(const struct enc_actions *actions, int sig)
{
	static const uint64_t kept = SA_RESTART | SA_NOCLDSTOP | SA_NOCLDWAIT;
	struct enc_action action = actions->of[sig];

	if (sig == SIGSYS || sig == SIGKILL || sig == SIGSTOP)
		return;
	if (is_handled(&action) || is_gates(sig)) {
		action.handler = (uint64_t) (uintptr_t) enc_on_signal;
		action.flags = SA_SIGINFO | SA_ONSTACK | (action.flags & kept);
		action.mask = ~UINT64_C(0);
	}
	action.flags |= ENC_SA_RESTORER;
	action.restorer = (uint64_t) (uintptr_t) enc_restorer;
	(void) enc_sys(SYS_rt_sigaction, sig, &action, 0, 8);
}

void enc_actions_clear(struct enc_actions *actions)
{
	for (int sig = 1; sig <= 64; sig++)
		if (is_handled(&actions->of[sig])) {
			actions->of[sig] = (struct enc_action){ 0 };
			enc_action_settle(actions, sig);
		}
}

/* The gate's own, and what they were before. */
static const int taken[] = { SIGSEGV, SIGBUS, SIGTRAP, SIGSYS };
#define TAKEN (sizeof(taken) / sizeof(taken[0]))
static struct enc_action before[TAKEN];

int enc_actions_begin(struct enc_context *ctx)
{
	const struct enc_action gate = {
		.handler = (uint64_t) (uintptr_t) enc_on_sigsys,
		.flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | ENC_SA_RESTORER,
		.restorer = (uint64_t) (uintptr_t) enc_restorer,
	};

	for (unsigned i = 0; i < TAKEN; i++)
		(void) enc_sys(SYS_rt_sigaction, taken[i], 0, &before[i], 8);
	for (int sig = 1; sig <= 64; sig++)
		if (!enc_sys(SYS_rt_sigaction, sig, 0, &ctx->actions->of[sig], 8) &&
		    is_handled(&ctx->actions->of[sig]))
			ctx->actions->of[sig] = (struct enc_action){ 0 }; /* the host's */
	enc_action_settle(ctx->actions, SIGSEGV);
	enc_action_settle(ctx->actions, SIGBUS);
	enc_action_settle(ctx->actions, SIGTRAP);
	return (int) enc_sys(SYS_rt_sigaction, SIGSYS, &gate, 0, 8);
}

void enc_actions_end(void)
{
	for (unsigned i = 0; i < TAKEN; i++)
		(void) enc_sys(SYS_rt_sigaction, taken[i], &before[i], 0, 8);
}

static bool is_fault(int sig, const siginfo_t *info)
{
	return info->si_code > 0 && (sig == SIGSEGV || sig == SIGBUS || sig == SIGILL ||
				     sig == SIGFPE || sig == SIGTRAP);
}

/* -- Delivery ------------------------------------------------------------------ */

static bool is_on(const struct enc_altstack *alt, uint64_t sp)
{
	return !(alt->flags & (SS_DISABLE | SS_AUTODISARM_BIT)) && sp > alt->sp &&
	       sp - alt->sp <= alt->size;
}

/* Where the frame goes: signal.c, get_sigframe(). */
static uint64_t stack_for(const struct enc_context *ctx, const struct enc_action *action,
			  uint64_t sp)
{
	sp -= RED_ZONE;
	if (!(action->flags & SA_ONSTACK) || ctx->alt.flags & SS_DISABLE || is_on(&ctx->alt, sp))
		return sp;
	return ctx->alt.sp + ctx->alt.size;
}

/* The frame of a handler that is about to begin; its restorer is the program's. */
static struct enc_sigframe *build(const struct enc_context *ctx, const struct enc_action *action,
				  const siginfo_t *info, const struct enc_ucontext *uc)
{
	uint64_t sp = stack_for(ctx, action, uc->rsp), size = 0;
	struct enc_sigframe *frame;
	uint64_t fpstate = 0;

	if (uc->fpstate) {
		size = enc_fpstate_size(uc->fpstate);
		fpstate = (sp - size) & ~UINT64_C(63);
		memcpy((void *) (uintptr_t) fpstate, (const void *) (uintptr_t) uc->fpstate, size);
		sp = fpstate;
	}
	frame = (void *) (uintptr_t) (((sp - sizeof(*frame)) & ~UINT64_C(15)) - 8);
	frame->restorer = action->restorer;
	frame->uc = *uc;
	frame->uc.fpstate = fpstate;
	frame->uc.rip = enc_sites_origin_of(uc->rip);
	frame->uc.stack = ctx->alt;
	frame->info = *info;
	return frame;
}

/* The mask that the frame brings back, as the program had it. */
static uint64_t mask_for(struct enc_context *ctx, uint64_t mask)
{
	if (ctx->restores)
		mask = ctx->saved;
	ctx->restores = false;
	return mask | ctx->blocks;
}

static void begin_handler(struct enc_context *ctx, const struct enc_action *action, int sig,
			  struct enc_sigframe *frame, struct enc_ucontext *uc)
{
	uint64_t blocked = action->mask;

	if (!(action->flags & SA_NODEFER))
		blocked |= ENC_BIT(sig);
	ctx->blocks |= blocked & ENC_OPEN;
	if (ctx->alt.flags & SS_AUTODISARM_BIT)
		ctx->alt = (struct enc_altstack){ .flags = SS_DISABLE };
	uc->mask = (uc->mask | blocked) & ~ENC_OPEN;
	uc->rip = action->handler;
	uc->rdi = (uint64_t) sig;
	uc->rsi = (uint64_t) (uintptr_t) &frame->info;
	uc->rdx = (uint64_t) (uintptr_t) &frame->uc;
	uc->rax = 0;
	uc->rsp = (uint64_t) (uintptr_t) frame;
	uc->eflags &= ~ENC_EFLAGS_CLEARED;
	uc->fpstate = 0; /* begins with none, as the kernel has it */
}

/* What is taken off the table once is the default from then on. */
static struct enc_action take_action(struct enc_actions *actions, int sig)
{
	struct enc_action action;

	enc_lock_spin(&actions->lock);
	action = actions->of[sig];
	if (is_handled(&action) && action.flags & SA_RESETHAND) {
		actions->of[sig].handler = (uint64_t) (uintptr_t) SIG_DFL;
		enc_action_settle(actions, sig);
	}
	enc_unlock_spin(&actions->lock);
	return action;
}

/* To this thread, blocked as it is; of a realtime signal that finds no room its number is kept. */
static void send_again(int sig, const siginfo_t *info)
{
	long process = enc_sys(SYS_getpid), thread = enc_sys(SYS_gettid);

	if (enc_sys(SYS_rt_tgsigqueueinfo, process, thread, sig, info))
		(void) enc_sys(SYS_tgkill, process, thread, sig);
}

/*
 * The default, or nothing: it was changed since the signal was sent, or is one of those that the gate
 * handles.  A fault happens again, but for a trap, behind which the program goes on.
 */
static void leave_to_kernel(const struct enc_action *action, int sig, const siginfo_t *info)
{
	const struct enc_action dfl = { .flags = ENC_SA_RESTORER };
	bool fault = is_fault(sig, info);

	if (action->handler == (uint64_t) (uintptr_t) SIG_IGN && !fault)
		return;
	if (is_gates(sig))
		(void) enc_sys(SYS_rt_sigaction, sig, &dfl, 0, 8);
	if (!fault || sig == SIGTRAP)
		send_again(sig, info);
}

void enc_deliver(struct enc_context *ctx, int sig, const siginfo_t *info, struct enc_ucontext *uc)
{
	struct enc_action action = take_action(ctx->actions, sig);
	struct enc_sigframe *frame;

	if (!is_handled(&action)) {
		leave_to_kernel(&action, sig, info);
		return;
	}
	frame = build(ctx, &action, info, uc);
	frame->uc.mask = mask_for(ctx, uc->mask);
	begin_handler(ctx, &action, sig, frame, uc);
}

/* -- In the gate --------------------------------------------------------------- */

/* A layer's, or the gate's, own: it ends as it would have without the gate. */
static void die_of(int sig)
{
	static const char text[] = "encase: a layer, or the gate itself, has crashed\n";
	const struct enc_action action = { .flags = ENC_SA_RESTORER };

	(void) !write(STDERR_FILENO, text, sizeof(text) - 1);
	(void) enc_sys(SYS_rt_sigaction, sig, &action, 0, 8);
}

/* For signals that are in no mask: see deliver_held() in entry.c. */
static void hold(struct enc_context *ctx, int sig, const siginfo_t *info)
{
	ctx->holds |= ENC_BIT(sig);
	*enc_held(ctx, sig) = *info;
	if (sig == SIGSYS && (!(ctx->blocks & ENC_BIT(sig)) || info->si_code > 0))
		__atomic_fetch_or(&ctx->due, ENC_DUE_SIGSYS, __ATOMIC_RELAXED);
}

static void put_off(struct enc_context *ctx, int sig, const siginfo_t *info,
		    struct enc_ucontext *uc)
{
	uint64_t begin = (uint64_t) (uintptr_t) enc_window_begin,
		 call = (uint64_t) (uintptr_t) enc_window_call,
		 done = (uint64_t) (uintptr_t) enc_window_done;

	if (uc->rip >= begin && uc->rip <= call)
		uc->rip = (uint64_t) (uintptr_t) enc_window_again;
	else if (ctx->masked && uc->rip == done && (int64_t) uc->rax == -EINTR)
		ctx->masked_hit = true;
	ctx->waiting = 1;
	if (sig == SIGSYS || ctx->blocks & ENC_BIT(sig)) {
		hold(ctx, sig, info);
		return;
	}
	if (ENC_BIT(sig) & ENC_TELL)
		enc_thread.armed = false;
	uc->mask |= ENC_BIT(sig);
	ctx->put_off |= ENC_BIT(sig);
	send_again(sig, info);
}

bool enc_is_inside(const struct enc_context *ctx, const struct enc_ucontext *uc, uint64_t selector)
{
	return selector == ENC_ALLOW || ctx->forking ||
	       (uc->rip >= (uint64_t) (uintptr_t) enc_gate_begin &&
		uc->rip < (uint64_t) (uintptr_t) enc_gate_end);
}

/* Where who has come upon a site's trap is to go on; 0: nobody has. */
static uint64_t turn_of(int sig, const siginfo_t *info, const struct enc_ucontext *uc)
{
	return sig == SIGTRAP && info->si_code == SI_KERNEL ? enc_sites_turn(uc->rip - 1) : 0;
}

/*
 * Who has not come in yet is at its stub still, where it makes the call by jumping in (lea, jmp: see enc_window_move()); rcx and
 * r11, which a call changes, say which.
 */
static void step_back(struct enc_ucontext *uc, uint64_t selector)
{
	uint64_t entry = (uint64_t) (uintptr_t) enc_site_entry,
		 shared = (uint64_t) (uintptr_t) enc_site_shared;

	if (uc->rip == entry || uc->rip == shared)
		uc->rip = uc->rcx - ENC_SITES_BEHIND;
	else if (uc->rip > shared && uc->rip < entry && selector == ENC_BLOCK)
		uc->rip = uc->r11 - ENC_SITES_BEHIND;
}

/* In the program's own code: its handler's turn; or that of who has come upon a site's trap, or entry. */
static void take(struct enc_context *ctx, int sig, const siginfo_t *info, struct enc_ucontext *uc)
{
	bool fault = is_fault(sig, info);
	uint64_t turn = turn_of(sig, info, uc);

	/* What is due is sent behind the next call; whoever sets this from now on finds the thread in the gate. */
	ctx->waiting = ctx->due & ENC_DUE_SIGSYS;
	ctx->put_off = 0;
	if (turn)
		uc->rip = turn;
	else if (sig == SIGSYS || (ctx->blocks & ENC_BIT(sig) && !fault))
		hold(ctx, sig, info);
	else
		enc_deliver(ctx, sig, info, uc);
	ctx->blind = uc->mask & ENC_TELL;
}

/* GS is the program's own, or it goes step by step: it makes the call by the instruction in the stub. */
static void be_caught(struct enc_context *ctx, struct enc_ucontext *uc)
{
	enc_catch(ctx);
	uc->rip = uc->rcx - 2;
}

/* To a program that goes step by step all of a site is one. */
static bool is_step_in_stub(int sig, const siginfo_t *info, const struct enc_ucontext *uc)
{
	return sig == SIGTRAP && info->si_code == TRAP_TRACE && enc_sites_own(uc->rip, 1);
}

uint64_t enc_signal(int sig, siginfo_t *info, struct enc_ucontext *uc, struct enc_context *ctx,
		    uint64_t fs, uint64_t selector)
{
	if (uc->rip >= (uint64_t) (uintptr_t) enc_site_leave &&
	    uc->rip < (uint64_t) (uintptr_t) enc_site_left)
		fs = enc_site_at_leave(ctx, uc, fs);
	else if (!is_fault(sig, info))
		step_back(uc, selector);
	if (!enc_is_inside(ctx, uc, selector)) {
		if (!is_step_in_stub(sig, info, uc))
			take(ctx, sig, info, uc);
		return fs;
	}
	if (!is_fault(sig, info))
		put_off(ctx, sig, info, uc);
	else if (enc_checked_fault(uc->rip))
		uc->rip = enc_checked_fault(uc->rip);
	else if (turn_of(sig, info, uc))
		uc->rip = turn_of(sig, info, uc); /* in code that is the host's, too */
	else if (uc->rip == (uint64_t) (uintptr_t) enc_site_entry ||
		 uc->rip == (uint64_t) (uintptr_t) enc_site_shared)
		be_caught(ctx, uc);
	else
		die_of(sig);
	return fs;
}
