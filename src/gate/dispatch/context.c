/* SPDX-License-Identifier: MIT */
/*
 * Gate "dispatch": contexts, one for each of the program's threads, in a block that its stacks
 * share: whoever runs on one of these finds the context by rounding the stack pointer down.
 */
#define _GNU_SOURCE
#include <linux/prctl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/rseq.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arch.h"
#include "dispatch.h"
#include "memory/host_checked.h"

#define PAGE      4096
#define RSEQ_SIZE 32

/* clang-format off */
#define STANDS_AT(member, at) \
	_Static_assert(offsetof(struct enc_context, member) == ENC_AT_##at, "see layout.h")
/* clang-format on */
STANDS_AT(selector, SELECTOR);
STANDS_AT(own_fs, OWN_FS);
STANDS_AT(waiting, WAITING);
STANDS_AT(due, DUE);
STANDS_AT(self, SELF);
STANDS_AT(top, TOP);
STANDS_AT(fs, FS);
STANDS_AT(state, STATE);
STANDS_AT(state_mask, STATE_MASK);
STANDS_AT(put_off, PUT_OFF);
STANDS_AT(site.words, WORDS);
STANDS_AT(site.number, NUMBER);
STANDS_AT(site.back, BACK);
STANDS_AT(site.flags, FLAGS);
STANDS_AT(site.sp, SP);
STANDS_AT(site.result, RESULT);
STANDS_AT(held, SIGSYS);
STANDS_AT(caught, CAUGHT);
_Static_assert(sizeof(struct enc_context) <= PAGE, "the next page is a guard");

long enc_sys6(long number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	return enc_arch_syscall(number, (const uint64_t[]){ a, b, c, d, e, f });
}

/* While the signals are blocked that tell of bad memory nobody can be told so. */
uint64_t enc_mask(uint64_t mask)
{
	uint64_t old = 0;

	enc_thread.armed = !(mask & (ENC_BIT(SIGSEGV) | ENC_BIT(SIGBUS)));
	(void) enc_sys(SYS_rt_sigprocmask, SIG_SETMASK, &mask, &old, sizeof(mask));
	return old;
}

void enc_lock_spin(uint32_t *lock)
{
	while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE))
		(void) enc_sys(SYS_sched_yield);
}

void enc_unlock_spin(uint32_t *lock)
{
	__atomic_store_n(lock, 0, __ATOMIC_RELEASE);
}

void enc_fail(const char *what)
{
	static const char before[] = "encase: the dispatch gate fails: ";

	(void) !write(STDERR_FILENO, before, sizeof(before) - 1);
	(void) !write(STDERR_FILENO, what, strlen(what));
	(void) !write(STDERR_FILENO, "\n", 1);
	(void) enc_sys(SYS_exit_group, 125);
	__builtin_unreachable();
}

/* -- Blocks -------------------------------------------------------------------- */

uint32_t enc_contexts_lock;
struct enc_context *enc_contexts;

static void enlist(struct enc_context *ctx)
{
	enc_lock_spin(&enc_contexts_lock);
	ctx->next = enc_contexts;
	ctx->at = &enc_contexts;
	if (enc_contexts)
		enc_contexts->at = &ctx->next;
	enc_contexts = ctx;
	enc_unlock_spin(&enc_contexts_lock);
}

static void strike(struct enc_context *ctx)
{
	enc_lock_spin(&enc_contexts_lock);
	*ctx->at = ctx->next;
	if (ctx->next)
		ctx->next->at = ctx->at;
	enc_unlock_spin(&enc_contexts_lock);
}

/* Their blocks stay: the first thread's was there before the program was, and is the host's for good. */
void enc_context_alone(struct enc_context *ctx)
{
	ctx->next = NULL;
	ctx->at = &enc_contexts;
	enc_contexts = ctx;
}

bool enc_context_owns(uint64_t at, uint64_t n)
{
	bool owns = false;

	enc_lock_spin(&enc_contexts_lock);
	for (const struct enc_context *ctx = enc_contexts; ctx && !owns; ctx = ctx->next)
		owns = (uint64_t) (uintptr_t) ctx < at + n &&
		       (uint64_t) (uintptr_t) ctx + ENC_BLOCK_SIZE > at;
	enc_unlock_spin(&enc_contexts_lock);
	return owns;
}

