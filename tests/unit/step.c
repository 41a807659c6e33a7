/* SPDX-License-Identifier: MIT */
/* Single-stepping; see step.h. */
#define _GNU_SOURCE
#include "step.h"

#include <signal.h>
#include <ucontext.h>

void (*step_on_trap)(void);
unsigned long step_traps, step_last;
int step_wrong;

/* This program's code, by the linker. */
extern const char __executable_start[], etext[];

static void trapped(int signal, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	const char *at = (const char *) uc->uc_mcontext.gregs[REG_RIP];

	(void) signal;
	(void) info;
	if (at < __executable_start || at >= etext)
		return;
	step_traps++;
	if (step_traps == step_last)
		uc->uc_mcontext.gregs[REG_EFL] &= ~STEP_FLAG;
	if (!step_last || step_traps == step_last)
		step_on_trap();
}

static void do_nothing(void)
{
}

void step_set_up(void)
{
	struct sigaction action = { .sa_sigaction = trapped, .sa_flags = SA_SIGINFO };

	same(sigaction(SIGTRAP, &action, NULL), 0);
	step_on_trap = do_nothing;
	step_traps = 0;
	step_begin();
	step_end();
	if (!step_traps)
		cr_skip_test("single-stepping does not trap here");
	step_traps = 0;
}

bool step_until(unsigned long n, void (*fn)(void))
{
	step_traps = 0;
	step_last = n;
	step_begin();
	fn();
	step_end();
	return step_traps >= n;
}

/* -- Cages to be stepped through ------------------------------------------ */

static void move_ends(char *to, const char *from, size_t n)
{
	size_t part = n < 16 ? n : 16;

	for (size_t i = 0; i < part; i++) {
		to[i] = from[i];
		to[n - 1 - i] = from[n - 1 - i];
	}
}

int step_read(void *space, encase_word from, void *to, size_t n)
{
	(void) space;
	move_ends(to, (const char *) from, n);
	return 0;
}

int step_write(void *space, encase_word to, const void *from, size_t n)
{
	(void) space;
	move_ends((char *) to, from, n);
	return 0;
}

const struct encase_memory step_memory = {
	.name = "ends",
	.read = step_read,
	.write = step_write,
	.read_string = unit_no_string,
};

static long exchange(void *below, const void *bound, struct encase_call *call)
{
	int err = encase_reach(call);
	size_t n = encase_arg_word(call, 1);
	char *buf, first;

	(void) below;
	(void) bound;
	if (encase_call_desc(call) == &lab_desc_overlaps)
		return encase_fail(call, (int) encase_arg_word(call, 0));
	if (err)
		return err;
	buf = encase_arg(call, 0);
	first = buf[0];
	buf[0] = buf[n - 1];
	buf[n - 1] = first;
	return (long) n;
}

const struct encase_lower step_lower = { .name = "exchange", .call = exchange };

void step_swap(struct encase_cage *cage, char *buf, size_t n, char letter)
{
	buf[0] = letter;
	buf[n - 1] = (char) (letter + 1);
	step_expect(enter_lab(cage, swap, WORD(buf), n) == (long) n);
	step_expect(buf[0] == letter + 1 && buf[n - 1] == letter);
}

ssize_t step_forward(void *buf, size_t n)
{
	return lab_next_swap(buf, n);
}
