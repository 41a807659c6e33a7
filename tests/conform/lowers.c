/* SPDX-License-Identifier: MIT */
/*
 * Conformance of lower layers: results, errors, data, strings.  What becomes of
 * pointers is in lowers_words.c.
 *
 * A row that does not answer runs the same tests, and has to leave all alone.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lowers.h"
#include "mix.h"

#define NOTHING "no such file"

/* Puts a string into the block, so that its NUL is the last byte; its address. */
static encase_word at_end(struct bench *b, const char *string)
{
	size_t n = strlen(string) + 1;

	memcpy(b->space.bytes + BENCH_SIZE - n, string, n);
	return at(b, BENCH_SIZE - n);
}

static void results(struct bench *b)
{
	encase_word bad = (encase_word) -1, path = at_end(b, NOTHING);

	errno = 77;
	gives(b, make(b, write, (encase_word) b->pipe[1], at(b, 0), 3), 3);
	gives(b, make(b, write, bad, at(b, 0), 3), -EBADF);
	gives(b, make(b, read, (encase_word) b->pipe[0], at(b, 0), 8), 3);
	gives(b, make(b, read, (encase_word) b->pipe[0], at(b, 0), 8), -EAGAIN);
	gives(b, make(b, fstat, bad, at(b, 0)), -EBADF);
	gives(b, make(b, openat, (encase_word) AT_FDCWD, path, O_RDONLY), -ENOENT);
	gives(b, make(b, getcwd, at(b, 0), 1), -ERANGE);
	gives(b, make(b, clock_gettime, bad, at(b, 0)), -EINVAL);
	same(b->who, errno, 77);
}

Test(lowers, results_are_kernel_words_and_errno_is_let_alone)
{
	each_bench(results);
}

/* The words of narrow arguments have anything in their high bits. */
static void low_bits(struct bench *b)
{
	encase_word high = UINT64_C(0xabcdef01) << 32;
	encase_word cwd = (uint32_t) AT_FDCWD, path = at_end(b, NOTHING);

	gives(b, make(b, write, high | (encase_word) b->pipe[1], at(b, 0), 3), 3);
	gives(b, make(b, openat, high | cwd, path, high, high), -ENOENT);
	gives(b, make(b, openat, cwd, path, 0), -ENOENT);
}

Test(lowers, low_bits_count)
{
	each_bench(low_bits);
}

static const size_t lengths[] = { 1, 2, 100, PAGE - 1, PAGE + 1 };

static void data_in(struct bench *b)
{
	char got[PAGE + 1];

	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		size_t n = lengths[i], from = BENCH_SIZE - n;

		gives(b, make(b, write, (encase_word) b->pipe[1], at(b, from), n), (long) n);
		if (!b->row->answers)
			continue;
		same(b->who, read(b->pipe[0], got, sizeof(got)), n);
		holds(b->who, !memcmp(got, b->space.bytes + from, n));
	}
}

Test(lowers, data_that_the_call_reads)
{
	each_bench(data_in);
}

/* A read of more than there is changes not a byte behind what there was. */
static void data_out(struct bench *b)
{
	static char data[PAGE + 1], expected[BENCH_SIZE];

	memset(data, 0xdd, sizeof(data));
	memcpy(expected, b->space.bytes, BENCH_SIZE);
	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		size_t n = lengths[i], to = BENCH_SIZE - n - 5;

		if (!b->row->answers) {
			n = 0;
		} else {
			same(b->who, write(b->pipe[1], data, n), n);
		}
		gives(b, make(b, read, (encase_word) b->pipe[0], at(b, to), lengths[i] + 5),
		      (long) n);
		memcpy(expected + to, data, n);
		holds(b->who, !memcmp(b->space.bytes, expected, BENCH_SIZE));
	}
}

Test(lowers, data_that_the_call_writes)
{
	each_bench(data_out);
}

static void objects(struct bench *b)
{
	struct stat got, wanted;
	int fd[2];

	gives(b, make(b, pipe2, at(b, BENCH_SIZE - sizeof(fd)), O_CLOEXEC), 0);
	gives(b, make(b, fstat, (encase_word) b->pipe[0], at(b, 1)), 0);
	if (!b->row->answers)
		return;
	memcpy(fd, b->space.bytes + BENCH_SIZE - sizeof(fd), sizeof(fd));
	same(b->who, fcntl(fd[0], F_GETFD), FD_CLOEXEC);
	same(b->who, write(fd[1], "x", 1), 1);
	same(b->who, read(fd[0], &(char){ 0 }, 1), 1);
	close(fd[0]);
	close(fd[1]);
	memcpy(&got, b->space.bytes + 1, sizeof(got));
	same(b->who, fstat(b->pipe[0], &wanted), 0);
	same(b->who, got.st_ino, wanted.st_ino);
	same(b->who, got.st_mode, wanted.st_mode);
}

Test(lowers, objects_that_the_call_writes)
{
	each_bench(objects);
}

