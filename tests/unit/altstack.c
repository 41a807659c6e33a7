/* SPDX-License-Identifier: MIT */
/*
 * Calls on alternate signal stacks, wherever these lie: those that go on are not
 * taken for left behind, and those that are left are not taken to go on.
 * Rules: docs/forwarding.md, 9.2 and 9.4.
 */
#define _GNU_SOURCE
#include "unit.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "enc.h"

#define SIZE ((size_t) 64 << 10)

static struct encase_cage *cage, *other;
static sigjmp_buf outside;
static bool jumps;
static unsigned signals, wrong;

/* It takes a stack that is near for a part of the one below, and what is in that for gone. */
static void skip_under_valgrind(void)
{
	const char *loaded = getenv("LD_PRELOAD");

	if (loaded && strstr(loaded, "vgpreload"))
		cr_skip_test("valgrind knows no stacks that are so near");
}

static long answer(struct encase_call *call)
{
	int err = encase_reach(call);
	size_t n = encase_arg_word(call, 1);

	if (err || encase_call_desc(call) != &lab_desc_swap)
		return err;
	memset(encase_arg(call, 0), 'L', n);
	return (long) n;
}

/* One call with copies; what is in it stays its own. */
static void swap_once(struct encase_cage *of, char letter)
{
	char buf[200];

	memset(buf, letter, sizeof(buf));
	wrong += enter_lab(of, swap, WORD(buf), 150) != 150;
	for (size_t i = 0; i < sizeof(buf); i++)
		wrong += buf[i] != (i < 150 ? 'L' : letter);
}

/* Of layers that copy: 's' in a signal's handler, which may be left. */
static ssize_t on_swap(void *buf, size_t n)
{
	char first = *(char *) buf;

	if (first == 'm')
		raise(SIGUSR1);
	if (first == 'n')
		swap_once(other, 'k');
	if (first == 's' && jumps)
		siglongjmp(outside, 1);
	wrong += *(char *) buf != first || ((char *) buf)[n - 1] != first;
	return lab_next_swap(buf, n);
}

static void on_signal(int signal)
{
	/* after a jump nobody can be asked until that has been noticed */
	struct encase_cage *caller = jumps ? NULL : encase_caller();

	(void) signal;
	signals++; /* and once more, if it gets there */
	swap_once(other, 'x');
	swap_once(other, 'n'); /* with another one inside */
	wrong += !jumps && encase_caller() != caller;
	swap_once(cage, 's'); /* from the same place as the others */
	signals++;
}

static const struct encase_rule rules[] = { ENCASE_ON_IN(lab, swap, on_swap), ENCASE_END };
static const struct encase_layer copying = { .name = "copying", .rules = rules };

static void set_up(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_ONSTACK };

	probe.answer = answer;
	cage = unit_host_cage();
	other = unit_host_cage();
	unit_push(cage, &copying);
	unit_push(other, &copying);
	same(sigaction(SIGUSR1, &action, NULL), 0);
}

/* On some stack, with an alternate one somewhere: signals that return, then signals that jump. */
static void raise_and_call(char *alt)
{
	stack_t stack = { .ss_sp = alt, .ss_size = SIZE };

	wrong += sigaltstack(&stack, NULL) != 0;
	for (volatile unsigned i = 0; i < 20; i++) {
		jumps = false;
		swap_once(cage, 'm'); /* inside a handler */
		raise(SIGUSR1);       /* and outside */
		wrong += enc_thread.shadows != NULL;
		jumps = true;
		if (!sigsetjmp(outside, 1))
			swap_once(cage, i & 1 ? 'm' : 's');
		if (!sigsetjmp(outside, 1))
			raise(SIGUSR1);
		jumps = false;
		if (i & 2)
			swap_once(other, 'x');
		wrong += encase_drain(cage) != 0;
		wrong += encase_drain(other) != 0;
		wrong += enc_thread.shadows != NULL || enc_thread.nest || enc_thread.slot[0].base;
	}
	stack.ss_flags = SS_DISABLE;
	wrong += sigaltstack(&stack, NULL) != 0;
}

/* Of raise_and_call(): two that return and one or two that jump, in each of 20 rounds. */
#define SIGNALS (20 * 2 * 2 + 20 + 10)

static void tear_down(unsigned want)
{
	same(wrong, 0);
	same(signals, want);
	unit_free(cage);
	unit_free(other);
}

Test(altstack, far_below)
{
	static char alt[SIZE];

	set_up();
	raise_and_call(alt);
	tear_down(SIGNALS);
}

/* A local array of a function further up: right above on the way down. */
static __attribute__((noinline)) void call_below(char *alt)
{
	char room[4096];

	memset(room, 1, sizeof(room));
	__asm__ volatile("" : : "r"(room) : "memory");
	raise_and_call(alt);
	__asm__ volatile("" : : "r"(room) : "memory");
}

Test(altstack, right_above)
{
	char alt[SIZE];

	skip_under_valgrind();
	set_up();
	call_below(alt);
	tear_down(SIGNALS);
}

/* In threads: their stacks may lie above or below a mapping. */
static char *thread_alt;

static void *in_thread(void *arg)
{
	raise_and_call(thread_alt);
	return arg;
}

Test(altstack, above_and_below_a_threads_stack)
{
	char *map =
		mmap(NULL, 4 * SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	skip_under_valgrind();
	set_up();
	for (unsigned above = 0; above < 2; above++) {
		pthread_attr_t attr;
		pthread_t thread;

		unit_row("%u", above);
		thread_alt = map + (above ? 3 * SIZE : 0);
		pthread_attr_init(&attr);
		same(pthread_attr_setstack(&attr, map + SIZE, 2 * SIZE), 0);
		same(pthread_create(&thread, &attr, in_thread, NULL), 0);
		same(pthread_join(thread, NULL), 0);
		pthread_attr_destroy(&attr);
		same(wrong, 0);
	}
	tear_down(2 * SIGNALS);
	munmap(map, 4 * SIZE);
}

/* A thread with a call in flight on its own stack and one on the other is in both cages. */
static int busy[2];

static ssize_t ask(void *buf, size_t n)
{
	if (*(char *) buf == 's') {
		busy[0] = encase_cage_free(cage);
		busy[1] = encase_cage_free(other);
	}
	return lab_next_swap(buf, n);
}

static const struct encase_rule ask_rules[] = { ENCASE_ON_IN(lab, swap, ask), ENCASE_END };
static const struct encase_layer asking = { .name = "asking", .rules = ask_rules };

static void ask_other(int signal)
{
	(void) signal;
	swap_once(other, 's');
}

Test(altstack, both_calls_are_in_flight)
{
	static char alt[SIZE];
	stack_t stack = { .ss_sp = alt, .ss_size = SIZE };
	struct sigaction action = { .sa_handler = ask_other, .sa_flags = SA_ONSTACK };

	set_up();
	unit_push(other, &asking);
	same(sigaction(SIGUSR1, &action, NULL), 0);
	same(sigaltstack(&stack, NULL), 0);
	swap_once(cage, 'm');
	same(busy[0], -EBUSY);
	same(busy[1], -EBUSY);
	same(wrong, 0);
	unit_free(other);
	unit_free(cage);
}
