/* SPDX-License-Identifier: MIT */
/* Timers, waiting for any of several, and calls back into the machine. */
#include <string.h>

#include "scene.h"

static unsigned timer(unsigned ms)
{
	return CALL(A, timer_set_ms, ms, 0) ? 0 : scene_gave(A, 1);
}

static void test_any(void)
{
	unsigned first, second, third;

	scene_begin();
	first = timer(30);
	second = timer(10);
	third = timer(20);
	scene_put_word(A, 100, first);
	scene_put_word(A, 102, second);
	scene_put_word(A, 104, third);
	tap_ok(!CALL(A, pause_vm, 100, 3, 0, 300) && scene_gave(A, 1) == second &&
		       host_now(&scene.hosts[A]) == 10000,
	       "of several the first to come");
	tap_ok(CALL(A, pause_vm, 100, 3, 0, 300) == riot_error_stale, "which is gone then");
	scene_put_word(A, 102, third);
	tap_ok(!CALL(A, pause_vm, 100, 3, 0, 300) && scene_gave(A, 1) == third, "the next");
	tap_ok(!CALL(A, timer_cancel, first) && CALL(A, timer_cancel, first) == riot_error_stale,
	       "cancelled, once");
	tap_ok(CALL(A, pause_vm, 0, 0, 0, 300) == riot_error_would_hang, "nothing to come");
	scene_put(A, 300, "\0\0\0", 3);
	tap_ok(CALL(A, pause_vm, 0, 0, 1 | 7 << 8, 300) == riot_error_try_again &&
		       host_now(&scene.hosts[A]) == 27000,
	       "but with a limit it is a pause");
	for (unsigned i = 0; i < 8; i++)
		scene_put_word(A, 100 + 2 * i, first = timer(11 - i));
	tap_ok(!CALL(A, pause_vm, 100, 8, 0, 300) && scene_gave(A, 1) == first &&
		       host_now(&scene.hosts[A]) == 31000,
	       "eight at once, which are due from now on");
	scene_end();
}

/* A call back while the machine waits makes calls of its own, inside that call. */
static void test_inside(void)
{
	static const char text[] = "set r0, 5\nset r2, back\nset r3, 77\nsys timer_set_cb\n"
				   "put r1, event\nset r4, 44\nldm wait\nset r3, wait + 6\n"
				   "sys pause_vm\nbnz r0, bad\nget r2, event\nbne r1, r2, bad\n"
				   "get r0, seen\nset r1, 77\nbne r0, r1, bad\nset r1, 44\n"
				   "bne r4, r1, bad\nhalt 0\n"
				   "bad: halt 1\n"
				   "back: put r0, seen\nset r4, 1\nset r0, hi\nset r1, 2\n"
				   "sys puts\nresume\n"
				   "hi: .text \"hi\"\n.align 2\nevent: .space 2\nseen: .space 2\n"
				   "wait: .word event, 1\n.byte 0, 0, 0, 0, 0\n";

	scene_begin();
	tap_ok(scene_run(A, text, 1000) == VM_HALTED && !scene.hosts[A].vm.status,
	       "a call back while the machine waits");
	tap_ok(!strcmp(scene_said(), "a: hi\n"), "makes calls of its own");
	scene_end();
}

static void test_between(void)
{
	/* It never waits: 1 ms are 1000 steps. */
	static const char text[] = "set r0, 1\nset r2, back\nset r3, 9\nsys timer_set_cb\n"
				   "set r1, 55\nagain: get r0, seen\nbz r0, again\n"
				   "sub r1, 55\nbnz r1, bad\nhalt 0\nbad: halt 1\n"
				   "back: put r0, seen\nset r1, 1\nresume\nseen: .space 2";

	scene_begin();
	tap_ok(scene_run(A, text, 5000) == VM_HALTED && !scene.hosts[A].vm.status &&
		       scene.hosts[A].vm.steps > 1000,
	       "a call back between two instructions; registers are as they were");
	scene_end();
}

/* Two call backs ahead, of which the second begins at back; what is waited for is in event. */
#define WAITS                                                                            \
	"put r1, event\nldm wait\nset r3, wait + 6\nsys pause_vm\nbnz r0, bad\nhalt 0\n" \
	"bad: halt 1\n.align 2\nevent: .space 2\nwait: .word event, 1\n"                 \
	".byte 0, 0, 0, 0, 0\n"

static void test_meanwhile(void)
{
	scene_begin();
	tap_ok(scene_run(A,
			 "set r0, 1\nset r2, back\nsys timer_set_cb\nset r0, 5\nset r1, 0\n"
			 "sys timer_set_ms\n" WAITS "back: set r0, 0\nput r0, event\nresume",
			 1000) == VM_HALTED &&
		       !scene.hosts[A].vm.status,
	       "the list of events is that with which the call was made");
	scene_end();
	scene_begin();
	tap_ok(scene_run(A,
			 "set r0, 1\nset r2, back\nsys timer_set_cb\nset r0, 9\nset r1, 0\n"
			 "sys timer_set_cb\n" WAITS "back: halt 7",
			 1000) == VM_HALTED &&
		       scene.hosts[A].vm.status == 7,
	       "who halts when called back is not called again");
	scene_end();
}

