/* SPDX-License-Identifier: MIT */
/*
 * Entries that are asked for by all threads at once, their calls' copies, and what
 * traffic tells of them meanwhile and at the end.
 */
#include <string.h>

#include "threads.h"

static struct encase_cage *cage;
static uint64_t bytes; /* copied, one way; atomic */
static encase_fn *entries[8][2];

/* All bytes of a buffer are the same, before and after. */
static void swap_once(threads_swap_fn *swap, unsigned number)
{
	unsigned char buf[300], byte = (unsigned char) any(256);
	size_t n = any(sizeof(buf));

	memset(buf, byte, sizeof(buf));
	expect(swap(buf, n) == (ssize_t) n);
	for (size_t i = 0; i < sizeof(buf); i++)
		if (buf[i] != (unsigned char) (i < n ? ~byte : byte)) {
			complain("thread %u: a byte is not its own", number);
			break;
		}
	__atomic_fetch_add(&bytes, n, __ATOMIC_RELAXED);
}

static void asker(unsigned number)
{
	while (!is_over()) {
		threads_swap_fn *swap = ENCASE_ENTRY_IN(threads, cage, swap);
		threads_visit_fn *go = ENCASE_ENTRY_IN(threads, cage, visit);
		struct trace trace = { .n = 0 };

		entries[number][0] = (encase_fn *) swap;
		entries[number][1] = (encase_fn *) go;
		swap_once(swap, number);
		expect(go(&trace, 1) == (long) trace.n && trace.landed == 1);
	}
}

/* Cages of one's own with entries of their own. */
static void own_asker(unsigned number)
{
	while (!is_over()) {
		struct encase_cage *own = make_cage(NULL);
		threads_visit_fn *go = ENCASE_ENTRY_IN(threads, own, visit);
		struct trace trace = { .n = 0 };

		expect(push(own, &visitors[0], number) == 0);
		expect(go(&trace, 0) == 1 && trace.landed == 1 && trace.seen[0] == number);
		free_cage(own);
	}
}

/* Sums only grow, and no more bytes come back than went there. */
static void reader(unsigned number)
{
	struct encase_traffic last = { 0, 0 };

	(void) number;
	while (!is_over()) {
		struct encase_traffic now = encase_traffic(cage);

		expect(now.from_cage >= last.from_cage && now.to_cage >= last.to_cage);
		last = now;
		expect(encase_push(cage, &quiet, NULL) == 0);
		expect(encase_pop(cage, &quiet) == 0);
	}
}

/* In each round a fresh cage, whose entries all threads ask for as their first deed. */
static pthread_barrier_t start_line;

static void first_asker(unsigned number)
{
	for (unsigned i = 0; i < 40; i++) {
		pthread_barrier_wait(&start_line);
		if (number == 0)
			cage = make_cage(NULL);
		pthread_barrier_wait(&start_line);
		entries[number][0] = encase_entry(cage, &threads_desc_visit);
		entries[number][1] = encase_entry(cage, &threads_desc_swap);
		pthread_barrier_wait(&start_line);
		expect(entries[number][0] && entries[number][0] == entries[0][0]);
		expect(entries[number][1] && entries[number][1] == entries[0][1]);
		pthread_barrier_wait(&start_line);
		if (number == 0)
			free_cage(cage);
	}
}

bool entries_are_enough(void)
{
	return count_of(&bytes) > 0 && count_of(&sums.calls) > 0;
}

void test_entries(void)
{
	struct encase_traffic traffic;

	pthread_barrier_init(&start_line, NULL, 8);
	run_three(8, first_asker, NULL, NULL);
	pthread_barrier_destroy(&start_line);

	bytes = 0;
	cage = make_cage(NULL);
	expect(push(cage, &copier, 1) == 0);
	expect(push(cage, &visitors[1], 2) == 0);
	run_three(8, asker, own_asker, reader);
	traffic = encase_traffic(cage);
	expect(entries_are_enough() && traffic.from_cage == bytes && traffic.to_cage == bytes);
	for (unsigned i = 1; i < 8; i++)
		expect(entries[i][0] == entries[0][0] && entries[i][1] == entries[0][1]);
	free_cage(cage);
}
