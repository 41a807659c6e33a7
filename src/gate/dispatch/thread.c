/* SPDX-License-Identifier: MIT */
/*
 * Gate "dispatch": the program's threads.
 *
 * Each is a pthread of the host's, for the sake of handlers that run on it.  Its function enters the
 * program by a frame that is like its creator's, and goes on when the program's thread has ended.
 */
#define _GNU_SOURCE
#include "thread.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <sys/syscall.h>

#include "dispatch.h"

/* What libc's threads send each other: cancellation, set*id(). */
enum { LIBC_FIRST = 32, LIBC_LAST = 33 };

#define STACK ((size_t) 131072) /* of the pthread: it begins and ends there, no more */

struct start {
	struct enc_context *ctx;
	const struct enc_fork *fork;
	sem_t begun;
	int32_t tid;
};

/* -- Begin --------------------------------------------------------------------- */

/* What a thread shares with its creator if it is not told otherwise. */
static void unshare_rest(uint64_t flags)
{
	static const uint64_t shared[] = { CLONE_FS, CLONE_FILES, CLONE_SYSVSEM };

	for (unsigned i = 0; i < sizeof(shared) / sizeof(shared[0]); i++)
		if (!(flags & shared[i]))
			(void) enc_sys(SYS_unshare, shared[i]);
}

static void tell_number(struct start *s)
{
	const struct enc_fork *fork = s->fork;

	s->tid = (int32_t) enc_sys(SYS_gettid);
	if (fork->args.flags & CLONE_PARENT_SETTID)
		(void) enc_write_theirs(fork->args.parent_tid, &s->tid, sizeof(s->tid));
	if (fork->args.flags & CLONE_CHILD_SETTID)
		(void) enc_write_theirs(fork->args.child_tid, &s->tid, sizeof(s->tid));
	if (fork->args.flags & CLONE_CHILD_CLEARTID)
		s->ctx->clear_tid = fork->args.child_tid;
}

/* The host's libc has taken its own signals with its first thread: they are the program's. */
static void take_signals_back(struct enc_actions *actions)
{
	enc_lock_spin(&actions->lock);
	for (int sig = LIBC_FIRST; sig <= LIBC_LAST; sig++)
		enc_action_settle(actions, sig);
	enc_unlock_spin(&actions->lock);
}

/* All signals are blocked until the frame is left. */
static void *run(void *arg)
{
	struct start *s = arg;
	struct enc_context *volatile ctx = s->ctx;

	enc_context_no_rseq();
	enc_context_take(ctx);
	take_signals_back(ctx->actions);
	unshare_rest(s->fork->args.flags);
	tell_number(s);
	enc_context_catch(ctx);
	(void) sem_post(&s->begun);
	enc_gs(ctx);
	if (!__builtin_setjmp(ctx->back))
		enc_gate_leave(ctx->frame, ctx->fs, ctx);
	enc_context_leave(enc_here());
	return NULL;
}

static int create(struct start *s)
{
	pthread_attr_t attr;
	pthread_t thread;
	int error;

	if (pthread_attr_init(&attr))
		return ENOMEM;
	(void) pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	(void) pthread_attr_setstacksize(&attr, STACK);
	error = pthread_create(&thread, &attr, run, s);
	(void) pthread_attr_destroy(&attr);
	while (!error && sem_wait(&s->begun))
		;
	return error;
}

static struct enc_context *context_for(const struct enc_context *ctx, const struct enc_fork *fork)
{
	struct enc_context *made = enc_context_new();

	if (!made)
		return NULL;
	made->thread = true;
	made->cage = ctx->cage;
	made->actions = ctx->actions;
	made->blocks = ctx->blocks;
	made->blind = ctx->frame->mask & ENC_TELL;
	made->fs = fork->args.flags & CLONE_SETTLS ? fork->args.tls : ctx->fs;
	made->frame = enc_context_frame(made, ctx->frame);
	made->frame->rax = 0;
	made->frame->rcx = made->frame->rip;
	made->frame->r11 = made->frame->eflags;
	if (fork->sp)
		made->frame->rsp = fork->sp;
	return made;
}

long enc_thread_start(struct enc_context *ctx, const struct enc_fork *fork)
{
	const uint64_t needed = CLONE_VM | CLONE_SIGHAND;
	struct start s = { .fork = fork };
	uint64_t mask;
	int error;

	if ((fork->args.flags & needed) != needed || fork->args.flags & CLONE_PIDFD ||
	    fork->args.set_tid_size)
		return -EINVAL;
	if (ctx->waiting)
		return -ENC_AGAIN;
	s.ctx = context_for(ctx, fork);
	if (!s.ctx)
		return -ENOMEM;
	(void) __atomic_add_fetch(&enc_program.threads, 1, __ATOMIC_RELAXED);
	(void) sem_init(&s.begun, 0, 0);
	mask = enc_mask(~UINT64_C(0));
	error = create(&s);
	(void) enc_mask(mask);
	(void) sem_destroy(&s.begun);
	if (!error)
		return s.tid;
	(void) __atomic_sub_fetch(&enc_program.threads, 1, __ATOMIC_RELAXED);
	enc_context_free(s.ctx);
	return -error;
}

/* -- End ----------------------------------------------------------------------- */