/* The second one takes the place of the event that the first one cancels, before its own. */
static void test_clock(void)
{
	scene_begin();
	tap_ok(scene_run(
		       A,
		       "set r0, 9\nsys timer_set_ms\nput r1, event\nset r0, 1\nset r1, 0\n"
		       "set r2, back\nsys timer_set_cb\nldm wait\nset r3, wait + 6\nsys pause_vm\n"
		       "back: get r0, event\nsys timer_cancel\nset r0, 0\nset r1, 0\nset r2, "
		       "other\n"
		       "sys timer_set_cb\nresume\nother: halt 0\n"
		       ".align 2\nevent: .space 2\nwait: .word 0, 0\n.byte 1, 5, 0, 0, 0",
		       1000) == VM_HALTED &&
		       scene.hosts[A].slept == 1007 - 10,
	       "a clock does not go back for what has been due a while");
	scene_end();
}

static void test_ended(void)
{
	char why[100];

	scene_begin();
	tap_ok(scene_run(A,
			 "set r0, 1\nset r2, back\nsys timer_set_cb\nset r0, 1\nset r1, 0\n"
			 "set r2, other\nsys timer_set_cb\nset r1, 0\nset r2, 0\nset r3, 300\n"
			 "sys pause_vm\nback: add r0, 1\nadd r0, 1\nadd r0, 1\nadd r0, 1\nget r0, "
			 "9999\nhalt 2\nother: halt 1",
			 1000) == VM_OUTSIDE,
	       "a call back ends the machine");
	vm_why(&scene.hosts[A].vm, why, sizeof(why));
	tap_ok(!strcmp(why, "at 0x003c: it reached outside its memory"),
	       "where, is not forgotten for another that is due");
	scene_end();
}

/* A call back of 2 * turns + 2 steps, and more. */
static enum vm_end turn(unsigned turns, const char *more)
{
	char text[300];
	enum vm_end end;

	(void) snprintf(text, sizeof(text),
			"set r2, back\nsys timer_set_cb\nhalt 0\n"
			"back: set r1, %u\nagain: sub r1, 1\nbnz r1, again\n%sresume",
			turns, more);
	scene_begin();
	end = scene_run(A, text, 50000);
	scene_end();
	return end;
}

static void test_steps(void)
{
	tap_ok(turn(HOST_CB_STEPS / 2 - 1, "") == VM_HALTED, "as many steps as it may make");
	tap_ok(turn(HOST_CB_STEPS / 2 - 1, "add r0, 1\n") == VM_CB_TOO_LONG, "one more");
}

static void expect_end(const char *back, enum vm_end end, const char *name)
{
	char text[600];

	(void) snprintf(text, sizeof(text),
			"set r0, 1\nset r2, back\nsys timer_set_cb\n"
			"put r1, event\nldm wait\nset r3, wait + 6\nsys pause_vm\nhalt 0\n"
			"back: %s\n.align 2\nevent: .space 2\n"
			"wait: .word event, 1\n.byte 0, 0, 0, 0, 0\n",
			back);
	scene_begin();
	if (!tap_ok(scene_run(A, text, 50000) == end, name))
		printf("# it ended with %d\n", scene.hosts[A].vm.end);
	tap_ok(!CALL(B, timer_set_ms, 1, 0), "the other one goes on");
	scene_end();
}

void test_timers(void)
{
	test_any();
	test_inside();
	test_between();
	test_meanwhile();
	test_clock();
	test_ended();
	test_steps();
	expect_end("jmp back", VM_CB_TOO_LONG, "a call back that does not end");
	expect_end("get r0, 65535", VM_OUTSIDE, "one that reaches outside");
	expect_end("halt 0", VM_HALTED, "one that halts");
	expect_end("set r0, 0\nset r1, 0\nset r2, back\nsys timer_set_cb\nresume", VM_HALTED,
		   "one that asks for another");
	expect_end("set r0, 0\nset r2, 0x8000\nsys fill_random_buffer\nset r1, 2000\n"
		   "set r0, 100\nsys fill_random_buffer\nresume",
		   VM_REFUSED, "one that must not go on");
	expect_end("set r0, 0\nset r1, 0\nset r2, 0\nset r3, 300\nsys pause_vm\n"
		   "sub r0, error_would_hang\nbnz r0, bad\nresume\nbad: get r0, 65535",
		   VM_HALTED, "one that waits while nothing calls back");
	expect_end("bnz r0, bad\nset r0, 0\nset r1, 0\nset r2, bad\nset r3, 1\n"
		   "sys timer_set_cb\nput r1, mine\nldm other\nset r3, 300\nsys pause_vm\n"
		   "sub r0, error_would_hang\nbnz r0, bad\nget r0, mine\nsys timer_cancel\n"
		   "resume\nbad: get r0, 65535\n"
		   ".align 2\nmine: .space 2\nother: .word mine, 1, 0",
		   VM_HALTED, "one that waits for another, which does not come inside it");
}
