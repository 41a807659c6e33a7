/* SPDX-License-Identifier: MIT */
/*
 * The example's layers under calls of several threads at once.
 *
 * Each thread has its own descriptors, as threads of one process have: nobody
 * gets one that is still open.  Sums must come out exactly.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "counter.h"

enum { THREADS = 8, ROUNDS = 4000, TRIES = 5, NAMES = 60, LONG = 3000 };

struct worker {
	struct encase_cage *cage;
	_Atomic unsigned *met;
	int number;
	unsigned wrong;
	pthread_t thread;
};

static void make(struct worker *worker, const struct encase_desc *desc, long expected,
		 const encase_word *words)
{
	if (encase_enter(worker->cage, desc, words) != expected)
		worker->wrong++;
}

/* Opens, writes i bytes, fails to write, and closes: the shared file, and one of its own. */
static void *write_often(void *arg)
{
	static const char buf[ROUNDS];
	struct worker *worker = arg;
	char own[32];

	snprintf(own, sizeof(own), "file %d", worker->number);
	for (unsigned i = 0; i < ROUNDS; i++) {
		const char *name = i & 1 ? own : "shared";
		const encase_word fd = (encase_word) (10 + worker->number);

		files.fd = (int) fd;
		files.error = 0;
		files.result = i;
		make(worker, &encase_desc_open, (long) fd,
		     (encase_word[]){ W(name), O_WRONLY, 0600 });
		make(worker, &encase_desc_write, i, (encase_word[]){ fd, W(buf), i });
		files.error = EINTR;
		make(worker, &encase_desc_write, -EINTR, (encase_word[]){ fd, W(buf), i });
		files.error = 0;
		make(worker, &encase_desc_close, 0, (encase_word[]){ fd });
	}
	return NULL;
}

/* A name that differs from others at its end alone, so that looking for it takes time. */
static const char *long_name(char name[LONG], unsigned number)
{
	memset(name, 'x', LONG);
	snprintf(name + LONG - 8, 8, "%u", number);
	return name;
}

/* Waits until so many have come here, without sleep: those who run now go on at once. */
static void meet(_Atomic unsigned *met, unsigned all)
{
	++*met;
	while (*met < all)
		sched_yield();
}

/* All threads write to all names, in the same order: each name is new to several at once. */
static void *open_alike(void *arg)
{
	struct worker *worker = arg;
	const encase_word fd = (encase_word) (10 + worker->number);
	char name[LONG];

	files.fd = (int) fd;
	for (unsigned i = 0; i < NAMES; i++) {
		long_name(name, i);
		files.result = 1;
		meet(worker->met, THREADS * (i + 1));
		make(worker, &encase_desc_open, (long) fd,
		     (encase_word[]){ W(name), O_WRONLY, 0600 });
		make(worker, &encase_desc_write, 1, (encase_word[]){ fd, W(name), 1 });
	}
	return NULL;
}

static void run(const struct encase_layer *layer, struct encase_cage *cage, void *(*work)(void *) )
{
	_Atomic unsigned met = 0;
	struct worker workers[THREADS];

	for (int i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .cage = cage, .met = &met, .number = i };
		cr_assert_eq(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		cr_assert_eq(pthread_join(workers[i].thread, NULL), 0);
		cr_assert_eq(workers[i].wrong, 0, "%s", layer->name);
	}
}

Test(counter_threads, sums_come_out_exactly)
{
	const uint64_t even = ROUNDS / 2 * (ROUNDS / 2 - 1), odd = ROUNDS / 2 * (ROUNDS / 2);

	FOREACH_COUNTER(layer)
	{
		struct encase_cage *cage = counter_cage(layer);

		run(layer, cage, write_often);
		cr_assert_eq(counted_names(cage, layer), THREADS + 1);
		EXPECT_COUNTED(cage, layer, "shared", THREADS * (ROUNDS / 2), THREADS * even);
		for (int i = 0; i < THREADS; i++) {
			char own[32];

			snprintf(own, sizeof(own), "file %d", i);
			EXPECT_COUNTED(cage, layer, own, ROUNDS / 2, odd);
		}
		EXPECT_COUNTED(cage, layer, OTHER, 0, 0);
		cr_assert_eq(encase_cage_free(cage), 0);
	}
}

static void open_at_once(const struct encase_layer *layer)
{
	struct encase_cage *cage = counter_cage(layer);
	char name[LONG];

	run(layer, cage, open_alike);
	cr_assert_eq(counted_names(cage, layer), NAMES);
	for (unsigned i = 0; i < NAMES; i++)
		EXPECT_COUNTED(cage, layer, long_name(name, i), THREADS, THREADS);
	cr_assert_eq(encase_cage_free(cage), 0);
}

Test(counter_threads, each_name_is_listed_once)
{
	FOREACH_COUNTER(layer)
	{
		for (int i = 0; i < TRIES; i++)
			open_at_once(layer);
	}
}
