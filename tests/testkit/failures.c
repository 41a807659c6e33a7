/* SPDX-License-Identifier: MIT */
/*
 * Each kind of expectation that can fail, and what it says then, letter by letter.
 */
#include <fcntl.h>

#include "toy.h"

static struct encase_test *begin(const struct encase_layer *layer)
{
	struct encase_test *t = ENCASE_TEST_IN(toy, layer, NULL);

	encase_test_unscripted(t, 0);
	return t;
}

/* Layers that do to calls what a test is to find out. */
static ssize_t write_less(int fd, const void *buf, size_t count)
{
	return encase_next_write(fd, buf, count ? count - 1 : 0);
}

static int open_twice(const char *pathname, int flags, mode_t mode)
{
	encase_next_open(pathname, flags, mode);
	return encase_next_open("/other", flags, mode);
}

static const struct encase_rule rules[] = {
	ENCASE_ON(write, write_less),
	ENCASE_ON(open, open_twice),
	ENCASE_ON(read, encase_next_read),
	ENCASE_END,
};
static const struct encase_layer meddler = { .name = "meddler", .rules = rules };

Test(failures, of_results)
{
	struct encase_test *t = begin(NULL);

	EXPECT_FAILURE(t, "expected the result 0, got no result" NO_CALL,
		       ENCASE_EXPECT_RESULT(t, 0));
	ENCASE_ANSWER(t, write, 2);
	EXPECT_FAILURE(
		t, "expected the result 3, got 2" ONE_CALL("write(fd=1, buf=\"abc\", count=3) = 2"),
		ENCASE_CALL_GIVES(t, 3, write, 1, "abc", 3));
	EXPECT_FAILURE(
		t,
		"expected the result 2.5, which the call's type does not have, got 2" ONE_CALL(
			"write(fd=1, buf=\"abc\", count=3) = 2"),
		ENCASE_EXPECT_RESULT(t, 2.5));
	expect_end(t, 3);
}

Test(failures, of_results_where_there_was_an_error)
{
	struct encase_test *t = begin(NULL);

	ENCASE_ANSWER_FAIL(t, close, EBADF);
	EXPECT_FAILURE(t, "expected the result -1, got EBADF" ONE_CALL("close(fd=-1) = EBADF"),
		       ENCASE_CALL_GIVES(t, -1, close, -1));
	EXPECT_FAILURE(t, "expected the result 0, got EBADF" ONE_CALL("close(fd=-1) = EBADF"),
		       ENCASE_EXPECT_RESULT(t, 0));
	expect_end(t, 2);
}

Test(failures, of_errors)
{
	struct encase_test *t = begin(NULL);

	EXPECT_FAILURE(t, "expected EPERM, got no result" NO_CALL, ENCASE_EXPECT_ERRNO(t, EPERM));
	EXPECT_FAILURE(t, "expected EPERM, got 0" ONE_CALL("close(fd=3) = 0"),
		       ENCASE_CALL_FAILS(t, EPERM, close, 3));
	EXPECT_FAILURE(t, "expected errno 0, got 0" ONE_CALL("close(fd=3) = 0"),
		       ENCASE_EXPECT_ERRNO(t, 0));
	ENCASE_ANSWER_FAIL(t, close, 4000);
	EXPECT_FAILURE(t,
		       "expected EPERM, got errno 4000\n"
		       "  the call: close(fd=3) = errno 4000\n"
		       "  reached the bottom:\n"
		       "    close(fd=3) = 0\n"
		       "    close(fd=3) = errno 4000",
		       ENCASE_CALL_FAILS(t, EPERM, close, 3));
	EXPECT_FAILURE(t,
		       "expected errno 0, got errno 4000\n"
		       "  the call: close(fd=3) = errno 4000\n"
		       "  reached the bottom:\n"
		       "    close(fd=3) = 0\n"
		       "    close(fd=3) = errno 4000",
		       ENCASE_EXPECT_ERRNO(t, 0));
	expect_end(t, 5);
}

Test(failures, of_anything_else)
{
	struct encase_test *t = begin(NULL);
	const char *p = "x";
	long large = 1L << 40;

	ENCASE_CALL(t, close, 3);
	ENCASE_EXPECT(t, p);
	ENCASE_EXPECT(t, large);
	EXPECT_FAILURE(t, "expected: *p == 'y'" ONE_CALL("close(fd=3) = 0"),
		       ENCASE_EXPECT(t, *p == 'y'));
	expect_end(t, 1);
}

