/* SPDX-License-Identifier: MIT */
/*
 * The script and the calls: what goes in at the top comes out at the bottom, and
 * what the script answers comes up, through no layer and through one that copies.
 */
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <string.h>
#include <sys/mman.h>

#include "toy.h"

/* No layer, or a layer that copies all. */
static const struct encase_layer *const tops[] = { NULL, &copier };
#define FOREACH_TOP(t)                                                                 \
	for (unsigned top_ = 0; top_ < 2; top_++)                                      \
		for (struct encase_test *t = ENCASE_TEST_IN(toy, tops[top_], NULL); t; \
		     expect_end(t, 0), t = NULL)

Test(calls, results_have_the_calls_type)
{
	FOREACH_TOP(t)
	{
		ENCASE_ANSWER(t, write, 3);
		cr_assert_eq(ENCASE_CALL(t, write, 1, "abc", 4), 3);
		ENCASE_ANSWER(t, mmap, (void *) 0x7f0000001000);
		cr_assert_eq(ENCASE_CALL(t, mmap, NULL, 1, 0, 0, -1, 0), (void *) 0x7f0000001000);
		ENCASE_ANSWER_IN(toy, t, sum, 0.5);
		cr_assert(ENCASE_CALL_IN(toy, t, sum, 1, 2, 3, 4, 5, 6, 7, 8) == 0.5);
		ENCASE_ANSWER_IN(toy, t, sum, 3);
		ENCASE_CALL_GIVES_IN(toy, t, 3, sum, 1, 2, 3, 4, 5, 6, 7, -0.5);
		ENCASE_EXPECT_REACHED_IN(toy, t, sum, 1, 2, 3, 4, 5, 6, 7, 8);
		ENCASE_EXPECT_REACHED_IN(toy, t, sum, 1, 2, 3, 4, 5, 6, 7, -0.5);
		ENCASE_ANSWER_IN(toy, t, half, 0.25F);
		ENCASE_CALL_GIVES_IN(toy, t, 0.25, half, 0.5F);
		ENCASE_ANSWER_IN(toy, t, small, 255);
		ENCASE_CALL_GIVES_IN(toy, t, 255, small, 1, -128);
		ENCASE_EXPECT_REACHED_IN(toy, t, small, 7, -128);
		ENCASE_ANSWER_IN(toy, t, big, LONG_MAX + 1UL);
		ENCASE_CALL_GIVES_IN(toy, t, LONG_MAX + 1UL, big, ULONG_MAX, LONG_MIN);
		ENCASE_EXPECT_REACHED_IN(toy, t, big, ULONG_MAX, LONG_MIN);
		ENCASE_ANSWER(t, getpid, 4711);
		ENCASE_CALL_GIVES(t, 4711, getpid);
	}
}

Test(calls, errors_are_libcs)
{
	FOREACH_TOP(t)
	{
		ENCASE_ANSWER_FAIL(t, open, ENOENT);
		errno = 0;
		cr_assert_eq(ENCASE_CALL(t, open, "x", O_RDONLY, 0), -1);
		cr_assert_eq(errno, ENOENT);
		ENCASE_ANSWER_FAIL(t, mmap, 4095);
		cr_assert_eq(ENCASE_CALL(t, mmap, NULL, 1, 0, 0, -1, 0), MAP_FAILED);
		cr_assert_eq(errno, 4095);
		ENCASE_ANSWER_FAIL_IN(toy, t, find, ENXIO);
		cr_assert_null(ENCASE_CALL_IN(toy, t, find, "name"));
		cr_assert_eq(errno, ENXIO);
		ENCASE_ANSWER_FAIL_IN(toy, t, sum, EDOM);
		ENCASE_CALL_FAILS_IN(toy, t, EDOM, sum, 1, 2, 3, 4, 5, 6, 7, 8);
		errno = ERANGE;
		ENCASE_ANSWER(t, dup, 4);
		ENCASE_CALL_GIVES(t, 4, dup, 3);
		ENCASE_EXPECT_REACHED(t, dup, 3);
		cr_assert_eq(errno, ERANGE);
	}
}

Test(calls, results_may_look_like_errors_where_they_may)
{
	FOREACH_TOP(t)
	{
		ENCASE_ANSWER_IN(toy, t, ticks, -5);
		ENCASE_CALL_GIVES_IN(toy, t, -5, ticks);
		ENCASE_ANSWER_IN(toy, t, peek, -EIO);
		ENCASE_CALL_GIVES_IN(toy, t, -EIO, peek, 8);
		ENCASE_ANSWER_FAIL_IN(toy, t, peek, EIO);
		ENCASE_CALL_FAILS_IN(toy, t, EIO, peek, 8);
	}
}

