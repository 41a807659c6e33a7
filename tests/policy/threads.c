/* SPDX-License-Identifier: MIT */
/*
 * The layers under calls of several threads at once.
 *
 * Threads count what is wrong and the test's own thread asserts: an assertion
 * that fails elsewhere would not end the test.
 */
#define _GNU_SOURCE /* strerrorname_np() */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policies.h"
#include "scene.h"

enum { THREADS = 8, ROUNDS = 400 };

struct worker {
	struct encase_cage *cage;
	unsigned number, wrong;
	pthread_t thread;
};

/* Runs a function with a cage on all threads; returns what they found wrong. */
static unsigned run(struct encase_cage *cage, void *(*work)(void *) )
{
	struct worker workers[THREADS];
	unsigned wrong = 0;

	for (unsigned i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .cage = cage, .number = i };
		cr_assert_eq(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		cr_assert_eq(pthread_join(workers[i].thread, NULL), 0);
		wrong += workers[i].wrong;
	}
	return wrong;
}

static ssize_t fake_write(int fd, const void *buf, size_t count)
{
	(void) buf;
	if (fd & 1) {
		errno = fd;
		return -1;
	}
	return (ssize_t) count;
}

static const struct encase_function functions[] = { ENCASE_FUNCTION(write, fake_write),
						    ENCASE_FUNCTION_END };

/* Thread n writes to descriptor n: odd ones fail with that number. */
static void *write_often(void *arg)
{
	struct worker *worker = arg;
	long fd = worker->number;

	for (unsigned i = 0; i < ROUNDS; i++) {
		long result = ENTER(worker->cage, encase_desc_write, (encase_word) fd, 0x1000, i);

		if (result != (fd & 1 ? -fd : (long) i))
			worker->wrong++;
	}
	return NULL;
}

/* How many lines there are of thread n's round i. */
static void tell(unsigned seen[THREADS][ROUNDS], const char *line)
{
	unsigned fd, count;
	char expected[128];

	cr_assert_eq(sscanf(line, "write(%u, 0x1000, %u)", &fd, &count), 2, "%s", line);
	cr_assert(fd < THREADS && count < ROUNDS, "%s", line);
	if (fd & 1)
		snprintf(expected, sizeof(expected), "write(%u, 0x1000, %u) = -1 %s (%s)", fd,
			 count, strerrorname_np((int) fd), strerrordesc_np((int) fd));
	else
		snprintf(expected, sizeof(expected), "write(%u, 0x1000, %u) = %u", fd, count,
			 count);
	cr_assert_str_eq(line, expected);
	seen[fd][count]++;
}

Test(threads, each_call_is_one_whole_line)
{
	static unsigned seen[THREADS][ROUNDS];
	struct encase_cage *cage = scene_cage_over(functions);

	scene_push(cage, &encase_trace, NULL);
	lines_start();
	cr_assert_eq(run(cage, write_often), 0);
	cr_assert_eq(lines_count(), THREADS * ROUNDS);
	for (unsigned i = 0; i < lines_count(); i++)
		tell(seen, lines_at(i));
	for (unsigned i = 0; i < THREADS * ROUNDS; i++)
		cr_assert_eq(seen[i / ROUNDS][i % ROUNDS], 1);
	scene_free(cage);
}

/* Each thread makes a denied call and one that is not, in turns. */
static void *try_often(void *arg)
{
	struct worker *worker = arg;
	encase_unlink_fn *unlink_entry = ENCASE_ENTRY(worker->cage, unlink);

	for (unsigned i = 0; i < ROUNDS; i++) {
		if (ENTER(worker->cage, encase_desc_unlink, 0x1000) != -EPERM)
			worker->wrong++;
		errno = 0;
		if (unlink_entry("x") != -1 || errno != EPERM)
			worker->wrong++;
		if (ENTER(worker->cage, encase_desc_write, 2, 0x1000, i) != (long) i)
			worker->wrong++;
		if (ENTER(worker->cage, encase_desc_read, 0, 0x1000, i) != -ENOSYS)
			worker->wrong++;
	}
	return NULL;
}

Test(threads, each_call_is_judged_alike)
{
	struct encase_cage *cage = scene_cage_over(functions);

	scene_push(cage, &encase_deny, "unlink=EPERM,%clock=EIO");
	cr_assert_not_null(ENCASE_ENTRY(cage, unlink), "entries are made by one thread");
	cr_assert_eq(run(cage, try_often), 0);
	scene_free(cage);
}

/* Threads that push onto cages of their own, with good options and bad ones. */
static void *push_often(void *arg)
{
	static const struct encase_setup setup = { .lower = &encase_lower_void };
	struct worker *worker = arg;
	char options[32];

	for (unsigned i = 0; i < ROUNDS / 10; i++) {
		int error = 1 + (int) (worker->number * ROUNDS + i);
		struct encase_cage *cage;

		if (encase_cage_new(&setup, &cage)) {
			worker->wrong++;
			continue;
		}
		snprintf(options, sizeof(options), "unlink=%d", error);
		if (encase_push(cage, &encase_deny, options) ||
		    encase_push(cage, &encase_deny, "unlink=EFOO") != -EINVAL ||
		    encase_push(cage, &encase_trace, "x") != -EINVAL ||
		    ENTER(cage, encase_desc_unlink, 0x1000) != -error)
			worker->wrong++;
		worker->wrong += encase_cage_free(cage) != 0;
	}
	return NULL;
}

Test(threads, options_are_read_by_several_at_once)
{
	lines_start();
	cr_assert_eq(run(NULL, push_often), 0);
	cr_assert_eq(lines_count(), 2 * THREADS * (ROUNDS / 10));
	for (unsigned i = 0; i < lines_count(); i++)
		cr_assert(!strcmp(lines_at(i), "deny: no such errno: 'EFOO'") ||
			  !strcmp(lines_at(i), "trace: not prefix=TEXT, 1 to 64 bytes: 'x'"));
}
