/* SPDX-License-Identifier: MIT */
/*
 * Tests with many threads; see threads.h.  Prints TAP.
 *
 *   threads [--seconds N] [--no-membarrier] [NAME]
 *   threads --planted
 *
 * N is the time of each test.  --no-membarrier runs them in a process in which
 * membarrier(2) fails with ENOSYS from its beginning.  --planted has a race and nothing
 * else: a sanitizer that is content with it is not at work.
 */
#define _GNU_SOURCE
#include "threads.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

unsigned threads_for = 400;

static unsigned complaints; /* atomic */
static struct timespec began;

void complain(const char *format, ...)
{
	va_list args;
	char line[256];

	if (__atomic_fetch_add(&complaints, 1, __ATOMIC_RELAXED) >= 8)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	printf("# %s\n", line);
}

/* What the running test asks for. */
static bool (*is_enough)(void);

/* On a machine that is busy a test takes longer, until what it is for has happened. */
#define PATIENCE 50

bool is_over(void)
{
	struct timespec now;
	long passed;

	clock_gettime(CLOCK_MONOTONIC, &now);
	passed = (now.tv_sec - began.tv_sec) * 1000 + (now.tv_nsec - began.tv_nsec) / 1000000;
	return passed >= (long) threads_for &&
	       (is_enough() || passed >= (long) threads_for * PATIENCE);
}

unsigned any(unsigned n)
{
	static unsigned threads;
	static _Thread_local uint64_t x;

	if (!x)
		x = 88172645463325252ULL + __atomic_add_fetch(&threads, 1, __ATOMIC_RELAXED);
	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (unsigned) (x >> 11) % n;
}

struct worker {
	pthread_t thread;
	worker_fn *fn;
	unsigned number;
};

static void *work(void *arg)
{
	const struct worker *w = arg;

	w->fn(w->number);
	return NULL;
}

void run_workers(unsigned n, worker_fn *const *fns)
{
	struct worker workers[16];

	for (unsigned i = 0; i < n; i++) {
		workers[i] = (struct worker){ .fn = fns[i], .number = i };
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i])) {
			perror("pthread_create");
			exit(1);
		}
	}
	for (unsigned i = 0; i < n; i++)
		pthread_join(workers[i].thread, NULL);
}

void run_three(unsigned n, worker_fn *a, worker_fn *b, worker_fn *c)
{
	worker_fn *fns[16];

	for (unsigned i = 0; i < n; i++)
		fns[i] = a;
	if (b)
		fns[n++] = b;
	if (c)
		fns[n++] = c;
	run_workers(n, fns);
}

/* -- Without membarrier(2) ------------------------------------------------- */

static bool has_membarrier(void)
{
	return syscall(SYS_membarrier, 0 /* MEMBARRIER_CMD_QUERY */, 0, 0) >= 0;
}

/* Runs this program again, which has no membarrier(2) then; returns if that cannot be. */
static void run_without(char *argv[])
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_membarrier, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { sizeof(code) / sizeof(code[0]), code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter))
		return;
	execv("/proc/self/exe", argv);
}

/* -- A fault --------------------------------------------------------------- */

static unsigned raced;

static void race(unsigned number)
{
	raced = number;
}

/* -- All tests ------------------------------------------------------------- */

static const struct test {
	const char *name;
	void (*fn)(void);
	bool (*is_enough)(void); /* null: it takes rounds, and no time */
} tests[] = {
	{ "one_cage", test_one_cage, boards_are_enough },
	{ "eight_cages", test_eight_cages, boards_are_enough },
	{ "trees", test_trees, trees_are_enough },
	{ "entries", test_entries, entries_are_enough },
	{ "threads_that_end", test_threads_that_end, ends_are_enough },
	{ "layers_that_pop_themselves", test_layers_that_pop_themselves, pops_are_enough },
	{ "handles", test_handles, handles_are_enough },
	{ "consumed_once", test_consumed_once, NULL },
	{ "revoked_for_good", test_revoked_for_good, NULL },
	{ "made_too_late", test_made_too_late, NULL },
};
#define TESTS (sizeof(tests) / sizeof(tests[0]))

static bool run_test(const struct test *test, unsigned number)
{
	complaints = 0;
	is_enough = test->is_enough;
	clock_gettime(CLOCK_MONOTONIC, &began);
	test->fn();
	printf("# %s: %lu pushes, %lu calls of layers\n", test->name, sums.starts, sums.calls);
	check_sums();
	printf("%s %u - %s\n", complaints ? "not ok" : "ok", number, test->name);
	return !complaints;
}

int main(int argc, char *argv[])
{
	const char *only = NULL;
	bool good = true, without = false;
	unsigned n = 0;

	(void) setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--seconds") && i + 1 < argc)
			threads_for = 1000 * (unsigned) atoi(argv[++i]);
		else if (!strcmp(argv[i], "--no-membarrier"))
			without = true;
		else if (!strcmp(argv[i], "--planted"))
			return run_three(2, race, NULL, NULL), (int) (raced / 2);
		else
			only = argv[i];
	if (without && has_membarrier()) {
		run_without(argv);
		printf("1..0 # SKIP no filter can be set: %s\n", strerror(errno));
		return 0;
	}
	for (size_t i = 0; i < TESTS; i++)
		if (!only || !strcmp(only, tests[i].name))
			good &= run_test(&tests[i], ++n);
	printf("1..%u\n", n);
	return good && n ? 0 : 1;
}