Test(calls, out_data_is_what_the_script_writes)
{
	const struct toy_pair pairs[2] = { { 1, 2 }, { 3, 4 } };
	const short ranks[2] = { 7, 8 };
	const int total = 42;

	FOREACH_TOP(t)
	{
		char buf[8] = "-------";
		short got[2] = { 0, 0 };
		int sum = 1;

		ENCASE_ANSWER(t, read, 5, (buf, "hello", 5));
		ENCASE_CALL_GIVES(t, 5, read, 3, buf, 7);
		cr_assert_str_eq(buf, "hello--");
		ENCASE_ANSWER_IN(toy, t, pick, 2, (ranks, ranks, sizeof(ranks)),
				 (total, &total, sizeof(total)));
		ENCASE_CALL_GIVES_IN(toy, t, 2, pick, pairs, 2, got, &sum);
		cr_assert_arr_eq(got, ranks, sizeof(ranks));
		cr_assert_eq(sum, 42);
		sum = 1;
		ENCASE_EXPECT_REACHED_IN(toy, t, pick, pairs, 2, got, &sum);
		ENCASE_ANSWER_IN(toy, t, pick, 0);
		ENCASE_CALL_GIVES_IN(toy, t, 0, pick, pairs, 0, got, NULL);
		ENCASE_EXPECT_REACHED_IN(toy, t, pick, pairs, 0, got, NULL);
	}
}

Test(calls, the_scripts_bytes_are_its_own)
{
	struct encase_test *t = ENCASE_TEST(NULL, NULL);
	char source[] = "abc", buf[3];

	ENCASE_ANSWER(t, read, 3, (buf, source, 3));
	memset(source, 'x', 3);
	ENCASE_CALL_GIVES(t, 3, read, 0, buf, 3);
	cr_assert_arr_eq(buf, "abc", 3);
	expect_end(t, 0);
}

/* Of one name, oldest first; for always comes after those for once. */
Test(calls, answers_are_given_in_order)
{
	FOREACH_TOP(t)
	{
		ENCASE_ANSWER_ALWAYS(t, dup, 99);
		ENCASE_ANSWER(t, dup, 1);
		ENCASE_ANSWER(t, close, 0);
		ENCASE_ANSWER_FAIL(t, dup, EMFILE);
		ENCASE_ANSWER_ALWAYS(t, dup, 100);
		ENCASE_CALL_GIVES(t, 1, dup, 5);
		ENCASE_CALL_FAILS(t, EMFILE, dup, 5);
		ENCASE_CALL_GIVES(t, 100, dup, 5);
		ENCASE_CALL_GIVES(t, 0, close, 5);
		ENCASE_CALL_GIVES(t, 100, dup, ENCASE_CALL(t, dup, 5));
		ENCASE_EXPECT_REACHED(t, dup, 5);
		ENCASE_EXPECT_REACHED(t, close, 5);
		ENCASE_EXPECT_REACHED(t, dup, 5);
		ENCASE_EXPECT_REACHED(t, dup, 100);
		ENCASE_EXPECT_NOTHING_REACHED(t);
	}
}

Test(calls, unscripted_calls_can_be_answered)
{
	FOREACH_TOP(t)
	{
		encase_test_unscripted(t, 0);
		ENCASE_CALL_GIVES(t, 0, fsync, 3);
		encase_test_unscripted(t, -ENOSYS);
		ENCASE_CALL_FAILS(t, ENOSYS, fsync, 3);
		cr_assert_eq(encase_test_reached(t, 0)->error, 0);
		cr_assert_eq(encase_test_reached(t, 1)->error, ENOSYS);
		ENCASE_ANSWER(t, fsync, 0);
		ENCASE_CALL_GIVES(t, 0, fsync, 3);
		encase_test_unscripted(t, -7);
		ENCASE_CALL_GIVES_IN(toy, t, -7, ticks);
	}
}

static long total;

static ssize_t fake_write(int fd, const void *buf, size_t count)
{
	errno = ENOTTY; /* which a success leaves behind */
	total += memcmp(buf, "abc", count) ? 0 : (long) count;
	if (fd >= 0)
		return (ssize_t) count;
	errno = EBADF;
	return -1;
}

