/* SPDX-License-Identifier: MIT */
/*
 * Row of memory "host_checked": the block is where the cage says, and bad addresses are refused when they
 * are followed.  Twice: on this thread nobody handles faults; the other row does.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <ucontext.h>

#include "memories.h"
#include "memory/host_checked.h"

static void open_checked(struct memory_space *s)
{
	block_open(s, 0);
	s->base = (encase_word) (uintptr_t) s->bytes;
}

static void close_checked(struct memory_space *s)
{
	block_close(s, 0);
}

const struct memory_row memory_row_host_checked = {
	.memory = &encase_memory_host_checked,
	.open = open_checked,
	.close = close_checked,
	.nowhere = UINT64_C(1) << 63, /* no program's, on any processor */
	.begins = true,
	.guesses = true,
};

/* As a gate does it that has its own handler for faults; any other one is a crash. */
static void on_fault(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	uint64_t to = enc_checked_fault((uint64_t) uc->uc_mcontext.gregs[REG_RIP]);

	(void) info;
	if (to)
		uc->uc_mcontext.gregs[REG_RIP] = (greg_t) to;
	else
		signal(sig, SIG_DFL);
}

static void open_armed(struct memory_space *s)
{
	const struct sigaction action = { .sa_sigaction = on_fault,
					  .sa_flags = SA_SIGINFO | SA_NODEFER };

	open_checked(s);
	cr_assert(!sigaction(SIGSEGV, &action, NULL) && !sigaction(SIGBUS, &action, NULL));
	enc_thread.armed = true;
}

static void close_armed(struct memory_space *s)
{
	enc_thread.armed = false;
	signal(SIGSEGV, SIG_DFL);
	signal(SIGBUS, SIG_DFL);
	close_checked(s);
}

const struct memory_row memory_row_host_armed = {
	.memory = &encase_memory_host_checked,
	.open = open_armed,
	.close = close_armed,
	.nowhere = UINT64_C(1) << 63,
	.begins = true,
	.guesses = true,
};
