/* SPDX-License-Identifier: MIT */
/*
 * Traffic: exactly the bytes that were copied, whichever threads copied them, for
 * however many cages, whether those threads live on, and on both sides of a fork.
 * docs/forwarding.md, section 7.
 */
#include "unit.h"

#include <pthread.h>
#include <unistd.h>

static struct unit_layer copies;

/* A cage in which everything is copied; its memory cannot be addressed. */
static struct encase_cage *copying_cage(void)
{
	struct encase_cage *cage = unit_far_cage();

	unit_push_any(cage, &copies, lab_forward, ENCASE_COPY);
	return cage;
}

static void counts(const struct encase_cage *cage, uint64_t from, uint64_t to)
{
	struct encase_traffic t = encase_traffic(cage);

	same(t.from_cage, from);
	same(t.to_cage, to);
}

/* -- What is counted ------------------------------------------------------ */

#define AT UNIT_FAR + 64

static const struct {
	const struct encase_desc *desc;
	encase_word words[ENCASE_MAX_ARGS];
	long result;
	uint64_t from, to;
} rows[] = {
	{ &lab_desc_put, { AT, 10 }, 10, 10, 0 },
	{ &lab_desc_put, { AT, 10 }, 3, 10, 0 },
	{ &lab_desc_put, { AT, 10 }, -EIO, 10, 0 },
	{ &lab_desc_put, { AT, 0 }, 0, 0, 0 },
	{ &lab_desc_get, { AT, 10 }, 7, 0, 7 },
	{ &lab_desc_get, { AT, 10 }, 0, 0, 0 },
	{ &lab_desc_get, { AT, 10 }, -EIO, 0, 0 },
	{ &lab_desc_get, { AT, 10 }, 11, 0, 0 },
	{ &lab_desc_swap, { AT, 10 }, 4, 10, 4 },
	{ &lab_desc_fill, { AT, 10 }, 0, 0, 10 },
	{ &lab_desc_fill_ints, { AT, 10 }, 0, 0, 40 },
	{ &lab_desc_list, { 0, 10 }, 10, 0, 0 },
	{ &lab_desc_pairs, { AT, AT, AT }, 0, 32, 32 },
	{ &lab_desc_pairs, { AT, AT, 0 }, 0, 16, 16 },
	{ &lab_desc_pairs, { AT, AT, AT }, -1, 32, 0 },
	{ &lab_desc_short_text, { UNIT_FAR + 8 }, 0, 5, 0 }, /* "text" and its NUL */
	{ &lab_desc_short_text, { 0 }, 0, 0, 0 },
	{ &lab_desc_text, { UNIT_FAR + 8, UNIT_FAR + 9 }, 0, 5 + 4, 0 },
	{ &lab_desc_several, { UNIT_FAR + 8, AT, 3, AT, 5, AT }, 2, 5 + 3 + 16, 2 + 16 },
	{ &lab_desc_arity7, { 1, 2, 3, 4, 5, 6, 7 }, 7, 0, 0 },
	/* what was read before it failed */
	{ &lab_desc_text, { UNIT_FAR + 8, 1 }, -EFAULT, 5, 0 },
	{ &lab_desc_put, { 1, 10 }, -EFAULT, 0, 0 },
};

static void count_rows(struct encase_cage *cage, bool counted)
{
	uint64_t from = 0, to = 0;

	unit_paint();
	memcpy(unit_room + 8, "text", 5);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		unit_row("%zu", i);
		probe.result = rows[i].result;
		encase_enter(cage, rows[i].desc, rows[i].words);
		from += counted ? rows[i].from : 0;
		to += counted ? rows[i].to : 0;
		counts(cage, from, to);
	}
}

static long reach(struct encase_call *call)
{
	int err = encase_reach(call);

	return err ? encase_fail(call, -err) : probe.result;
}

Test(traffic, is_what_was_copied)
{
	struct encase_cage *copying = copying_cage(), *passing = unit_far_cage();
	struct encase_cage *below = unit_far_cage();
	struct unit_layer layer;

	count_rows(copying, true);
	unit_push_any(passing, &layer, lab_forward, ENCASE_PASS);
	count_rows(passing, false);
	probe.answer = reach;
	count_rows(below, true);
	unit_free(copying);
	unit_free(passing);
	unit_free(below);
}

/* In place nothing is copied, but for strings. */
Test(traffic, of_what_is_used_in_place)
{
	struct encase_cage *cage = unit_arena_cage();

	probe.answer = reach;
	memcpy(unit_room + 8, "text", 5);
	same(enter_lab(cage, put, 64, 1000), 0);
	same(enter_lab(cage, pairs, 64, 64, 64), 0);
	counts(cage, 0, 0);
	same(enter_lab(cage, several, 8, 64, 10, 64, 10, 64), 0);
	counts(cage, 5, 0);
	unit_free(cage);
}

/* -- Threads -------------------------------------------------------------- */

#define THREADS 8
#define ROUNDS  500

struct worker {
	struct encase_cage *cage;
	pthread_t thread;
	size_t size;
	int wake[2]; /* if not 0: the thread waits for a byte before it ends */
	unsigned failed;
	bool done; /* atomic: its last call has returned */
};

static void *copy_much(void *arg)
{
	struct worker *w = arg;
	char byte = 0;

	for (unsigned i = 0; i < ROUNDS; i++)
		w->failed += enter_lab(w->cage, swap, UNIT_FAR + 4096 * w->size, w->size) != 0;
	__atomic_store_n(&w->done, true, __ATOMIC_RELEASE);
	if (w->wake[1])
		w->failed += read(w->wake[0], &byte, 1) != 1;
	return NULL;
}

