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

/* Newer than some headers. */
#define NR_EPOLL_PWAIT2 441

#define LAST 471

/* By number: what is done instead of the call. */
static enc_op_fn *const ops[LAST + 1] = {
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
	[SYS_set_robust_list] = enc_op_set_robust_list,
	[SYS_set_tid_address] = enc_op_set_tid_address,
	[SYS_sigaltstack] = enc_op_sigaltstack,
	[SYS_vfork] = enc_op_vfork,
};

/* By number: calls that may wait, for as long as only a signal ends.  Others are made at once. */
static const bool waits[LAST + 1] = {
	[SYS_accept] = true,
	[SYS_accept4] = true,
	[SYS_clock_nanosleep] = true,
	[SYS_connect] = true,
	[SYS_copy_file_range] = true,
	[SYS_epoll_pwait] = true,
	[NR_EPOLL_PWAIT2] = true,
	[SYS_epoll_wait] = true,
	[SYS_execve] = true,
	[SYS_execveat] = true,
	[SYS_fallocate] = true,
	[SYS_fcntl] = true,
	[SYS_flock] = true,
	[SYS_fsync] = true,
	[SYS_fdatasync] = true,
	[SYS_futex] = true,
	[449] = true, /* futex_waitv */
	[455] = true, /* futex_wait */
	[SYS_getrandom] = true,
	[SYS_io_getevents] = true,
	[SYS_io_pgetevents] = true,
	[SYS_io_uring_enter] = true,
	[SYS_ioctl] = true,
	[SYS_keyctl] = true,
	[SYS_mq_timedreceive] = true,
	[SYS_mq_timedsend] = true,
	[SYS_msgrcv] = true,
	[SYS_msgsnd] = true,
	[SYS_nanosleep] = true,
	[SYS_open] = true,
	[SYS_openat] = true,
	[SYS_openat2] = true,
	[SYS_pause] = true,
	[SYS_poll] = true,
	[SYS_ppoll] = true,
	[SYS_pread64] = true,
	[SYS_preadv] = true,
	[SYS_preadv2] = true,
	[SYS_pselect6] = true,
	[SYS_pwrite64] = true,
	[SYS_pwritev] = true,
	[SYS_pwritev2] = true,
	[SYS_read] = true,
	[SYS_readv] = true,
	[SYS_recvfrom] = true,
	[SYS_recvmmsg] = true,
	[SYS_recvmsg] = true,
	[SYS_rt_sigsuspend] = true,
	[SYS_rt_sigtimedwait] = true,
	[SYS_select] = true,
	[SYS_semop] = true,
	[SYS_semtimedop] = true,
	[SYS_sendfile] = true,
	[SYS_sendmmsg] = true,
	[SYS_sendmsg] = true,
	[SYS_sendto] = true,
	[SYS_splice] = true,
	[SYS_tee] = true,
	[SYS_vmsplice] = true,
	[SYS_wait4] = true,
	[SYS_waitid] = true,
	[SYS_write] = true,
	[SYS_writev] = true,
};

/*
 * By number: calls that need a frame of the program's state; where a number of an argument stands plus one, only if
 * that is not null.
 */
#define WHOLE 8
static const uint8_t whole[LAST + 1] = {
	[SYS_arch_prctl] = WHOLE,     [SYS_clone] = WHOLE,
	[SYS_clone3] = WHOLE,         [SYS_epoll_pwait] = 1 + 4,
	[NR_EPOLL_PWAIT2] = 1 + 4,    [SYS_execve] = WHOLE,
	[SYS_execveat] = WHOLE,       [SYS_exit] = WHOLE,
	[SYS_exit_group] = WHOLE,     [SYS_fork] = WHOLE,
	[SYS_io_pgetevents] = 1 + 5,  [SYS_ppoll] = 1 + 3,
	[SYS_pselect6] = 1 + 5,       [SYS_rt_sigpending] = WHOLE,
	[SYS_rt_sigprocmask] = WHOLE, [SYS_rt_sigreturn] = WHOLE,
	[SYS_rt_sigsuspend] = WHOLE,  [SYS_rt_sigtimedwait] = WHOLE,
	[SYS_sigaltstack] = WHOLE,    [SYS_vfork] = WHOLE,
};

ENC_BARE enum enc_way enc_way_of(long number, const uint64_t words[6])
{
	unsigned needs;

	if ((unsigned long) number > LAST)
		return ENC_WAY_WHOLE;
	needs = whole[number];
	if (needs == WHOLE || (needs && words[needs - 1]))
		return ENC_WAY_WHOLE;
	return ops[number] ? ENC_WAY_OP : ENC_WAY_PLAIN;
}

/* What nobody knows may wait, too. */
static bool may_wait(long number)
{
	return number > LAST || waits[number];
}

long enc_pass(struct enc_context *ctx, long number, const uint64_t words[6])
{
	if (!may_wait(number))
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
	enc_op_fn *op = number <= LAST ? ops[number] : NULL;

	if (op && !enc_here())
		return encase_fail(call, ENOSYS);
	if (op && !enc_here()->frame && enc_program.threads &&
	    enc_way_of(number, words) == ENC_WAY_WHOLE)
		return encase_fail(call, ENOSYS); /* a handler makes it in place of another call */
	if (enc_keeps_any(enc_desc(call), words))
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
