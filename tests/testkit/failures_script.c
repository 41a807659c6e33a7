/* SPDX-License-Identifier: MIT */
/* What the script refuses, and what it misses: what is said then, letter by letter. */
#include <limits.h>

#include "toy.h"

Test(failures_script, of_the_script)
{
	struct encase_test *t = ENCASE_TEST_IN(toy, NULL, NULL);
	char buf[4];

	EXPECT_FAILURE(t,
		       "the script has no answer for a call that reached the bottom: "
		       "write(fd=1, buf=\"abc\", count=3)",
		       cr_assert_eq(ENCASE_CALL(t, write, 1, "abc", 3), -1));
	cr_assert_eq(errno, ENOSYS);
	ENCASE_EXPECT_ERRNO(t, ENOSYS);
	ENCASE_ANSWER(t, read, 5, (buf, "hello", 5));
	EXPECT_FAILURE(t,
		       "the script writes 5 bytes to buf, which has room for 4: "
		       "read(fd=0, buf=[4 bytes], count=4)",
		       ENCASE_CALL(t, read, 0, buf, 4));
	ENCASE_ANSWER(t, read, 1, (buf, "h", 1));
	EXPECT_FAILURE(t,
		       "the script writes 1 bytes to buf, which has room for 0: "
		       "read(fd=0, buf=NULL, count=4)",
		       ENCASE_CALL(t, read, 0, NULL, 4));
	ENCASE_ANSWER(t, write, 3, (buf, "xyz", 3));
	EXPECT_FAILURE(t,
		       "the script writes 3 bytes to buf, which has room for 0: "
		       "write(fd=1, buf=\"abc\", count=3)",
		       ENCASE_CALL(t, write, 1, "abc", 3));
	EXPECT_FAILURE(t, "read cannot be answered with 0.5: its type has no such value",
		       ENCASE_ANSWER(t, read, 0.5));
	EXPECT_FAILURE(
		t, "read cannot be answered with -1: that is an errno, and ENCASE_ANSWER_FAIL()'s",
		ENCASE_ANSWER(t, read, -1));
	EXPECT_FAILURE(t,
		       "mmap cannot be answered with 0xffffffffffffffff: that is an errno, and "
		       "ENCASE_ANSWER_FAIL()'s",
		       ENCASE_ANSWER(t, mmap, (void *) -1));
	EXPECT_FAILURE(t, "dup cannot be answered with 2147483648: its type has no such value",
		       ENCASE_ANSWER(t, dup, 2147483648));
	EXPECT_FAILURE(t, "dup cannot be answered with 0: that is no errno",
		       ENCASE_ANSWER_FAIL(t, dup, 0));
	EXPECT_FAILURE(t, "dup cannot be answered with 4096: that is no errno",
		       ENCASE_ANSWER_FAIL(t, dup, 4096));
	EXPECT_FAILURE(t, "ticks cannot be answered with 5: it cannot fail",
		       ENCASE_ANSWER_FAIL_IN(toy, t, ticks, EIO));
	expect_end(t, 11);
}

/* The types' own limits. */
Test(failures_script, of_values_that_a_type_does_not_have)
{
	struct encase_test *t = ENCASE_TEST_IN(toy, NULL, NULL);

	encase_test_on_failure(t, witness_fail, &witness);
	witness.n = 0;
	ENCASE_ANSWER_IN(toy, t, small, 256);
	ENCASE_ANSWER_IN(toy, t, small, -1);
	ENCASE_ANSWER_IN(toy, t, small, (void *) 1);
	ENCASE_ANSWER_IN(toy, t, big, -5000L);
	ENCASE_ANSWER_IN(toy, t, peek, ULONG_MAX);
	ENCASE_ANSWER_IN(toy, t, sum, (void *) 1);
	ENCASE_ANSWER_IN(toy, t, find, 1);
	cr_assert_eq(witness.n, 7);
	ENCASE_ANSWER(t, lseek, -4095);
	cr_assert_eq(witness.n, 8);
	ENCASE_ANSWER_ALWAYS(t, lseek, -4096);
	ENCASE_ANSWER_ALWAYS_IN(toy, t, small, 0);
	ENCASE_ANSWER_ALWAYS_IN(toy, t, big, ULONG_MAX - 4095);
	ENCASE_ANSWER_ALWAYS_IN(toy, t, peek, -1);
	ENCASE_ANSWER_ALWAYS_IN(toy, t, ticks, -1);
	ENCASE_ANSWER_ALWAYS_IN(toy, t, ticks, (unsigned long) LONG_MAX);
	ENCASE_ANSWER_ALWAYS_IN(toy, t, find, (void *) 1);
	cr_assert_eq(witness.n, 8);
	expect_end(t, 8);
}

