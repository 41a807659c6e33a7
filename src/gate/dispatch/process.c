/* SPDX-License-Identifier: MIT */
/*
 * Gate "dispatch": processes that begin and end.
 *
 * A child goes on in the program, behind the call, and not in the handlers through which
 * the call came: these return in the parent alone.  Its cage is a child of its parent's.
 */
#define _GNU_SOURCE
#include <linux/sched.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cage.h"
#include "dispatch.h"
#include "memory/host_checked.h"
#include "thread.h"

#define CLONE_CLEAR_SIGHAND_BIT UINT64_C(0x100000000)
/* What is done for the child here, and not by the kernel. */
#define DONE_HERE \
	(CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | CLONE_SETTLS | CLONE_CLEAR_SIGHAND_BIT)

struct encase_cage *enc_child_cage(struct encase_cage *parent)
{
	const struct encase_setup setup = { .parent = parent, .unknown = 1 };
	struct encase_cage *cage = NULL;

	return encase_cage_new(&setup, &cage) ? NULL : cage;
}

/* -- What a child of any kind begins with ---------------------------------------- */

static void begin_child(struct enc_context *ctx, struct enc_ucontext *uc,
			const struct enc_fork *fork)
{
	uint64_t flags = fork->args.flags;
	int32_t tid;

	ctx->waiting = 0;
	ctx->put_off = ctx->holds = 0;
	ctx->due = ctx->caught = 0;
	ctx->masked = ctx->restores = false;
	ctx->forking = NULL;
	ctx->robust = 0;
	ctx->thread = false;
	if (flags & CLONE_SETTLS)
		ctx->fs = fork->args.tls;
	if (flags & CLONE_CHILD_SETTID) {
		tid = (int32_t) enc_sys(SYS_gettid);
		(void) enc_write_theirs(fork->args.child_tid, &tid, sizeof(tid));
	}
	(void) enc_sys(SYS_set_tid_address,
		       flags & CLONE_CHILD_CLEARTID ? fork->args.child_tid : 0);
	if (flags & CLONE_CLEAR_SIGHAND_BIT)
		enc_actions_clear(ctx->actions);
	uc->rax = 0;
	uc->rcx = uc->rip;
	uc->r11 = uc->eflags;
	if (fork->sp)
		uc->rsp = fork->sp;
}

/* -- fork() ---------------------------------------------------------------------- */

/*
 * libc's fork() makes its data fit for a child; what the program asked for goes into
 * the one call of it that counts: all of its calls are caught here.  What they do to the
 * mask ends with the handler.
 */
long enc_fork_call(const struct enc_fork *fork, const struct enc_ucontext *uc)
{
	struct enc_fork own = *fork;

	if ((int) uc->rax != SYS_clone)
		return enc_sys((int) uc->rax, uc->rdi, uc->rsi, uc->rdx, uc->r10, uc->r8, uc->r9);
	own.args.flags &= ~(uint64_t) DONE_HERE;
	own.args.flags |= CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
	own.args.child_tid = uc->r10;
	own.args.stack = own.args.stack_size = own.args.tls = 0;
	if (own.by3)
		return enc_sys(SYS_clone3, &own.args, sizeof(own.args));
	return enc_sys(SYS_clone, own.args.flags | own.args.exit_signal, 0,
		       own.args.flags & CLONE_PIDFD ? own.args.pidfd : own.args.parent_tid,
		       own.args.child_tid, 0);
}

static noreturn void be_forked(struct enc_context *ctx, const struct enc_fork *fork)
{
	struct encase_cage *cage;

	enc_context_alone(ctx);
	begin_child(ctx, ctx->frame, fork);
	enc_thread_abandon(0);
	cage = enc_child_cage(ctx->cage);
	if (!cage)
		enc_fail("no memory for a child's cage");
	ctx->cage = enc_program.cage = cage;
	enc_program.threads = 1;
	enc_context_catch(ctx);
	enc_gs(ctx);
	enc_gate_leave(ctx->frame, ctx->fs, ctx);
}