static void clocks(struct bench *b)
{
	struct timespec before, got, after;

	clock_gettime(CLOCK_MONOTONIC, &before);
	gives(b, make(b, clock_gettime, CLOCK_MONOTONIC, at(b, 8)), 0);
	clock_gettime(CLOCK_MONOTONIC, &after);
	if (!b->row->answers)
		return;
	memcpy(&got, b->space.bytes + 8, sizeof(got));
	holds(b->who, got.tv_sec >= before.tv_sec && got.tv_sec <= after.tv_sec);
}

Test(lowers, a_clock)
{
	each_bench(clocks);
}

/* Opens a file by a name in the cage, and looks at it by another one. */
static void names(struct bench *b)
{
	encase_word cwd = (encase_word) AT_FDCWD, path = at_end(b, "a file");
	struct stat got, wanted;
	char here[PAGE];
	long fd = make(b, openat, cwd, path, O_CREAT | O_RDWR, 0600);

	gives(b, make(b, newfstatat, cwd, at_end(b, "a file"), at(b, 3), 0), 0);
	if (!b->row->answers) {
		same(b->who, fd, -ENOSYS);
		return;
	}
	holds(b->who, fd >= 0);
	same(b->who, fstat((int) fd, &wanted), 0);
	memcpy(&got, b->space.bytes + 3, sizeof(got));
	same(b->who, got.st_ino, wanted.st_ino);
	same(b->who, got.st_mode, wanted.st_mode);
	same(b->who, got.st_size, 0);
	close((int) fd);
	unlink("a file");
	holds(b->who, getcwd(here, sizeof(here)));
	gives(b, make(b, getcwd, at(b, 9), PAGE), (long) strlen(here) + 1);
	same(b->who, strcmp(b->space.bytes + 9, here), 0);
}

Test(lowers, names_of_files, .init = enter_directory, .fini = leave_directory)
{
	each_bench(names);
}

/* A name is too long, or does not end before the memory does.  Who copies it may see this first. */
static void bad_names(struct bench *b)
{
	encase_word cwd = (encase_word) AT_FDCWD;
	bool looks = b->row->answers || b->copies;

	same(b->who, make(b, openat, cwd, at(b, 0), O_RDONLY), looks ? -ENAMETOOLONG : -ENOSYS);
	same(b->who, make(b, openat, cwd, at(b, BENCH_SIZE - PAGE), O_RDONLY),
	     looks ? -ENAMETOOLONG : -ENOSYS);
	same(b->who, make(b, openat, cwd, b->space.row->nowhere, O_RDONLY),
	     looks ? -EFAULT : -ENOSYS);
	if (b->space.row->checks)
		same(b->who, make(b, openat, cwd, at(b, BENCH_SIZE - 100), O_RDONLY),
		     looks ? -EFAULT : -ENOSYS);
}

Test(lowers, names_without_an_end)
{
	BAD_ADDRESSES_BEGIN;
	each_bench(bad_names);
	BAD_ADDRESSES_END;
}

/* A call of an interface that the lower layer knows nothing of. */
static void unknown(struct bench *b)
{
	const encase_word words[ENCASE_MAX_ARGS] = { b->space.row->nowhere, 1,
						     b->space.row->nowhere, 1 };
	encase_word result = 77;

	errno = 77;
	for (size_t c = 0; c < mix_calls.ncalls; c++) {
		same(b->who, encase_enter(b->cage, mix_calls.calls[c], words), -ENOSYS);
		if (mix_calls.calls[c]->result == ENCASE_NEVER)
			continue;
		same(b->who, encase_enter_checked(b->cage, mix_calls.calls[c], words, &result),
		     -ENOSYS);
	}
	same(b->who, result, 77);
	same(b->who, errno, 77);
}

Test(lowers, calls_that_it_does_not_know)
{
	each_bench(unknown);
}

/* Writes and reads back, each thread through a pipe and at places of its own. */
static unsigned talk(void *arg, unsigned number)
{
	struct bench *b = arg;
	size_t out = PAGE * number, in = out + 100;
	unsigned wrong = 0;
	int fd[2];

	if (pipe2(fd, O_CLOEXEC))
		return 1;
	for (int round = 0; round < 200; round++) {
		memset(b->space.bytes + out, round + (int) number, 64);
		wrong += make(b, write, (encase_word) fd[1], at(b, out), 64) != 64;
		wrong += make(b, read, (encase_word) fd[0], at(b, in), 64) != 64;
		wrong += memcmp(b->space.bytes + out, b->space.bytes + in, 64) != 0;
		wrong += make(b, write, (encase_word) -1, at(b, out), 64) != -EBADF;
	}
	close(fd[0]);
	close(fd[1]);
	return wrong;
}

static void concurrent(struct bench *b)
{
	if (b->row->answers)
		same(b->who, on_threads(talk, b), 0);
}

Test(lowers, concurrent_use)
{
	each_bench(concurrent);
}
