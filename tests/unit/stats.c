/* SPDX-License-Identifier: MIT */
/* Counters that threads and processes share.  Their contract: encase/stats.h. */
#define _GNU_SOURCE /* memfd_create() */
#include "unit.h"

#include <encase/stats.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct encase_stats *opened(const char *name, unsigned columns)
{
	struct encase_stats *stats = NULL;

	same(encase_stats_open(name, columns, &stats), 0);
	return stats;
}

static uint64_t *row_of(struct encase_stats *stats, const char *key)
{
	return encase_stats_row(stats, key, strlen(key));
}

Test(stats, rows)
{
	struct encase_stats *stats = opened("a", 3);
	uint64_t *x = row_of(stats, "x"), *y = row_of(stats, "y");

	holds(x != y && x == row_of(stats, "x"));
	holds(encase_stats_row(stats, "x\0z", 3) != x);
	encase_stats_add(x, 2, 5);
	encase_stats_add(x, 2, (uint64_t) -2);
	holds(x[0] == 0 && x[1] == 0 && x[2] == 3 && y[2] == 0);
	encase_stats_close(stats);
}

Test(stats, the_same_by_name)
{
	struct encase_stats *one = opened("a", 2), *two = opened("a", 2), *other = opened("b", 2);
	struct encase_stats *none = NULL;

	holds(row_of(one, "k") == row_of(two, "k") && row_of(one, "k") != row_of(other, "k"));
	same(encase_stats_open("a", 3, &none), -EEXIST);
	encase_stats_add(row_of(one, "k"), 0, 7);
	encase_stats_close(one);
	same(row_of(two, "k")[0], 7);
	encase_stats_close(two);
	encase_stats_close(NULL);
	one = opened("a", 3);
	same(row_of(one, "k")[0], 0);
	encase_stats_close(one);
	encase_stats_close(other);
}

Test(stats, refused)
{
	char name[ENCASE_STATS_NAME + 2];
	struct encase_stats *stats;

	memset(name, 'n', sizeof(name));
	name[ENCASE_STATS_NAME + 1] = '\0';
	same(encase_stats_open(NULL, 1, &stats), -EINVAL);
	same(encase_stats_open("a", 1, NULL), -EINVAL);
	same(encase_stats_open("", 1, &stats), -EINVAL);
	same(encase_stats_open(name, 1, &stats), -EINVAL);
	same(encase_stats_open("a", 0, &stats), -EINVAL);
	same(encase_stats_open("a", ENCASE_STATS_COLUMNS + 1, &stats), -EINVAL);
	name[ENCASE_STATS_NAME] = '\0';
	encase_stats_close(opened(name, ENCASE_STATS_COLUMNS));
}

/* -- Many -------------------------------------------------------------------- */

struct sum {
	size_t rows;
	uint64_t first, others;
};

static void sum_up(void *arg, const char *key, size_t length, const uint64_t *columns)
{
	struct sum *sum = arg;

	sum->rows += length != 0;
	*(length ? &sum->first : &sum->others) += columns[0];
	holds(key[length] == '\0');
}

static struct sum sum_of(struct encase_stats *stats)
{
	struct sum sum = { 0 };

	encase_stats_each(stats, sum_up, &sum);
	return sum;
}

/* Adds one to each of the first keys. */
static void add_to(struct encase_stats *stats, unsigned keys)
{
	char key[32];

	for (unsigned i = 0; i < keys; i++) {
		(void) snprintf(key, sizeof(key), "key %u", i);
		encase_stats_add(row_of(stats, key), 0, 1);
	}
}

/* What finds no room is counted all the same. */
Test(stats, full_of_rows)
{
	struct encase_stats *stats = opened("many", 1);
	struct sum sum;

	add_to(stats, ENCASE_STATS_ROWS + 1000);
	sum = sum_of(stats);
	same(sum.rows, ENCASE_STATS_ROWS);
	same(sum.first, ENCASE_STATS_ROWS);
	same(sum.others, 1000);
	add_to(stats, 10);
	same(sum_of(stats).first, ENCASE_STATS_ROWS + 10);
	encase_stats_close(stats);
}

Test(stats, full_of_keys)
{
	struct encase_stats *stats = opened("long", 1);
	char *key = calloc(1, 70000);
	struct sum sum;

	for (unsigned i = 0; i < 1200; i++) {
		memcpy(key, &i, sizeof(i));
		encase_stats_add(encase_stats_row(stats, key, 65535), 0, 1);
	}
	encase_stats_add(encase_stats_row(stats, key, 65536), 0, 1);
	encase_stats_add(encase_stats_row(stats, key, 0), 0, 1);
	sum = sum_of(stats);
	holds(sum.rows > 900 && sum.rows < 1024);
	same(sum.first, sum.rows);
	same(sum.first + sum.others, 1202);
	free(key);
	encase_stats_close(stats);
}