Test(failures, of_arguments_at_the_bottom)
{
	struct encase_test *t = begin(&meddler);

	ENCASE_ANSWER(t, write, 2);
	ENCASE_CALL(t, write, 1, "abc", 3);
	EXPECT_FAILURE(t,
		       "expected to reach the bottom: write(fd=2, buf=\"abc\", count=3)\n"
		       "  fd: expected 2, got 1\n"
		       "  buf: expected \"abc\", got \"ab\"\n"
		       "  count: expected 3, got 2\n"
		       "  the call: write(fd=1, buf=\"abc\", count=3) = 2\n"
		       "  reached the bottom:\n"
		       "    write(fd=1, buf=\"ab\", count=2) = 2",
		       ENCASE_EXPECT_REACHED(t, write, 2, "abc", 3));
	EXPECT_FAILURE(t,
		       "expected to reach the bottom: write(fd=1, buf=\"ax\", count=2)\n"
		       "  buf: expected \"ax\", got \"ab\"\n"
		       "  the call: write(fd=1, buf=\"abc\", count=3) = 2\n"
		       "  reached the bottom:\n"
		       "    write(fd=1, buf=\"ab\", count=2) = 2",
		       ENCASE_EXPECT_REACHED(t, write, 1, "ax", 2));
	EXPECT_FAILURE(t,
		       "expected to reach the bottom: write(fd=1, buf=NULL, count=2)\n"
		       "  buf: expected NULL, got \"ab\"\n"
		       "  the call: write(fd=1, buf=\"abc\", count=3) = 2\n"
		       "  reached the bottom:\n"
		       "    write(fd=1, buf=\"ab\", count=2) = 2",
		       ENCASE_EXPECT_REACHED(t, write, 1, NULL, 2));
	ENCASE_EXPECT_REACHED(t, write, 1, ENCASE_ANYTHING, 2);
	ENCASE_CALL(t, write, 1, NULL, 0);
	EXPECT_FAILURE(t,
		       "expected to reach the bottom: write(fd=9, buf=ENCASE_ANYTHING, count=0)\n"
		       "  fd: expected 9, got 1\n"
		       "  the call: write(fd=1, buf=NULL, count=0) = 0\n"
		       "  reached the bottom:\n"
		       "  * write(fd=1, buf=\"ab\", count=2) = 2\n"
		       "    write(fd=1, buf=NULL, count=0) = 0",
		       ENCASE_EXPECT_REACHED(t, write, 9, ENCASE_ANYTHING, 0));
	expect_end(t, 4);
}

Test(failures, of_what_came_to_the_bottom_at_all)
{
	struct encase_test *t = begin(&meddler);

	EXPECT_FAILURE(t, "expected to reach the bottom: fsync(fd=3)" NO_CALL,
		       ENCASE_EXPECT_REACHED(t, fsync, 3));
	ENCASE_CALL(t, open, "/one", O_WRONLY | O_CREAT, 0640);
	ENCASE_EXPECT_REACHED(t, open, "/one", O_WRONLY | O_CREAT, 0640);
	EXPECT_FAILURE(
		t,
		"expected to reach the bottom: close(fd=3)\n"
		"  the call: open(pathname=\"/one\", flags=O_WRONLY|O_CREAT, mode=0640) = 0\n"
		"  reached the bottom:\n"
		"  * open(pathname=\"/one\", flags=O_WRONLY|O_CREAT, mode=0640) = 0\n"
		"    open(pathname=\"/other\", flags=O_WRONLY|O_CREAT, mode=0640) = 0",
		ENCASE_EXPECT_REACHED(t, close, 3));
	EXPECT_FAILURE(
		t,
		"expected no call of this name to reach the bottom any more: open\n"
		"  the call: open(pathname=\"/one\", flags=O_WRONLY|O_CREAT, mode=0640) = 0\n"
		"  reached the bottom:\n"
		"  * open(pathname=\"/one\", flags=O_WRONLY|O_CREAT, mode=0640) = 0\n"
		"    open(pathname=\"/other\", flags=O_WRONLY|O_CREAT, mode=0640) = 0",
		ENCASE_EXPECT_NOT_REACHED(t, open));
	ENCASE_EXPECT_NOT_REACHED(t, close);
	ENCASE_EXPECT_NOT_REACHED_IN(toy, t, ticks);
	EXPECT_FAILURE(
		t,
		"expected nothing to reach the bottom any more\n"
		"  the call: open(pathname=\"/one\", flags=O_WRONLY|O_CREAT, mode=0640) = 0\n"
		"  reached the bottom:\n"
		"  * open(pathname=\"/one\", flags=O_WRONLY|O_CREAT, mode=0640) = 0\n"
		"    open(pathname=\"/other\", flags=O_WRONLY|O_CREAT, mode=0640) = 0",
		ENCASE_EXPECT_NOTHING_REACHED(t));
	expect_end(t, 4);
	t = begin(NULL);
	ENCASE_CALL_IN(toy, t, ticks);
	EXPECT_FAILURE(t, "expected nothing to reach the bottom" ONE_CALL("ticks() = 0"),
		       ENCASE_EXPECT_NOTHING_REACHED(t));
	expect_end(t, 1);
}

