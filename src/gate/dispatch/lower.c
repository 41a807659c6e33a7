/* SPDX-License-Identifier: MIT */
/*
 * Gate "dispatch": the lower layer.  What the kernel would do for a thread or process that has the gate in it is
 * done in its stead; all else is the kernel's.  So layers see every call, and none sees the gate's own.
 */
#define _GNU_SOURCE
#include <sys/syscall.h>

#include "arch.h"
#include "desc.h"
#include "dispatch.h"
#include "memory.h"
#include "memory/host_checked.h"

/* -- Which calls ---------------------------------------------------------------- */

/* By number: what is done instead of the call. */
enc_op_fn *const enc_ops[ENC_LAST + 1] = {
	[SYS_arch_prctl] = enc_op_arch_prctl,
	[SYS_brk] = enc_op_brk,
	[SYS_clone] = enc_op_clone,
	[SYS_clone3] = enc_op_clone3,
	[SYS_close_range] = enc_op_close_range,
	[SYS_epoll_pwait] = enc_op_epoll_pwait,
	[NR_EPOLL_PWAIT2] = enc_op_epoll_pwait,
	[SYS_execve] = enc_op_execve,
	[SYS_execveat] = enc_op_execveat,
	[SYS_exit] = enc_op_exit,
	[SYS_exit_group] = enc_op_exit_group,
	[SYS_fork] = enc_op_fork,
	[SYS_io_pgetevents] = enc_op_io_pgetevents,
	[SYS_madvise] = enc_op_madvise,
	[SYS_mmap] = enc_op_mmap,
	[SYS_mprotect] = enc_op_mprotect,
	[SYS_mremap] = enc_op_mremap,
	[SYS_munmap] = enc_op_munmap,
	[SYS_open] = enc_op_open,
	[SYS_openat] = enc_op_openat,
	[SYS_openat2] = enc_op_openat2,
	[SYS_personality] = enc_op_personality,
	[SYS_pkey_mprotect] = enc_op_pkey_mprotect,
	[SYS_ppoll] = enc_op_ppoll,
	[SYS_prctl] = enc_op_prctl,
	[SYS_pselect6] = enc_op_pselect6,
	[SYS_ptrace] = enc_op_ptrace,
	[SYS_readlink] = enc_op_readlink,
	[SYS_readlinkat] = enc_op_readlinkat,
	[SYS_rseq] = enc_op_rseq,
	[SYS_rt_sigaction] = enc_op_sigaction,
	[SYS_rt_sigpending] = enc_op_sigpending,
	[SYS_rt_sigprocmask] = enc_op_sigprocmask,
	[SYS_rt_sigreturn] = enc_op_sigreturn,
	[SYS_rt_sigsuspend] = enc_op_sigsuspend,
	[SYS_rt_sigtimedwait] = enc_op_sigtimedwait,
	[SYS_seccomp] = enc_op_seccomp,
	[SYS_set_robust_list] = enc_op_set_robust_list,
	[SYS_set_tid_address] = enc_op_set_tid_address,
	[SYS_shmat] = enc_op_shmat,
	[SYS_sigaltstack] = enc_op_sigaltstack,
	[SYS_vfork] = enc_op_vfork,
};

long enc_pass(struct enc_context *ctx, long number, const uint64_t words[6])
{
	if (!enc_may_wait(number))
		return enc_arch_syscall(number, words);
	return enc_window(number, words, &ctx->waiting);
}

int enc_read_theirs(void *to, uint64_t from, size_t n)
{
	return enc_checked_read(to, from, n);
}

int enc_write_theirs(uint64_t to, const void *from, size_t n)
{
	return n ? enc_checked_write(to, from, n) : 0;
}

/* -- The layer ------------------------------------------------------------------ */

/* The call's number, plus one since a null would say that it is not Linux's. */
static const void *dispatch_bind(void *below, const struct encase_desc *desc)
{
	(void) below;
	if (desc->interface != &encase_calls)
		return NULL;
	return (const void *) (uintptr_t) (encase_text(desc)->number + 1);
}

/* On other threads than the program's, layers' own, what needs a context is not to be had. */
static long make(struct encase_call *call, long number, uint64_t words[6])
{
	enc_op_fn *op = number <= ENC_LAST ? enc_ops[number] : NULL;

	if (op && !enc_here())
		return encase_fail(call, ENOSYS);
	if (op && !enc_here()->frame && enc_program.threads && enc_needs_frame(number, words))
		return encase_fail(call, ENOSYS); /* a handler makes it in place of another call */
	if (enc_keeps_any(number, words))
		return encase_fail(call, EBADF);
	if (op)
		return op(enc_here(), call, words);
	if (!enc_here())
		return enc_arch_syscall(number, words);
	return enc_pass(enc_here(), number, words);
}

static long dispatch_call(void *below, const void *bound, struct encase_call *call)
{
	const struct encase_desc *desc = enc_desc(call);
	uint64_t words[6] = { 0 };
	long number;

	(void) below;
	if (desc->interface != &encase_calls || (!bound && !enc_is_unknown(desc)) ||
	    !enc_memory_is_own(call->flight->stack->home.memory))
		return encase_fail(call, ENOSYS);
	number = bound ? (long) (uintptr_t) bound - 1 : encase_call_number(call);
	for (unsigned i = 0; i < desc->nargs && i < 6; i++)
		words[i] = call->words[i];
	return make(call, number, words);
}

const struct encase_lower encase_lower_dispatch = {
	.name = "dispatch",
	.bind = dispatch_bind,
	.call = dispatch_call,
};
