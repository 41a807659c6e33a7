/* SPDX-License-Identifier: MIT */
/*
 * Gate "dispatch": the part of a call from a site that runs with the program's thread pointer and vector registers,
 * and makes the call with nothing else where all its handlers are bare.  This file is
 * compiled without such registers.
 */
#define _GNU_SOURCE
#include "bare.h"

#include <sys/syscall.h>
#include <unistd.h>

#include "arch.h"
#include "desc.h"
#include "dispatch.h"
#include "memory.h"
#include "memory/host_checked.h"

/* -- What is known of calls by their numbers ------------------------------------------ */

/*
 * By number: calls that need a frame of the program's state; where a number of an argument stands plus one, only if
 * that is not null.
 */
#define WHOLE 8
static const uint8_t whole[ENC_LAST + 1] = {
	[SYS_arch_prctl] = WHOLE,   [SYS_clone] = WHOLE,         [SYS_clone3] = WHOLE,
	[SYS_epoll_pwait] = 1 + 4,  [NR_EPOLL_PWAIT2] = 1 + 4,   [SYS_execve] = WHOLE,
	[SYS_execveat] = WHOLE,     [SYS_exit] = WHOLE,          [SYS_exit_group] = WHOLE,
	[SYS_fork] = WHOLE,         [SYS_io_pgetevents] = 1 + 5, [SYS_ppoll] = 1 + 3,
	[SYS_pselect6] = 1 + 5,     [SYS_rt_sigpending] = WHOLE, [SYS_rt_sigprocmask] = WHOLE,
	[SYS_rt_sigreturn] = WHOLE, [SYS_rt_sigsuspend] = WHOLE, [SYS_rt_sigtimedwait] = WHOLE,
	[SYS_sigaltstack] = WHOLE,  [SYS_vfork] = WHOLE,
};

bool enc_needs_frame(long number, const uint64_t words[6])
{
	unsigned needs;

	if ((unsigned long) number > ENC_LAST)
		return true;
	needs = whole[number];
	return needs == WHOLE || (needs && words[needs - 1]);
}

/*
 * By number: which argument is a path, plus one, where no other one than that of the process's own executable
 * makes the call anything but the kernel's.
 */
static const uint8_t paths[ENC_LAST + 1] = {
	[SYS_open] = 1 + 0,     [SYS_openat] = 1 + 1,     [SYS_openat2] = 1 + 1,
	[SYS_readlink] = 1 + 0, [SYS_readlinkat] = 1 + 1,
};

/* By number: calls that may wait, for as long as only a signal ends.  Others are made at once. */
static const bool waits[ENC_LAST + 1] = {
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

/* What nobody knows may wait, too. */
bool enc_may_wait(long number)
{
	return number > ENC_LAST || waits[number];
}

/* By number: what the interface says. */
static struct {
	const struct encase_desc *desc; /* null: nothing */
	uint8_t fds;                    /* bit i: argument i is a descriptor */
} known[ENC_LAST + 1];

void enc_calls_begin(void)
{
	for (size_t c = 0; c < encase_calls.ncalls; c++) {
		const struct encase_desc *desc = encase_calls.calls[c];
		long n = encase_calls.texts[c].number;

		known[n].desc = desc;
		for (unsigned i = 0; i < desc->nargs; i++) {
			unsigned kind = desc->arg[i].kind & ENCASE_KIND;

			if (kind == ENCASE_FD || kind == ENCASE_AT)
				known[n].fds |= (uint8_t) (1U << i);
		}
	}
}

/* -- Descriptors of the host's --------------------------------------------------------- */

bool enc_keeps(int fd)
{
	for (size_t i = 0; fd >= enc_program.lowest && i < enc_program.nkeep; i++)
		if (enc_program.keep[i] == fd)
			return true;
	return false;
}

/* To the program they are not open, whichever call it asks. */
bool enc_keeps_any(long number, const uint64_t words[6])
{
	unsigned fds = (unsigned long) number <= ENC_LAST ? known[number].fds : 0;

	ENC_FOREACH_BIT(i, fds)
	{
		if (enc_keeps((int) words[i]))
			return true;
	}
	return false;
}

/* -- Calls from sites ------------------------------------------------------------------- */

/* Whether the kernel makes it, for these arguments. */
static bool is_plain(const struct enc_context *ctx, long number)
{
	unsigned path = paths[number];
	uint64_t at;
	char text[6];

	if (enc_likely(!enc_ops[number]))
		return known[number].desc;
	if (!path || ctx->put_off & ENC_TELL)
		return false;
	at = ctx->site.words[path - 1];
	if (!enc_memory_is_user(at, sizeof(text)) ||
	    enc_checked_copy(text, (const void *) (uintptr_t) at, sizeof(text)))
		return true; /* a shorter one, or the kernel's to tell */
	for (unsigned i = 0; i < sizeof(text); i++)
		if (text[i] != "/proc/"[i])
			return true;
	return false;
}

/* The program makes the call once more, caught as any other. */
void enc_site_again(struct enc_context *ctx)
{
	ctx->site.back -= 2;
	ctx->site.result = ctx->site.number;
	if (ctx->caught)
		return;
	__atomic_fetch_or(&ctx->due, ENC_DUE_CATCH, __ATOMIC_RELAXED);
	__atomic_store_n(&ctx->waiting, 1, __ATOMIC_RELAXED);
}

/* What is below all layers. */
static long bottom(void *gate)
{
	struct enc_context *ctx = gate;
	long number = (int) ctx->site.number;

	if (waits[number])
		return enc_window(number, ctx->site.words, &ctx->waiting);
	return enc_arch_syscall(number, ctx->site.words);
}

/* Whether the call is still to be made, or something is to be done behind it. */
static bool try_bare(struct enc_context *ctx, long number)
{
	struct enc_bare bare = { .is.number = number,
				 .is.words = ctx->site.words,
				 .is.desc = known[number].desc,
				 .is.forward = enc_bare_forward,
				 .bottom = bottom,
				 .gate = ctx };
	long result = 0;
	enum enc_bare_end end = enc_bare_enter(ctx->host, ctx->cage, &bare, &result);

	if (end == ENC_BARE_NOT)
		return true;
	if (enc_unlikely(result == -ENC_AGAIN))
		enc_site_again(ctx);
	else
		ctx->site.result = (uint64_t) result;
	ctx->left = end == ENC_BARE_LEFT;
	return ctx->left;
}

bool enc_site_begin(struct enc_context *ctx)
{
	long number = (int) ctx->site.number;

	if (enc_unlikely(ctx->blind) || enc_needs_frame(number, ctx->site.words)) {
		enc_site_again(ctx);
		return false;
	}
	if (enc_unlikely(enc_program.looks) && !(++ctx->calls & enc_program.patience))
		return true;
	if (enc_unlikely(ctx->due & ENC_DUE_FREE))
		return true;
	return !is_plain(ctx, number) || enc_keeps_any(number, ctx->site.words) ||
	       try_bare(ctx, number);
}