/* -- Threads and processes ---------------------------------------------------- */

static void *add_all(void *stats)
{
	for (unsigned i = 0; i < 20; i++)
		add_to(stats, 500);
	return NULL;
}

Test(stats, threads)
{
	struct encase_stats *stats = opened("t", 1);
	pthread_t threads[4];
	struct sum sum;

	for (unsigned i = 0; i < 4; i++)
		same(pthread_create(&threads[i], NULL, add_all, stats), 0);
	for (unsigned i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	sum = sum_of(stats);
	holds(sum.rows == 500 && sum.first == 4 * 20 * 500 && sum.others == 0);
	encase_stats_close(stats);
}

/* A child's rows are its parent's, also of what it opens anew, and when it is killed. */
Test(stats, killed_child)
{
	struct encase_stats *stats = opened("f", 1);
	int status;
	pid_t child = fork();

	if (!child) {
		encase_stats_add(row_of(opened("f", 1), "from the child"), 0, 42);
		kill(getpid(), SIGKILL);
	}
	holds(child > 0 && waitpid(child, &status, 0) == child && WTERMSIG(status) == SIGKILL);
	same(row_of(stats, "from the child")[0], 42);
	encase_stats_close(stats);
}

/* As another program would that gets the descriptor. */
Test(stats, inherited)
{
	struct encase_stats *stats = opened("i", 2), *again;
	int fd = dup(encase_stats_fd(stats));

	holds(fcntl(encase_stats_fd(stats), F_GETFD) & FD_CLOEXEC);
	encase_stats_add(row_of(stats, "k"), 1, 9);
	same(encase_stats_inherit(fd), -EEXIST);
	encase_stats_close(stats);
	same(encase_stats_inherit(fd), 0);
	same(encase_stats_open("i", 1, &again), -EEXIST);
	again = opened("i", 2);
	same(row_of(again, "k")[1], 9);
	same(encase_stats_fd(again), fd);
	encase_stats_close(again);
}

/* A memory of so many bytes, which cannot shrink if it is sealed. */
static int memory_of(off_t size, bool sealed)
{
	int fd = memfd_create("other", MFD_ALLOW_SEALING);

	holds(fd >= 0 && !ftruncate(fd, size));
	holds(!sealed || !fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK));
	return fd;
}

Test(stats, not_to_be_inherited)
{
	struct encase_stats *stats = opened("n", 2);
	int ends[2], fd, loose = memory_of(64 << 20, false);
	uint32_t head[64];

	same(encase_stats_inherit(-1), -EBADF);
	holds(pipe(ends) == 0);
	same(encase_stats_inherit(ends[0]), -EINVAL);
	same(encase_stats_inherit(memory_of(4096, true)), -EINVAL);
	fd = memory_of(64 << 20, true);
	same(encase_stats_inherit(fd), -EINVAL);
	/* With all that those of stats begin with: but for the name it is as good. */
	holds(pread(encase_stats_fd(stats), head, sizeof(head), 0) == (ssize_t) sizeof(head));
	holds(pwrite(fd, head, sizeof(head), 0) == (ssize_t) sizeof(head));
	holds(pwrite(loose, head, sizeof(head), 0) == (ssize_t) sizeof(head));
	same(encase_stats_inherit(fd), -EEXIST);
	encase_stats_close(stats);
	same(encase_stats_inherit(loose), -EINVAL);
	holds(pwrite(fd, "", 1, 16) == 1); /* the name, which is empty then */
	same(encase_stats_inherit(fd), -EINVAL);
	holds(pwrite(fd, "n", 1, 16) == 1 && fcntl(fd, F_GETFD) == 0);
	same(encase_stats_inherit(fd), 0);
	holds(fcntl(fd, F_GETFD) & FD_CLOEXEC);
}

/* Nobody who has the descriptor takes the memory away under the others. */
Test(stats, cannot_shrink)
{
	struct encase_stats *stats = opened("s", 1);

	same(ftruncate(encase_stats_fd(stats), 0), -1);
	same(errno, EPERM);
	encase_stats_close(stats);
}

Test(stats, descriptors)
{
	int lowest = dup(0), fds[3] = { -1, -1, -1 };
	struct encase_stats *a, *b;

	close(lowest);
	same(encase_stats_fds(fds, 3), 0);
	a = opened("a", 1);
	b = opened("b", 1);
	same(dup(0), lowest);
	holds(encase_stats_fd(a) < 1024 && encase_stats_fd(b) < 1024);
	same(encase_stats_fds(NULL, 0), 2);
	same(encase_stats_fds(fds, 1), 2);
	holds(fds[0] == encase_stats_fd(b) && fds[1] == -1);
	same(encase_stats_fds(fds, 3), 2);
	holds(fds[1] == encase_stats_fd(a) && fds[2] == -1);
	encase_stats_close(a);
	same(encase_stats_fds(fds, 3), 1);
	encase_stats_close(b);
}