Test(failures_script, of_answers_that_nothing_asked_for)
{
	struct encase_test *t = ENCASE_TEST(NULL, NULL);
	int line;

	ENCASE_ANSWER(t, dup, 1);
	ENCASE_ANSWER_ALWAYS(t, dup, 1);
	ENCASE_ANSWER(t, dup, 2), line = __LINE__;
	ENCASE_CALL_GIVES(t, 1, dup, 3);
	encase_test_on_failure(t, witness_fail, &witness);
	witness.n = 0;
	expect_end(t, 1);
	cr_assert_eq(witness.n, 1);
	cr_assert_eq(witness.line, line);
	cr_assert_str_eq(witness.file, __FILE__);
	cr_assert_str_eq(witness.message, "nothing asked for this answer: dup = 2\n"
					  "  reached the bottom:\n"
					  "    dup(oldfd=3) = 1");
	t = ENCASE_TEST(NULL, NULL);
	encase_test_on_failure(t, witness_fail, &witness);
	ENCASE_ANSWER_FAIL(t, dup, EMFILE);
	expect_end(t, 1);
	cr_assert_str_eq(witness.message, "nothing asked for this answer: dup = EMFILE\n"
					  "  reached the bottom: nothing");
}

/* A failure inside a call waits until the outermost one has returned. */
static struct encase_test *inner;

static int fake_fsync(int fd)
{
	ENCASE_CALL(inner, dup, fd);
	ENCASE_CALL(inner, dup, fd);
	return witness.n ? 1 : 0;
}

Test(failures_script, of_calls_in_calls)
{
	struct encase_test *t = inner = ENCASE_TEST(&copier, NULL);

	encase_test_on_failure(t, witness_fail, &witness);
	ENCASE_ANSWER_BY(t, fsync, fake_fsync);
	cr_assert_eq(ENCASE_CALL(t, fsync, 3), 0);
	cr_assert_eq(witness.n, 2);
	cr_assert_eq(witness.line, __LINE__ - 2);
	expect_end(t, 2);
}

static int end_fsync(int fd)
{
	return encase_test_end(inner) + fd;
}

Test(failures_script, of_an_end_inside_a_call)
{
	struct encase_test *t = inner = ENCASE_TEST(NULL, NULL);

	ENCASE_ANSWER_BY(t, fsync, end_fsync);
	EXPECT_FAILURE(t, "the test ends inside a call, or while a layer starts",
		       cr_assert_eq(ENCASE_CALL(t, fsync, 3), 3));
	expect_end(t, 1);
}

static int end_in_start(void **state, const char *options)
{
	(void) options;
	*state = NULL;
	return encase_test_end(inner) == 1 ? 0 : -EPERM;
}

Test(failures_script, of_an_end_while_a_layer_starts)
{
	static const struct encase_rule none[] = { ENCASE_END };
	static const struct encase_layer ender = { .name = "ender",
						   .rules = none,
						   .start = end_in_start };
	struct encase_test *t = inner = ENCASE_TEST(NULL, NULL);

	encase_test_on_failure(t, witness_fail, &witness);
	ENCASE_PUSH(t, &ender, NULL);
	cr_assert_eq(witness.n, 1);
	cr_assert_str_eq(witness.message, "the test ends inside a call, or while a layer starts");
	expect_end(t, 1);
}