static void start(struct worker *w, struct encase_cage *cage, size_t size)
{
	w->cage = cage;
	w->size = size;
	w->failed = 0;
	same(pthread_create(&w->thread, NULL, copy_much, w), 0);
}

static void join(struct worker *w)
{
	if (w->wake[1])
		same(write(w->wake[1], "", 1), 1);
	same(pthread_join(w->thread, NULL), 0);
	same(w->failed, 0);
}

/* Until threads that do not end have done their work; for ten seconds at most. */
static void wait_for(const struct encase_cage *cage, uint64_t from)
{
	for (unsigned i = 0; i < 10000 && encase_traffic(cage).from_cage < from; i++)
		usleep(1000);
}

/* Of threads that have ended, and of threads that have not. */
Test(traffic, of_several_threads)
{
	struct encase_cage *cage = copying_cage();
	struct worker workers[THREADS] = { 0 };
	uint64_t sum = 0;

	for (unsigned i = 0; i < THREADS; i++) {
		if (i % 2)
			same(pipe(workers[i].wake), 0);
		start(&workers[i], cage, i + 1);
		sum += (i + 1) * ROUNDS;
	}
	for (unsigned i = 0; i < THREADS; i += 2)
		join(&workers[i]);
	wait_for(cage, sum);
	counts(cage, sum, 0);
	for (unsigned i = 1; i < THREADS; i += 2)
		join(&workers[i]);
	counts(cage, sum, 0);
	unit_free(cage);
}

/* -- Many cages ----------------------------------------------------------- */

#define CAGES 21

static struct encase_cage *cages[CAGES];

static void *visit_cages(void *arg)
{
	unsigned *failed = arg;

	for (unsigned round = 0; round < 40; round++)
		for (unsigned i = 0; i < CAGES; i++)
			for (unsigned k = 0; k <= i % 3; k++)
				*failed += enter_lab(cages[(i * (round + 1)) % CAGES], put,
						     UNIT_FAR + 64, i + 1) != 0;
	return NULL;
}

/* More than a thread has tallies for, in changing order, by two threads. */
Test(traffic, of_many_cages)
{
	uint64_t expected[CAGES] = { 0 };
	unsigned failed[2] = { 0 };
	pthread_t thread;

	for (unsigned i = 0; i < CAGES; i++)
		cages[i] = copying_cage();
	same(pthread_create(&thread, NULL, visit_cages, &failed[1]), 0);
	visit_cages(&failed[0]);
	same(pthread_join(thread, NULL), 0);
	same(failed[0] + failed[1], 0);
	for (unsigned round = 0; round < 40; round++)
		for (unsigned i = 0; i < CAGES; i++)
			expected[(i * (round + 1)) % CAGES] += 2 * (i + 1) * (1 + i % 3);
	for (unsigned i = 0; i < CAGES; i++) {
		unit_row("cage %u", i);
		counts(cages[i], expected[i], 0);
		unit_free(cages[i]);
	}
}

/* A freed cage's bytes are nobody's: not those of the next one at its address. */
Test(traffic, of_a_new_cage_is_none)
{
	for (unsigned i = 0; i < 50; i++) {
		struct encase_cage *cage = copying_cage();
		struct worker w = { 0 };

		counts(cage, 0, 0);
		same(pipe(w.wake), 0);
		start(&w, cage, 3);
		same(enter_lab(cage, put, UNIT_FAR + 64, 5), 0);
		while (!__atomic_load_n(&w.done, __ATOMIC_ACQUIRE))
			usleep(100);
		counts(cage, 3 * ROUNDS + 5, 0);
		unit_free(cage); /* while both threads have a tally for it */
		cage = copying_cage();
		counts(cage, 0, 0);
		join(&w);
		counts(cage, 0, 0);
		unit_free(cage);
		close(w.wake[0]);
		close(w.wake[1]);
	}
}

/* -- Forks ---------------------------------------------------------------- */

static void in_child(struct encase_cage *cage, uint64_t before)
{
	struct worker w = { 0 };

	counts(cage, before, 0);
	same(enter_lab(cage, put, UNIT_FAR + 64, 7), 0);
	counts(cage, before + 7, 0);
	start(&w, cage, 2);
	join(&w);
	counts(cage, before + 7 + 2 * ROUNDS, 0);
	unit_free(cage);
	_exit(0);
}

static void fork_and_wait(struct encase_cage *cage, uint64_t before)
{
	pid_t child = fork();

	if (!child)
		in_child(cage, before);
	unit_wait(child);
}

/* The child's sums are what they were, and its own from then on; so are the parent's. */
Test(traffic, on_both_sides_of_a_fork)
{
	struct encase_cage *cage = copying_cage();
	struct worker w[2] = { { .cage = NULL } };
	uint64_t sum = 5 + 3 * ROUNDS + 4 * ROUNDS;

	same(pipe(w[0].wake), 0);
	same(pipe(w[1].wake), 0);
	same(enter_lab(cage, put, UNIT_FAR + 64, 5), 0);
	start(&w[0], cage, 3);
	start(&w[1], cage, 4);
	wait_for(cage, sum);
	fork_and_wait(cage, sum);
	counts(cage, sum, 0);
	join(&w[0]);
	fork_and_wait(cage, sum);
	join(&w[1]);
	fork_and_wait(cage, sum);
	counts(cage, sum, 0);
	unit_free(cage);
}
