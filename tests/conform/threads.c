/* SPDX-License-Identifier: MIT */
/*
 * Running a test's function on several threads; see conform.h.
 *
 * Assertions leave a test by a jump, so that no other thread can make any:
 * threads count what went wrong, and the test asserts that it was nothing.
 */
#include <pthread.h>

#include "conform.h"

struct work {
	unsigned (*fn)(void *arg, unsigned number);
	void *arg;
	pthread_barrier_t *together;
	unsigned number, wrong;
};

static void *run(void *arg)
{
	struct work *work = arg;

	pthread_barrier_wait(work->together);
	work->wrong = work->fn(work->arg, work->number);
	return NULL;
}

unsigned on_threads(unsigned (*fn)(void *arg, unsigned number), void *arg)
{
	pthread_barrier_t together;
	struct work work[THREADS];
	pthread_t thread[THREADS];
	unsigned wrong = 0;

	cr_assert(!pthread_barrier_init(&together, NULL, THREADS));
	for (unsigned i = 0; i < THREADS; i++) {
		work[i] = (struct work){ fn, arg, &together, i, 0 };
		cr_assert(!pthread_create(&thread[i], NULL, run, &work[i]));
	}
	for (unsigned i = 0; i < THREADS; i++) {
		cr_assert(!pthread_join(thread[i], NULL));
		wrong += work[i].wrong;
	}
	pthread_barrier_destroy(&together);
	return wrong;
}
