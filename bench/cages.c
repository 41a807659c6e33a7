/* SPDX-License-Identifier: MIT */
/* What cages and layers cost that are many, or come and go. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "measure.h"

/* -- Cages ----------------------------------------------------------------- */

static double resident_mb(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	long size = 0, resident = 0;

	if (!file || fscanf(file, "%ld %ld", &size, &resident) != 2)
		resident = 0;
	if (file)
		fclose(file);
	return (double) resident * (double) sysconf(_SC_PAGESIZE) / 1e6;
}

static void cages(size_t n)
{
	struct encase_cage **list = calloc(n, sizeof(*list));
	double before;

	check(list ? 0 : -12, "cages");
	before = resident_mb();
	for (size_t i = 0; i < n; i++)
		list[i] = make_cage(&natural_layer, 1);
	measure_print_value("cages/10000", resident_mb() - before, "MB", 200);
	for (size_t i = 0; i < n; i++)
		encase_cage_free(list[i]);
	free(list);
}

/* -- Threads --------------------------------------------------------------- */

#define CALLS 2000000L

struct caller {
	struct encase_cage *cage;
	pthread_barrier_t *start;
	double seconds; /* of CPU time */
};

static double cpu_time(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}

static void *call(void *arg)
{
	static const encase_word words[3] = { 1, 4096, 3 };
	struct caller *c = arg;
	double start;

	pthread_barrier_wait(c->start);
	start = cpu_time();
	for (long i = 0; i < CALLS; i++)
		encase_enter(c->cage, &encase_desc_write, words);
	c->seconds = cpu_time() - start;
	return NULL;
}

/* The slowest of n threads that call through one cage. */
static double slowest(struct encase_cage *cage, unsigned n)
{
	struct caller callers[2];
	pthread_barrier_t start;
	pthread_t threads[2];
	double most = 0;

	pthread_barrier_init(&start, NULL, n);
	for (unsigned i = 0; i < n; i++) {
		callers[i] = (struct caller){ cage, &start, 0 };
		check(-pthread_create(&threads[i], NULL, call, &callers[i]), "thread");
	}
	for (unsigned i = 0; i < n; i++) {
		pthread_join(threads[i], NULL);
		if (callers[i].seconds > most)
			most = callers[i].seconds;
	}
	pthread_barrier_destroy(&start);
	return most;
}

static void threads(void)
{
	struct encase_cage *cage = make_cage(&natural_layer, 1);
	double rounds[MEASURE_ROUNDS];

	for (int i = 0; i < MEASURE_ROUNDS; i++) {
		double one = slowest(cage, 1);

		rounds[i] = 2 * one / slowest(cage, 2);
	}
	measure_print_least("threads/2", measure_median(rounds, MEASURE_ROUNDS), "times", 1.8);
	encase_cage_free(cage);
}

/* -- Pushes ---------------------------------------------------------------- */

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double) t.tv_sec * 1e6 + (double) t.tv_nsec / 1e3;
}

#define PUSHES 300

static double pushes(struct encase_cage *cage)
{
	double sum = 0;

	for (int i = 0; i < PUSHES; i++) {
		double start = now_us();

		check(encase_push(cage, &natural_layer, NULL), "push");
		sum += now_us() - start;
		check(encase_pop(cage, &natural_layer), "pop");
	}
	return sum / PUSHES;
}

static void *call_until(void *arg)
{
	static const encase_word words[3] = { 1, 4096, 3 };
	struct encase_cage **shared = arg, *cage;

	while ((cage = __atomic_load_n(shared, __ATOMIC_ACQUIRE)))
		for (int i = 0; i < 100; i++)
			encase_enter(cage, &encase_desc_write, words);
	return NULL;
}

static void stack(void)
{
	struct encase_cage *cage = make_cage(&natural_layer, 16), *other;
	double rounds[MEASURE_ROUNDS];
	pthread_t thread;

	for (int i = 0; i < MEASURE_ROUNDS; i++)
		rounds[i] = pushes(cage);
	measure_print_value("stack/push", measure_median(rounds, MEASURE_ROUNDS), "us", 20);

	/* The same while a thread makes calls of another cage's: it has to pass a barrier. */
	other = make_cage(&natural_layer, 1);
	{
		struct encase_cage *shared = other;

		check(-pthread_create(&thread, NULL, call_until, &shared), "thread");
		for (int i = 0; i < MEASURE_ROUNDS; i++)
			rounds[i] = pushes(cage);
		measure_print_value("stack/push/busy", measure_median(rounds, MEASURE_ROUNDS), "us",
				    0);
		__atomic_store_n(&shared, NULL, __ATOMIC_RELEASE);
		pthread_join(thread, NULL);
	}
	encase_cage_free(other);
	encase_cage_free(cage);
}

void bench_cages(void)
{
	cages(10000);
	threads();
	stack();
}