/* One lock of a thread that dies: Linux's handle_futex_death(). */
static void abandon_lock(uint64_t at, bool pi, bool pending)
{
	uint32_t tid = (uint32_t) enc_sys(SYS_gettid), word, left;

	if (at % sizeof(word) || enc_read_theirs(&word, at, sizeof(word)))
		return;
	if (pending && !pi && !word) {
		(void) enc_sys(SYS_futex, at, FUTEX_WAKE, 1, 0, 0, 0);
		return;
	}
	if ((word & FUTEX_TID_MASK) != tid)
		return;
	do {
		left = (word & FUTEX_WAITERS) | FUTEX_OWNER_DIED;
	} while (!__atomic_compare_exchange_n((uint32_t *) (uintptr_t) at, &word, left, false,
					      __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	if (!pi && word & FUTEX_WAITERS)
		(void) enc_sys(SYS_futex, at, FUTEX_WAKE, 1, 0, 0, 0);
}

/* As exit_robust_list() does: entries' lowest bit says that a lock hands priorities on. */
static void abandon_locks(const struct enc_context *ctx)
{
	struct {
		uint64_t next, offset, pending;
	} head;
	uint64_t at, next;

	if (!ctx->robust || enc_read_theirs(&head, ctx->robust, sizeof(head)))
		return;
	at = head.next;
	for (unsigned n = 0; (at & ~UINT64_C(1)) != ctx->robust && n < 2048; n++) {
		if (enc_read_theirs(&next, at & ~UINT64_C(1), sizeof(next)))
			break;
		if (at != head.pending)
			abandon_lock((at & ~UINT64_C(1)) + head.offset, at & 1, false);
		at = next;
	}
	if (head.pending)
		abandon_lock((head.pending & ~UINT64_C(1)) + head.offset, head.pending & 1, true);
}

/* Once that is done who waits for the thread may take its memory away; nothing of it is touched afterwards. */
static void clear_tid(const struct enc_context *ctx)
{
	const int32_t none = 0;

	if (ctx->clear_tid && !enc_write_theirs(ctx->clear_tid, &none, sizeof(none)))
		(void) enc_sys(SYS_futex, ctx->clear_tid, FUTEX_WAKE, 1, 0, 0, 0);
}

/*
 * What libc sends threads it never blocks itself, not even where it is asked to block all: one that is pending
 * would come when the thread has no context any more.  It dies with the thread, as it should have.
 */
static void drop_pending(void)
{
	const uint64_t set = ENC_BIT(LIBC_FIRST) | ENC_BIT(LIBC_LAST);
	const struct timespec now = { .tv_sec = 0 };

	while (enc_sys(SYS_rt_sigtimedwait, &set, 0, &now, sizeof(set)) > 0)
		;
}

/*
 * Signals for the process that this thread has put off would end with it, as those do that were sent to the thread: others
 * have them.  The kernel does not tell them from those that are pending for the process, so all are taken, and given back.
 */
static void hand_signals_on(void)
{
	const uint64_t every = ~(ENC_BIT(LIBC_FIRST) | ENC_BIT(LIBC_LAST));
	static const struct timespec none;
	long process = enc_sys(SYS_getpid), sig = 1;
	siginfo_t taken[64];
	unsigned n = 0;

	while (n < sizeof(taken) / sizeof(taken[0]) && sig > 0) {
		sig = enc_sys(SYS_rt_sigtimedwait, &every, &taken[n], &none, sizeof(every));
		n += sig > 0 && taken[n].si_code != SI_TKILL;
	}
	for (unsigned i = 0; i < n; i++)
		if (enc_sys(SYS_rt_sigqueueinfo, process, taken[i].si_signo, &taken[i]))
			(void) enc_sys(SYS_kill, process, taken[i].si_signo);
}

/*
 * A thread that is no pthread of the host's ends by the kernel's hand.  The process ends with its last
 * thread, of which the host may have more, and with its first one's status.
 */
long enc_op_exit(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	if (!ctx->thread && !ctx->vforked)
		enc_program.status = words[0];
	if (ctx->vforked || !__atomic_sub_fetch(&enc_program.threads, 1, __ATOMIC_ACQ_REL))
		enc_end_process(ctx, ctx->vforked ? words[0] : enc_program.status);
	(void) enc_mask(~UINT64_C(0));
	hand_signals_on();
	if (!ctx->thread)
		(void) enc_sys(SYS_exit, words[0]);
	drop_pending();
	if (ctx->rseq.at)
		(void) enc_sys(SYS_rseq, ctx->rseq.at, ctx->rseq.size, 1, ctx->rseq.signature);
	abandon_locks(ctx);
	(void) enc_sys(SYS_set_robust_list, 0, 24);
	enc_thread_abandon(0);
	clear_tid(ctx);
	__builtin_longjmp(ctx->back, 1);
}

/* -- What the kernel keeps for a thread ------------------------------------------ */

long enc_op_set_tid_address(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	if (!ctx->thread)
		return enc_sys(SYS_set_tid_address, words[0]);
	ctx->clear_tid = words[0];
	return enc_sys(SYS_gettid);
}

/* The kernel has it, too, for a thread that is killed. */
long enc_op_set_robust_list(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	long result = enc_sys(SYS_set_robust_list, words[0], words[1]);

	(void) call;
	if (!result)
		ctx->robust = words[0];
	return result;
}

long enc_op_rseq(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	long result = enc_sys(SYS_rseq, words[0], words[1], words[2], words[3]);

	(void) call;
	if (result)
		return result;
	ctx->rseq.at = words[2] & 1 ? 0 : words[0];
	ctx->rseq.size = words[1];
	ctx->rseq.signature = words[3];
	return 0;
}
