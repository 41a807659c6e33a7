/* SPDX-License-Identifier: MIT */
/* Gate "dispatch": what the host calls; see encase/dispatch.h. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <linux/prctl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cage.h"
#include "dispatch.h"
#include "memory/host_checked.h"
#include "thread.h"

#define FSGSBASE 2 /* in AT_HWCAP2: programs may write the thread pointer themselves */

/* -- Whether ------------------------------------------------------------------------ */

static __attribute__((format(printf, 3, 4))) int cannot(char *why, size_t size, const char *format,
							...)
{
	va_list args;

	va_start(args, format);
	(void) vsnprintf(why, size, format, args);
	va_end(args);
	return -ENOTSUP;
}

int encase_dispatch_check(char *why, size_t size)
{
	char selector = ENC_ALLOW;

	if (!(getauxval(AT_HWCAP2) & FSGSBASE))
		return cannot(why, size, "programs may not write the thread pointer (FSGSBASE)");
	if (getauxval(AT_SECURE))
		return cannot(why, size, "this program has more rights than its caller");
	if (access("/proc/self/exe", F_OK))
		return cannot(why, size, "there is no /proc, where this program finds itself");
	if (enc_sys(SYS_prctl, PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, enc_gate_begin,
		    enc_gate_end - enc_gate_begin, &selector))
		return cannot(why, size, "the kernel has no Syscall User Dispatch (Linux 5.11)");
	(void) enc_sys(SYS_prctl, PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_OFF, 0, 0, 0);
	return 0;
}

/* -- Running ------------------------------------------------------------------------ */

/* A change costs as much as some caught calls do. */
static const uint32_t often[] = {
	[ENCASE_SITES_OFTEN] = 8, [ENCASE_SITES_NEVER] = 0,       [ENCASE_SITES_FIRST] = 1,
	[ENCASE_SITES_ALL] = 8,   [ENCASE_SITES_ALL_AT_ONCE] = 1,
};

static bool is_fit(const struct encase_dispatch *run)
{
	const struct enc_plan *plan;

	if (!run || !run->cage || !run->path || !run->argv || !run->envp || !run->again ||
	    (unsigned) run->sites >= sizeof(often) / sizeof(often[0]) || (run->nkeep && !run->keep))
		return false;
	plan = &run->cage->plan;
	return plan->lower == &encase_lower_dispatch &&
	       plan->home.memory == &encase_memory_host_checked;
}

static void take(const struct encase_dispatch *run)
{
	static const char *const none[] = { NULL };

	enc_program.cage = run->cage;
	enc_program.often = often[run->sites];
	enc_program.all = enc_program.looks = run->sites >= ENCASE_SITES_ALL;
	/* What it takes is won back by some hundred thousand calls. */
	enc_program.patience = run->sites == ENCASE_SITES_ALL ? 16384 - 1 : 16 - 1;
	enc_program.again = run->again;
	enc_program.again_envp = run->again_envp ? run->again_envp : none;
	enc_program.keep = run->keep;
	enc_program.nkeep = run->nkeep;
	enc_program.lowest = INT_MAX;
	for (size_t i = 0; i < run->nkeep; i++)
		if (run->keep[i] >= 0 && run->keep[i] < enc_program.lowest)
			enc_program.lowest = run->keep[i];
}

/* The thread's context, with signals as the process has them. */
static struct enc_context *begin(const struct encase_dispatch *run)
{
	static struct enc_actions actions;
	struct enc_context *ctx = enc_context_new();
	uint64_t mask;

	if (!ctx)
		return NULL;
	ctx->cage = run->cage;
	ctx->actions = &actions;
	if (enc_actions_begin(ctx)) {
		enc_context_free(ctx);
		return NULL;
	}
	enc_context_take(ctx);
	mask = enc_mask(0);
	ctx->blocks = mask & ENC_OPEN;
	ctx->blind = mask & ENC_TELL;
	(void) enc_mask(mask & ~ENC_OPEN);
	enc_thread.armed = false; /* nobody handles faults yet */
	return ctx;
}

/* No program has begun: the process is what it was. */
static void undo(struct enc_context *ctx)
{
	(void) enc_mask(enc_mask(0) | ctx->blocks);
	enc_thread.armed = false;
	enc_actions_end();
	enc_context_leave(ctx);
}

/* Past the layers: the program that ran before has made the call. */
static int go_on(struct enc_context *ctx, const struct encase_dispatch *run)
{
	const struct enc_launch launch = {
		.file = run->file, .name = run->path, .argv = run->argv, .envp = run->envp
	};

	return enc_launch(ctx, &launch);
}

static int execute(const struct encase_dispatch *run)
{
	const encase_word words[3] = { (encase_word) (uintptr_t) run->path,
				       (encase_word) (uintptr_t) run->argv,
				       (encase_word) (uintptr_t) run->envp };

	return (int) encase_enter(run->cage, &encase_desc_execve, words);
}

int encase_dispatch_run(const struct encase_dispatch *run)
{
	struct enc_context *ctx;
	int err;

	if (!is_fit(run))
		return -EINVAL;
	err = encase_dispatch_check(NULL, 0);
	if (err)
		return err;
	take(run);
	enc_calls_begin();
	ctx = begin(run);
	if (!ctx)
		return -ENOMEM;
	err = run->file ? go_on(ctx, run) : execute(run);
	undo(ctx);
	return err;
}
