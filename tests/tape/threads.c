/* SPDX-License-Identifier: MIT */
/*
 * Several threads at one tape: it has all their calls, in the order in which they
 * began, also where one waits for another's.  Cages share it.
 */
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <unistd.h>

#include "deck.h"

#include "lower/tape.h"

TestSuite(tape_threads, .init = deck_open, .fini = deck_close);

enum { THREADS = 4, ROUNDS = 500 };

static ssize_t answer_put(const void *buf, size_t n)
{
	return *(const unsigned char *) buf % (n + 1);
}

static const struct encase_function functions[] = { ENCASE_FUNCTION_IN(lab, put, answer_put),
						    ENCASE_FUNCTION_END };

struct worker {
	pthread_t thread;
	struct encase_cage *cage;
	unsigned number, wrong;
};

static void *work(void *arg)
{
	struct worker *w = arg;
	unsigned char data[40];

	for (unsigned i = 0; i < ROUNDS; i++) {
		memset(data, (int) (w->number * 50 + i % 41), sizeof(data));
		w->wrong += enter_lab(w->cage, put, WORD(data), sizeof(data)) != data[0] % 41;
	}
	return NULL;
}

/* Goes to the next way down on a tape, whose payload it returns; records are short here. */
static const unsigned char *next_down(const unsigned char **at)
{
	for (;;) {
		const unsigned char *record = *at;

		*at += 2 + record[1] + 4;
		if (record[0] == 'D')
			return record + 2;
	}
}

/* Each call is there with its own answer, each thread's in order. */
Test(tape_threads, all_calls_are_on_it)
{
	struct encase_tape *tape = deck_record_on(&encase_lower_functions, functions);
	unsigned next[THREADS] = { 0 }, wrong = 0;
	struct worker workers[THREADS];
	struct encase_cage *cage;
	const unsigned char *at;
	unsigned char *all;
	size_t n;

	for (unsigned i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .cage = deck_cage(tape), .number = i };
		same(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(workers[i].thread, NULL);
		wrong += workers[i].wrong;
		unit_free(workers[i].cage);
	}
	same(wrong, 0);
	same(encase_tape_state(tape).calls, THREADS * ROUNDS);
	same(encase_tape_close(tape), 0);
	all = deck_read(deck_path, &n);
	at = all + 12;
	tape = deck_replay();
	cage = deck_cage(tape);
	for (unsigned k = 0; k < THREADS * ROUNDS; k++) {
		const unsigned char *data = next_down(&at) + 3; /* number, tag, length */
		unsigned who = data[0] / 50;

		unit_row("call %u", k);
		holds(who < THREADS);
		same(data[0], who * 50 + next[who]++ % 41);
		same(enter_lab(cage, put, WORD(data), 40), data[0] % 41);
	}
	deck_end(cage, tape, 0);
	free(all);
}

/* -- What is recorded changes meanwhile ---------------------------------- */

static unsigned char shared[60000];
static _Atomic unsigned enough;

static void *scribble(void *arg)
{
	(void) arg;
	for (unsigned i = 0; !enough; i++)
		*(volatile unsigned char *) &shared[i * 7919 % sizeof(shared)] ^= 1;
	return NULL;
}

/* Whatever was put on the tape has the right sum. */
Test(tape_threads, data_that_changes_does_no_damage)
{
	struct encase_tape *tape = deck_record_on(&encase_lower_functions, functions);
	struct encase_cage *cage = deck_cage(tape);
	static struct enc_tape_reader reader;
	struct enc_tape_record record;
	uint64_t at = ENC_TAPE_HEADER;
	pthread_t thread;
	size_t n;

	same(pthread_create(&thread, NULL, scribble, NULL), 0);
	for (unsigned i = 0; i < 300; i++)
		enter_lab(cage, put, WORD(shared), sizeof(shared));
	enough = 1;
	pthread_join(thread, NULL);
	deck_end(cage, tape, 0);
	free(deck_read(deck_path, &n));
	reader.fd = open(deck_path, O_RDONLY | O_CLOEXEC);
	reader.size = n;
	while (at < n) {
		unit_row("at %llu", (unsigned long long) at);
		same(enc_tape_find(&reader, at, &record), ENC_FOUND_RECORD);
		at = record.next;
	}
	same(record.kind, ENC_TAPE_END);
	close(reader.fd);
}

/* -- One call waits for another -------------------------------------------- */

static sem_t began, go;

/* arity1(1) waits for arity1(2). */
static long wait_call(void *below, const void *bound, struct encase_call *call)
{
	(void) below;
	(void) bound;
	if (encase_arg_word(call, 0) == 1) {
		sem_post(&began);
		sem_wait(&go);
		return 10;
	}
	sem_post(&go);
	return 20;
}
static const struct encase_lower lower_wait = { .name = "wait", .call = wait_call };

static void *waiter(void *cage)
{
	return (void *) enter_lab(cage, arity1, 1);
}

Test(tape_threads, the_order_is_that_in_which_calls_began)
{
	struct encase_tape *tape = deck_record_on(&lower_wait, NULL);
	struct encase_cage *cage = deck_cage(tape);
	pthread_t thread;
	void *result;

	sem_init(&began, 0, 0);
	sem_init(&go, 0, 0);
	same(pthread_create(&thread, NULL, waiter, cage), 0);
	sem_wait(&began);
	same(encase_tape_close(tape), -EBUSY);
	same(enter_lab(cage, arity1, 2), 20);
	pthread_join(thread, &result);
	same(result, 10);
	deck_rewind(&tape, &cage);
	same(enter_lab(cage, arity1, 1), 10);
	says(tape, ENCASE_TAPE_RUNS, "call 2, lab.arity1, is to come");
	same(enter_lab(cage, arity1, 2), 20);
	deck_end(cage, tape, 0);
}