/* Made here: not in a child, nor where they were inherited. */
Test(stats, made_here)
{
	struct encase_stats *stats = opened("m", 1);
	int status = -1, fd = dup(encase_stats_fd(stats));
	pid_t child = fork();

	if (!child)
		_exit(encase_stats_made_here(stats) | encase_stats_made_here(opened("m", 1)) << 1 |
		      !encase_stats_made_here(opened("other", 1)) << 2);
	holds(child > 0 && waitpid(child, &status, 0) == child);
	same(status, 0);
	same(encase_stats_made_here(stats), 1);
	encase_stats_close(stats);
	same(encase_stats_inherit(fd), 0);
	stats = opened("m", 1);
	same(encase_stats_made_here(stats), 0);
}

/* A child that libc has not heard of. */
Test(stats, made_by_whom_libc_does_not_fork)
{
	struct encase_stats *stats = opened("m", 1);
	pid_t child = (pid_t) syscall(SYS_fork);
	int status = -1;

	if (!child)
		_exit(encase_stats_made_here(stats));
	holds(child > 0 && waitpid(child, &status, 0) == child);
	same(status, 0);
}

/* The first process of a namespace makes stats, and a child that is the first one of another. */
static int make_as_first(void)
{
	struct encase_stats *stats = opened("m", 1);
	int status = 1 << 8;
	pid_t child;

	if (getpid() != 1 || unshare(CLONE_NEWPID))
		return 77;
	child = fork();
	if (!child)
		_exit(getpid() == 1 ? encase_stats_made_here(stats) : 2);
	waitpid(child, &status, 0);
	return encase_stats_made_here(stats) ? WEXITSTATUS(status) : 3;
}

Test(stats, made_by_another_of_that_number)
{
	pid_t child;
	int status = -1;

	if (unshare(CLONE_NEWPID) && unshare(CLONE_NEWUSER | CLONE_NEWPID))
		cr_skip_test("namespaces of processes may not be made");
	child = fork();
	if (!child)
		_exit(make_as_first());
	holds(child > 0 && waitpid(child, &status, 0) == child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		cr_skip_test("namespaces of processes may not be made");
	same(status, 0);
}

/* Told, where ftruncate() would have raised a signal. */
Test(stats, no_large_files)
{
	struct encase_stats *stats;
	struct rlimit limit;

	holds(getrlimit(RLIMIT_FSIZE, &limit) == 0);
	limit.rlim_cur = 1 << 20;
	holds(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	same(encase_stats_open("l", 1, &stats), -EFBIG);
}

/* What finds no room does not make room by being asked for very often: the count stays. */
Test(stats, full_for_good)
{
	struct encase_stats *stats = opened("g", 1);
	uint32_t before, after;
	char key[16];

	for (unsigned i = 0; i < ENCASE_STATS_ROWS + 5; i++) {
		snprintf(key, sizeof(key), "%u", i);
		row_of(stats, key);
	}
	/* The rows' number stands behind magic and columns. */
	holds(pread(encase_stats_fd(stats), &before, 4, 12) == 4);
	for (unsigned i = 0; i < 100; i++)
		holds(row_of(stats, "no room") == row_of(stats, ""));
	holds(pread(encase_stats_fd(stats), &after, 4, 12) == 4);
	same(after, before);
	same(before, ENCASE_STATS_ROWS);
	encase_stats_close(stats);
}

static void read_row(void *arg, const char *key, size_t length, const uint64_t *columns)
{
	volatile uint64_t *sum = arg;

	*sum += columns[3] + (unsigned char) key[0] + (unsigned char) key[length];
}

/* Whatever stands in the region, nothing outside it is touched. */
Test(stats, damaged)
{
	struct encase_stats *stats = opened("d", 4);
	uint32_t *words =
		mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, encase_stats_fd(stats), 0);
	uint64_t seed = 1, sum = 0;

	holds(words != MAP_FAILED);
	add_to(stats, 100);
	for (unsigned round = 0; round < 200; round++) {
		for (unsigned i = 0; i < 2000; i++) {
			seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
			words[seed >> 33 & 0x3ffff] = (uint32_t) (seed >> (seed >> 60));
		}
		add_to(stats, 100);
		encase_stats_add(row_of(stats, "last"), 3, 1);
		encase_stats_each(stats, read_row, &sum);
	}
	encase_stats_close(stats);
}