/* Calls that were looked at, and those before them, do not count again. */
Test(failures, of_an_order_that_was_another)
{
	struct encase_test *t = begin(NULL);

	ENCASE_CALL(t, close, 3);
	ENCASE_CALL(t, fsync, 3);
	ENCASE_EXPECT_REACHED(t, fsync, 3);
	EXPECT_FAILURE(t,
		       "expected to reach the bottom: close(fd=3)\n"
		       "  the call: fsync(fd=3) = 0\n"
		       "  reached the bottom:\n"
		       "  * close(fd=3) = 0\n"
		       "  * fsync(fd=3) = 0",
		       ENCASE_EXPECT_REACHED(t, close, 3));
	expect_end(t, 1);
}

Test(failures, of_long_lists_show_the_newest)
{
	struct encase_test *t = begin(NULL);

	for (int fd = 0; fd < 10; fd++)
		ENCASE_CALL(t, fsync, fd);
	EXPECT_FAILURE(t,
		       "expected the result 1, got 0\n"
		       "  the call: fsync(fd=9) = 0\n"
		       "  reached the bottom:\n"
		       "    (2 more)\n"
		       "    fsync(fd=2) = 0\n"
		       "    fsync(fd=3) = 0\n"
		       "    fsync(fd=4) = 0\n"
		       "    fsync(fd=5) = 0\n"
		       "    fsync(fd=6) = 0\n"
		       "    fsync(fd=7) = 0\n"
		       "    fsync(fd=8) = 0\n"
		       "    fsync(fd=9) = 0",
		       ENCASE_EXPECT_RESULT(t, 1));
	expect_end(t, 1);
}

Test(failures, of_what_layers_touched)
{
	struct encase_test *t = begin(&meddler);
	char buf[4];

	ENCASE_ANSWER(t, read, 3, (buf, "abc", 3));
	EXPECT_FAILURE(t, "no call was made" NO_CALL, ENCASE_EXPECT_UNTOUCHED(t));
	ENCASE_CALL(t, read, 0, buf, 4);
	EXPECT_FAILURE(t,
		       "layers wrote 3 of the 4 bytes of buf" ONE_CALL(
			       "read(fd=0, buf=\"abc\", count=4) = 3"),
		       ENCASE_EXPECT_NOT_WRITTEN(t, read, buf));
	ENCASE_EXPECT_NOT_READ(t, read, buf);
	EXPECT_FAILURE(t,
		       "layers read 0 and wrote 3 bytes of the cage's" ONE_CALL(
			       "read(fd=0, buf=\"abc\", count=4) = 3"),
		       ENCASE_EXPECT_UNTOUCHED(t));
	EXPECT_FAILURE(
		t, "the last call was no write" ONE_CALL("read(fd=0, buf=\"abc\", count=4) = 3"),
		ENCASE_EXPECT_NOT_READ(t, write, buf));
	expect_end(t, 4);
	t = begin(&meddler);
	ENCASE_CALL(t, write, 1, "abcde", 5);
	EXPECT_FAILURE(t,
		       "layers read 5 of the 5 bytes of buf\n"
		       "  the call: write(fd=1, buf=\"abcde\", count=5) = 0\n"
		       "  reached the bottom:\n"
		       "    write(fd=1, buf=\"abcd\", count=4) = 0",
		       ENCASE_EXPECT_NOT_READ(t, write, buf));
	ENCASE_EXPECT_NOT_WRITTEN(t, write, buf);
	expect_end(t, 1);
}