static void *fake_find(const char *name)
{
	if (!*name)
		errno = EINVAL;
	return NULL;
}

static long fake_peek(long at)
{
	errno = at < 0 ? EDOM : 0;
	return -1;
}

static double fake_sum(double a, float b, double c, double d, float e, double f, double g, double h)
{
	return a + (double) b + c + d + (double) e + f + g + h;
}

/* What would read as an errno without being one, and an errno that is none. */
static int fake_dup(int fd)
{
	errno = fd == 1 ? 5000 : 0;
	return fd == 1 ? -1 : -fd;
}

Test(calls, functions_answer)
{
	total = 0;
	FOREACH_TOP(t)
	{
		ENCASE_ANSWER_BY(t, write, fake_write);
		ENCASE_ANSWER(t, write, 1);
		ENCASE_CALL_GIVES(t, 1, write, 1, "abc", 3);
		ENCASE_CALL_GIVES(t, 3, write, 1, "abc", 3);
		ENCASE_CALL_FAILS(t, EBADF, write, -1, "abc", 3);
		ENCASE_ANSWER_BY(t, dup, fake_dup);
		ENCASE_CALL_FAILS(t, EIO, dup, EBADF);
		cr_assert_eq(encase_test_reached(t, 3)->error, EIO);
		ENCASE_CALL_FAILS(t, EIO, dup, 1);
		cr_assert_eq(encase_test_reached(t, 4)->error, EIO);
		ENCASE_ANSWER_BY_IN(toy, t, find, fake_find);
		errno = ERANGE; /* the test's, which is no answer */
		ENCASE_CALL_FAILS_IN(toy, t, EIO, find, "x");
		ENCASE_CALL_FAILS_IN(toy, t, EINVAL, find, "");
		ENCASE_ANSWER_BY_IN(toy, t, peek, fake_peek);
		ENCASE_CALL_GIVES_IN(toy, t, -1, peek, 1);
		ENCASE_CALL_FAILS_IN(toy, t, EDOM, peek, -1);
		ENCASE_ANSWER_BY_IN(toy, t, sum, fake_sum);
		ENCASE_CALL_GIVES_IN(toy, t, 36.5, sum, 1, 2, 3, 4, 5, 6, 7, 8.5);
	}
	cr_assert_eq(total, 2 * (3 + 3));
}

Test(calls, errno_stays_where_a_call_succeeds)
{
	const encase_word words[] = { 1, (uintptr_t) "abc", 3 };

	FOREACH_TOP(t)
	{
		ENCASE_ANSWER_BY(t, write, fake_write);
		errno = ERANGE;
		cr_assert_eq(ENCASE_CALL(t, write, 1, "abc", 3), 3);
		cr_assert_eq(errno, ERANGE);
		cr_assert_eq(ENCASE_CALL_WORDS(t, &encase_desc_write, words), 3);
		cr_assert_eq(errno, ERANGE);
	}
}

/* What is negative counts nothing. */
Test(calls, lengths_may_be_negative)
{
	char data[4] = "abc";

	FOREACH_TOP(t)
	{
		ENCASE_ANSWER_IN(toy, t, turn, 0);
		ENCASE_CALL_GIVES_IN(toy, t, 0, turn, data, -1, "x");
		ENCASE_EXPECT_REACHED_IN(toy, t, turn, data, -1, "x");
	}
}

Test(calls, calls_can_be_made_by_descriptor)
{
	char buf[4] = "abc";
	const encase_word words[] = { UINT64_MAX, (uintptr_t) buf, 3 };
	const encase_word narrow[] = { ~UINT64_C(0) << 32 | 3 };

	FOREACH_TOP(t)
	{
		ENCASE_ANSWER(t, write, 2);
		cr_assert_eq(ENCASE_CALL_WORDS(t, &encase_desc_write, words), 2);
		ENCASE_EXPECT_REACHED_WORDS(t, &encase_desc_write, words);
		ENCASE_ANSWER_FAIL(t, write, EBADF);
		cr_assert_eq(ENCASE_CALL_WORDS(t, &encase_desc_write, words), -EBADF);
		ENCASE_EXPECT_ERRNO(t, EBADF);
		ENCASE_EXPECT_REACHED(t, write, -1, "abc", 3);
		ENCASE_ANSWER_ALWAYS(t, close, 0);
		ENCASE_CALL_WORDS(t, &encase_desc_close, narrow);
		ENCASE_EXPECT_REACHED(t, close, 3);
		ENCASE_CALL(t, close, 3);
		ENCASE_EXPECT_REACHED_WORDS(t, &encase_desc_close, narrow);
	}
}

