/* SPDX-License-Identifier: MIT */
/*
 * Calls at a tape that never return, threads and signals that come where they may: the
 * tape goes on, and can be closed.
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

#include "deck.h"

TestSuite(lost, .init = deck_open, .fini = deck_close);

/* Below: arity1(0) leaves by a jump, arity1(1) ends the thread, others return what they get. */
static jmp_buf back;

static long leave_call(void *below, const void *bound, struct encase_call *call)
{
	encase_word word = encase_arg_word(call, 0);

	(void) below;
	(void) bound;
	if (word == 0)
		longjmp(back, 1);
	if (word == 1)
		pthread_exit(NULL);
	return (long) word;
}
static const struct encase_lower lower_leave = { .name = "leave", .call = leave_call };

/* Makes a call that never returns. */
static __attribute__((noinline)) void lose(struct encase_cage *cage)
{
	if (!setjmp(back)) {
		enter_lab(cage, arity1, 0);
		cr_assert_fail("it came back");
	}
}

Test(lost, by_a_jump)
{
	struct encase_tape *tape = deck_record_on(&lower_leave, NULL);
	struct encase_cage *cage = deck_cage(tape);

	same(enter_lab(cage, arity1, 5), 5);
	for (unsigned i = 0; i < 20; i++) {
		lose(cage);
		same(enter_lab(cage, arity1, 6), 6);
	}
	lose(cage);
	same(encase_drain(cage), 0); /* that is when the last loss is noticed */
	deck_end(cage, tape, 0);
	tape = deck_replay();
	cage = deck_cage(tape);
	same(enter_lab(cage, arity1, 5), 5);
	same(enter_lab(cage, arity1, 0), -ENOTRECOVERABLE);
	says(tape, ENCASE_TAPE_TORN, "call 2: the tape ends before its answer: it never returned");
	deck_end(cage, tape, -ENOTRECOVERABLE);
}

/* Whoever calls from further down than the lost call did is not inside it either. */
static __attribute__((noinline)) long call_from_below(struct encase_cage *cage)
{
	volatile char deep[8192];

	deep[0] = deep[sizeof(deep) - 1] = 0;
	return enter_lab(cage, arity1, 7 + deep[0]);
}

Test(lost, and_called_from_elsewhere)
{
	struct encase_tape *tape = deck_record_on(&lower_leave, NULL);
	struct encase_cage *cage = deck_cage(tape);

	lose(cage);
	same(encase_drain(cage), 0);
	same(call_from_below(cage), 7);
	deck_end(cage, tape, 0);
}

static void *end_inside(void *cage)
{
	enter_lab((struct encase_cage *) cage, arity1, 1);
	return cage;
}

Test(lost, with_its_thread)
{
	struct encase_tape *tape = deck_record_on(&lower_leave, NULL);
	struct encase_cage *cage = deck_cage(tape);
	pthread_t thread;
	void *result;

	same(pthread_create(&thread, NULL, end_inside, cage), 0);
	pthread_join(thread, &result);
	same(result, NULL);
	same(enter_lab(cage, arity1, 5), 5);
	deck_end(cage, tape, 0);
}

/* -- Tapes inside tapes ------------------------------------------------------ */

/* A call that is at as many tapes as there may be, and one more; what it was in is as it was. */
Test(lost, too_many_tapes)
{
	struct encase_tape *tape[9];
	char path[9][sizeof(deck_path) + 8];
	const struct encase_lower *lower = &lower_leave;
	const void *below = NULL;
	struct encase_cage *cage;

	for (unsigned i = 0; i < 9; i++) {
		snprintf(path[i], sizeof(path[i]), "%s.%u", deck_path, i);
		same(encase_tape_record(path[i], lower, below, &tape[i]), 0);
		lower = &encase_lower_tape;
		below = tape[i];
	}
	cage = deck_cage(tape[7]);
	same(enter_lab(cage, arity1, 5), 5);
	unit_free(cage);
	cage = deck_cage(tape[8]);
	same(enter_lab(cage, arity1, 5), -ENOTSUP);
	unit_free(cage);
	for (unsigned i = 9; i--;) {
		same(encase_tape_close(tape[i]), 0);
		unlink(path[i]);
	}
}

/* -- Signals and forks that come at any moment ------------------------------- */

static struct encase_cage *struck;
static volatile unsigned strikes;

static void strike(int number)
{
	(void) number;
	strikes++;
	enter_lab(struck, arity0, 0);
}

/* What asks a tape something may be interrupted by its calls. */
Test(lost, signals_while_a_tape_is_asked, .timeout = 60)
{
	struct encase_tape *tape = deck_record();
	struct encase_cage *cage = struck = deck_cage(tape);
	const struct itimerval often = { { 0, 50 }, { 0, 50 } }, never = { { 0, 0 }, { 0, 0 } };

	signal(SIGALRM, strike);
	same(setitimer(ITIMER_REAL, &often, NULL), 0);
	while (strikes < 2000) {
		encase_tape_state(tape);
		unit_free(deck_cage(tape));
	}
	same(setitimer(ITIMER_REAL, &never, NULL), 0);
	signal(SIGALRM, SIG_DFL);
	same(encase_tape_state(tape).calls, strikes);
	deck_end(cage, tape, 0);
}

static _Atomic bool enough;

static void *call_on(void *cage)
{
	while (!enough)
		enter_lab((struct encase_cage *) cage, put, WORD("abc"), 3);
	return NULL;
}

/* In a child the other threads' calls have ended, and a tape can be asked and closed. */
Test(lost, forks_while_a_thread_calls, .timeout = 60)
{
	struct encase_tape *tape = deck_record();
	struct encase_cage *cage = deck_cage(tape);
	pthread_t thread;

	same(pthread_create(&thread, NULL, call_on, cage), 0);
	for (unsigned i = 0; i < 300; i++) {
		pid_t child = fork();

		if (!child) {
			alarm(10);
			encase_tape_state(tape);
			same(encase_tape_close(tape), 0);
			_exit(0);
		}
		unit_wait(child);
	}
	enough = true;
	pthread_join(thread, NULL);
	deck_end(cage, tape, 0);
}