/* Nobody else has them, so that the child finds them free. */
static void hold_locks(struct enc_context *ctx)
{
	enc_lock_spin(&ctx->actions->lock);
	enc_lock_spin(&enc_program.brk.lock);
	enc_all_hold();
	enc_sites_hold();
	enc_lock_spin(&enc_contexts_lock);
}

static void drop_locks(struct enc_context *ctx)
{
	enc_unlock_spin(&enc_contexts_lock);
	enc_sites_drop();
	enc_all_drop();
	enc_unlock_spin(&enc_program.brk.lock);
	enc_unlock_spin(&ctx->actions->lock);
}

static long fork_process(struct enc_context *ctx, struct enc_fork *asked)
{
	uint64_t mask;
	pid_t pid;

	if (ctx->waiting)
		return -ENC_AGAIN;
	if (enc_cage_lock(ctx->cage)) /* a layer's start(), or the like, forks */
		return -EAGAIN;
	mask = enc_mask(~ENC_BIT(SIGSYS)); /* by which its calls are caught */
	hold_locks(ctx);
	ctx->forking = asked;
	errno = 0;
	ctx->selector = ENC_BLOCK;
	pid = fork();
	ctx->selector = ENC_ALLOW;
	drop_locks(ctx);
	enc_cage_unlock(ctx->cage);
	ctx->forking = NULL;
	if (!pid)
		be_forked(ctx, asked);
	(void) enc_mask(mask);
	return pid < 0 ? -errno : pid;
}

/* -- vfork() --------------------------------------------------------------------- */

static int be_vforked(void *arg)
{
	struct enc_context *ctx = arg;

	enc_context_take(ctx);
	begin_child(ctx, ctx->frame, ctx->forking);
	enc_context_catch(ctx);
	enc_gs(ctx);
	enc_gate_leave(ctx->frame, ctx->fs, ctx);
}

/* The child has a context, actions and a cage of its own, and all else is its parent's. */
static struct enc_context *vforked_new(const struct enc_context *parent)
{
	struct enc_context *ctx = enc_context_new();

	if (!ctx)
		return NULL;
	ctx->vforked = true;
	ctx->status = ENCASE_DISPATCH_GONE;
	ctx->alt = parent->alt;
	ctx->blocks = parent->blocks;
	ctx->blind = parent->blind;
	ctx->fs = parent->fs;
	ctx->actions = (struct enc_actions *) (void *) ((char *) ctx + ENC_TABLE);
	enc_lock_spin(&parent->actions->lock);
	*ctx->actions = *parent->actions;
	enc_unlock_spin(&parent->actions->lock);
	enc_unlock_spin(&ctx->actions->lock);
	ctx->cage = enc_child_cage(parent->cage);
	if (ctx->cage)
		return ctx;
	enc_context_free(ctx);
	return NULL;
}

/* clone() for a child that has begun where its context says. */
static long clone_vforked(struct enc_context *child, struct enc_fork *asked)
{
	uint64_t flags = asked->args.flags & ~(uint64_t) DONE_HERE;
	char *stack = (char *) child + ENC_START_STACK;
	long pid;

	pid = clone(be_vforked, stack, (int) (flags | asked->args.exit_signal), child,
		    flags & CLONE_PIDFD ? asked->args.pidfd : asked->args.parent_tid);
	return pid < 0 ? -errno : pid;
}

/* The parent waits in clone() until its child has ended or executes something. */
static long vfork_process(struct enc_context *ctx, struct enc_fork *asked)
{
	unsigned entries = enc_thread_entries();
	bool armed = enc_thread.armed;
	struct enc_context *child;
	uint64_t mask;
	long pid;

	if (ctx->waiting)
		return -ENC_AGAIN;
	if (asked->args.flags >> 33 || asked->args.set_tid_size)
		return -EINVAL;
	child = vforked_new(ctx);
	if (!child)
		return -ENOMEM;
	child->frame = enc_context_frame(child, ctx->frame);
	child->forking = asked;
	mask = enc_mask(~UINT64_C(0));
	pid = clone_vforked(child, asked);
	enc_thread.gate = ctx;
	enc_thread.armed = armed;
	enc_thread_abandon(entries);
	(void) encase_end(child->cage, child->status);
	(void) encase_cage_free(child->cage);
	enc_context_free(child);
	(void) enc_mask(mask);
	return pid;
}