struct enc_context *enc_context_new(void)
{
	char *all = mmap(NULL, 2 * ENC_BLOCK_SIZE, PROT_NONE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	struct enc_context *ctx;
	char *block;

	if (all == MAP_FAILED)
		return NULL;
	block = (char *) (((uintptr_t) all + ENC_BLOCK_SIZE - 1) & ~(ENC_BLOCK_SIZE - 1));
	if (block > all)
		munmap(all, (size_t) (block - all));
	munmap(block + ENC_BLOCK_SIZE, (size_t) (all + ENC_BLOCK_SIZE - block));
	if (mprotect(block, PAGE, PROT_READ | PROT_WRITE) ||
	    mprotect(block + 2 * PAGE, ENC_BLOCK_SIZE - 2 * PAGE, PROT_READ | PROT_WRITE)) {
		munmap(block, ENC_BLOCK_SIZE);
		return NULL;
	}
	ctx = (struct enc_context *) (void *) block;
	ctx->alt.flags = SS_DISABLE;
	enlist(ctx);
	return ctx;
}

void enc_context_free(struct enc_context *ctx)
{
	if (!ctx)
		return;
	strike(ctx);
	munmap(ctx, ENC_BLOCK_SIZE);
}

static struct enc_altstack stack_of(struct enc_context *ctx)
{
	return (struct enc_altstack){ .sp = (uint64_t) (uintptr_t) ctx + ENC_START_STACK,
				      .size = ENC_BLOCK_SIZE - ENC_START_STACK };
}

/* -- Of a thread --------------------------------------------------------------- */

void enc_context_take(struct enc_context *ctx)
{
	struct enc_altstack stack = stack_of(ctx);

	ctx->own_fs = enc_own_fs();
	enc_thread.gate = ctx;
	enc_site_prepare(ctx);
	if (enc_sys(SYS_sigaltstack, &stack, 0))
		enc_fail("sigaltstack(2)");
}

/* From here on the thread's calls are caught while the selector says so. */
void enc_context_catch(struct enc_context *ctx)
{
	if (enc_sys(SYS_prctl, PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, enc_gate_begin,
		    enc_gate_end - enc_gate_begin, &ctx->selector))
		enc_fail("Syscall User Dispatch");
	ctx->process = (int32_t) enc_sys(SYS_getpid);
	ctx->number = (int32_t) enc_sys(SYS_gettid);
	__atomic_store_n(&ctx->caught, 1, __ATOMIC_RELAXED);
	if (enc_program.free)
		__atomic_fetch_or(&ctx->due, ENC_DUE_FREE, __ATOMIC_RELAXED);
}

/* To be called on another stack than the context's. */
void enc_context_leave(struct enc_context *ctx)
{
	const struct enc_altstack none = { .flags = SS_DISABLE };

	(void) enc_sys(SYS_prctl, PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_OFF, 0, 0, 0);
	(void) enc_sys(SYS_sigaltstack, &none, 0);
	enc_thread.gate = NULL;
	enc_context_free(ctx);
}

/* libc believes what stands there: that the processor's number is not to be had. */
void enc_context_no_rseq(void)
{
	struct rseq *rseq = (void *) (uintptr_t) (enc_own_fs() + (uint64_t) __rseq_offset);

	if (!__rseq_size)
		return;
	(void) enc_sys(SYS_rseq, rseq, RSEQ_SIZE, RSEQ_FLAG_UNREGISTER, RSEQ_SIG);
	rseq->cpu_id = (uint32_t) RSEQ_CPU_ID_REGISTRATION_FAILED;
}

/* At the top of the block's stack, which nobody is on. */
struct enc_ucontext *enc_context_frame(struct enc_context *ctx, const struct enc_ucontext *like)
{
	uint64_t sp = (uint64_t) (uintptr_t) ctx + ENC_BLOCK_SIZE - 128, size;
	struct enc_ucontext *uc;
	uint64_t fpstate = 0;

	if (like->fpstate) {
		size = enc_fpstate_size(like->fpstate);
		fpstate = (sp - size) & ~UINT64_C(63);
		memcpy((void *) (uintptr_t) fpstate, (const void *) (uintptr_t) like->fpstate,
		       size);
		sp = fpstate;
	}
	uc = (void *) (uintptr_t) ((sp - sizeof(*uc)) & ~UINT64_C(15));
	*uc = *like;
	uc->fpstate = fpstate;
	uc->stack = stack_of(ctx);
	return uc;
}