/* The bottom refuses what a kernel refuses, and uses up no answer for it. */
Test(calls, bad_pointers_are_refused_at_the_bottom)
{
	struct encase_test *t = ENCASE_TEST_IN(toy, NULL, NULL);
	char name[5000];

	memset(name, 'x', sizeof(name));
	ENCASE_CALL_FAILS(t, EFAULT, write, 1, (void *) 1, 3);
	ENCASE_CALL_FAILS(t, EFAULT, write, 1, (void *) 65535, 1);
	ENCASE_CALL_FAILS(t, EFAULT, write, 1, name, SIZE_MAX / 2);
	ENCASE_CALL_FAILS(t, EFAULT, open, (char *) 1, 0, 0);
	ENCASE_CALL_FAILS(t, ENAMETOOLONG, open, name, 0, 0);
	ENCASE_CALL_FAILS_IN(toy, t, EINVAL, find, name);
	ENCASE_CALL_FAILS(t, EFAULT, rename, (char *) 1, name);
	ENCASE_CALL_FAILS(t, ENAMETOOLONG, rename, name, (char *) 1);
	encase_test_forbid(t, name + 10, 10);
	ENCASE_CALL_FAILS(t, EFAULT, write, 1, name + 5, 6);
	ENCASE_CALL_FAILS(t, EFAULT, write, 1, name + 19, 6);
	ENCASE_CALL_FAILS(t, EFAULT, open, name, 0, 0);
	ENCASE_ANSWER_ALWAYS(t, write, 1);
	ENCASE_CALL_GIVES(t, 1, write, 1, name + 5, 5);
	ENCASE_CALL_GIVES(t, 1, write, 1, name + 20, 5);
	ENCASE_CALL_GIVES(t, 1, write, 1, NULL, 3);
	expect_end(t, 0);
}

/* A layer's results are checked by the router, those of the bottom too. */
Test(calls, a_result_that_cannot_be_is_the_routers)
{
	FOREACH_TOP(t)
	{
		ENCASE_ANSWER(t, write, 4);
		ENCASE_CALL_FAILS(t, EIO, write, 1, "abc", 3);
		ENCASE_ANSWER(t, lseek, -4096);
		ENCASE_CALL_GIVES(t, -4096, lseek, 3, 0, 0);
	}
}

Test(calls, an_interface_that_is_not_spoken_is_enosys)
{
	struct encase_test *t = ENCASE_TEST(NULL, NULL);

	ENCASE_CALL_FAILS_IN(toy, t, ENOSYS, small, 1, 1);
	ENCASE_EXPECT_NOTHING_REACHED(t);
	expect_end(t, 0);
	t = ENCASE_TEST_IN(encase, NULL, NULL);
	ENCASE_ANSWER(t, fsync, 0);
	ENCASE_CALL_GIVES(t, 0, fsync, 1);
	expect_end(t, 0);
}

/* The script's own functions may make calls. */
static struct encase_test *inner;

static int fake_fsync(int fd)
{
	return fd ? ENCASE_CALL(inner, fsync, fd - 1) : 0;
}

Test(calls, calls_nest)
{
	FOREACH_TOP(t)
	{
		inner = t;
		ENCASE_ANSWER_BY(t, fsync, fake_fsync);
		ENCASE_CALL_GIVES(t, 0, fsync, 3);
		for (int fd = 3; fd >= 0; fd--)
			ENCASE_EXPECT_REACHED(t, fsync, fd);
		ENCASE_EXPECT_NOTHING_REACHED(t);
	}
}

Test(calls, tests_stand_side_by_side)
{
	struct encase_test *a = ENCASE_TEST(NULL, NULL), *b = ENCASE_TEST(&copier, NULL);

	ENCASE_ANSWER(a, dup, 1);
	ENCASE_ANSWER(b, dup, 2);
	ENCASE_CALL_GIVES(b, 2, dup, 9);
	ENCASE_CALL_GIVES(a, 1, dup, 8);
	ENCASE_EXPECT_REACHED(a, dup, 8);
	ENCASE_EXPECT_REACHED(b, dup, 9);
	expect_end(a, 0);
	expect_end(b, 0);
}