/* -- The calls ------------------------------------------------------------------- */

static long clone_any(struct enc_context *ctx, struct enc_fork *fork)
{
	uint64_t flags = fork->args.flags;

	if (flags & CLONE_THREAD)
		return enc_thread_start(ctx, fork);
	if ((flags & (CLONE_VM | CLONE_VFORK)) == (CLONE_VM | CLONE_VFORK))
		return vfork_process(ctx, fork);
	if (flags & CLONE_VM) /* a process in this memory, that runs beside it */
		return -EINVAL;
	return fork_process(ctx, fork);
}

long enc_op_fork(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	struct enc_fork fork = { .args.exit_signal = SIGCHLD };

	(void) call;
	(void) words;
	return clone_any(ctx, &fork);
}

long enc_op_vfork(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	struct enc_fork fork = { .args = { .flags = CLONE_VM | CLONE_VFORK,
					   .exit_signal = SIGCHLD } };

	(void) call;
	(void) words;
	return clone_any(ctx, &fork);
}

long enc_op_clone(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	struct enc_fork fork = {
		.args = { .flags = (uint32_t) words[0] & ~(uint64_t) CSIGNAL,
			  .exit_signal = words[0] & CSIGNAL,
			  .pidfd = words[2],
			  .parent_tid = words[2],
			  .child_tid = words[3],
			  .tls = words[4] },
		.sp = words[1],
	};

	(void) call;
	return clone_any(ctx, &fork);
}

/* What stands behind the members that are known must be 0, as in the kernel. */
static int take_args(struct enc_fork *fork, uint64_t from, uint64_t size)
{
	uint64_t rest = 0;

	if (size < 64)
		return -EINVAL;
	if (size > 4096)
		return -E2BIG;
	if (enc_read_theirs(&fork->args, from,
			    size < sizeof(fork->args) ? size : sizeof(fork->args)))
		return -EFAULT;
	for (uint64_t at = sizeof(fork->args); at < size; at += sizeof(rest)) {
		if (enc_read_theirs(&rest, from + at, size - at < 8 ? size - at : 8))
			return -EFAULT;
		if (rest)
			return -E2BIG;
	}
	return 0;
}

long enc_op_clone3(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	struct enc_fork fork = { .by3 = true };
	int err = take_args(&fork, words[0], words[1]);

	(void) call;
	if (err)
		return err;
	if (fork.args.flags & CSIGNAL || fork.args.exit_signal & ~(uint64_t) CSIGNAL ||
	    !fork.args.stack != !fork.args.stack_size)
		return -EINVAL;
	if (fork.args.stack)
		fork.sp = fork.args.stack + fork.args.stack_size;
	return clone_any(ctx, &fork);
}

/* -- Ends ------------------------------------------------------------------------ */

/* The process's: its layers hear of it, and other threads that make calls come no further. */
noreturn void enc_end_process(struct enc_context *ctx, uint64_t status)
{
	if (ctx->vforked) {
		ctx->status =
			(int) (status &
			       0xff); /* its parent goes on with its memory, and ends its cage */
	} else {
		__atomic_store_n(&enc_program.ending, true, __ATOMIC_RELAXED);
		enc_thread_abandon(0);
		(void) encase_end(ctx->cage, (int) (status & 0xff));
	}
	(void) enc_sys(SYS_exit_group, status);
	__builtin_unreachable();
}

long enc_op_exit_group(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	enc_end_process(ctx, words[0]);
}