/* That nothing was read where nothing was says nothing. */
Test(failures, of_expectations_that_could_not_fail)
{
	struct encase_test *t = begin(NULL);

	ENCASE_CALL(t, write, 1, "abc", 0);
	EXPECT_FAILURE(t, "buf points to no bytes" ONE_CALL("write(fd=1, buf=\"\", count=0) = 0"),
		       ENCASE_EXPECT_NOT_READ(t, write, buf));
	ENCASE_CALL(t, write, 1, NULL, 3);
	EXPECT_FAILURE(t,
		       "buf points to no bytes\n"
		       "  the call: write(fd=1, buf=NULL, count=3) = 0\n"
		       "  reached the bottom:\n"
		       "    write(fd=1, buf=\"\", count=0) = 0\n"
		       "    write(fd=1, buf=NULL, count=3) = 0",
		       ENCASE_EXPECT_NOT_READ(t, write, buf));
	ENCASE_CALL(t, rmdir, (char *) 1);
	EXPECT_FAILURE(t,
		       "pathname points to nothing that could be read or written\n"
		       "  the call: rmdir(pathname=0x1) = EFAULT\n"
		       "  reached the bottom:\n"
		       "    write(fd=1, buf=\"\", count=0) = 0\n"
		       "    write(fd=1, buf=NULL, count=3) = 0\n"
		       "    rmdir(pathname=0x1) = EFAULT",
		       ENCASE_EXPECT_NOT_READ(t, rmdir, pathname));
	expect_end(t, 3);
}

/* clang-format off */
Test(failures, say_where)
{
	struct encase_test *t = ENCASE_TEST_IN(toy, NULL, NULL);
	const encase_word words[] = { 3 };

#define HERE() cr_assert_eq(witness.line, __LINE__)
	encase_test_on_failure(t, witness_fail, &witness);
	ENCASE_PUSH(t, NULL, NULL); HERE();
	ENCASE_PUSH_FAILS(t, EPERM, NULL, NULL); HERE();
	ENCASE_ANSWER(t, fsync, 0.5); HERE();
	ENCASE_ANSWER_IN(toy, t, ticks, 0.5); HERE();
	ENCASE_ANSWER_ALWAYS(t, fsync, 0.5); HERE();
	ENCASE_ANSWER_ALWAYS_IN(toy, t, ticks, 0.5); HERE();
	ENCASE_ANSWER_FAIL(t, fsync, 0); HERE();
	ENCASE_ANSWER_FAIL_IN(toy, t, ticks, 1); HERE();
	ENCASE_CALL(t, fsync, 3); HERE();
	ENCASE_CALL_IN(toy, t, ticks); HERE();
	ENCASE_CALL_WORDS(t, &encase_desc_fsync, words); HERE();
	encase_test_unscripted(t, 0);
	ENCASE_CALL_GIVES(t, 1, fsync, 3); HERE();
	ENCASE_CALL_GIVES_IN(toy, t, 1, ticks); HERE();
	ENCASE_CALL_FAILS(t, EPERM, fsync, 3); HERE();
	ENCASE_CALL_FAILS_IN(toy, t, EPERM, ticks); HERE();
	ENCASE_EXPECT_RESULT(t, 1); HERE();
	ENCASE_EXPECT_ERRNO(t, EPERM); HERE();
	ENCASE_EXPECT_NOT_READ(t, write, buf); HERE();
	ENCASE_EXPECT_NOT_READ_IN(toy, t, find, name); HERE();
	ENCASE_EXPECT_NOT_WRITTEN(t, read, buf); HERE();
	ENCASE_EXPECT_NOT_WRITTEN_IN(toy, t, turn, data); HERE();
	ENCASE_EXPECT_REACHED(t, fsync, 4); HERE();
	ENCASE_EXPECT_REACHED_IN(toy, t, peek, 1); HERE();
	ENCASE_EXPECT_REACHED_WORDS(t, &encase_desc_close, words); HERE();
	ENCASE_EXPECT_NOT_REACHED(t, fsync); HERE();
	ENCASE_EXPECT_NOT_REACHED_IN(toy, t, ticks); HERE();
	ENCASE_EXPECT_NOTHING_REACHED(t); HERE();
	ENCASE_EXPECT_LOGGED(t, "x"); HERE();
	encase_log("x");
	ENCASE_EXPECT_NOTHING_LOGGED(t); HERE();
	ENCASE_PUSH(t, &copier, NULL);
	ENCASE_CALL(t, write, 1, "abc", 3);
	ENCASE_EXPECT_UNTOUCHED(t); HERE();
	ENCASE_EXPECT(t, words[0] == 4); HERE();
	expect_end(t, 31);
}
/* clang-format on */
