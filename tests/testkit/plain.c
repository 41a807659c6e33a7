/* SPDX-License-Identifier: MIT */
/*
 * The kit without Criterion: failures are printed to standard error and counted,
 * or go to the hook that a file has defined (plain_hook.c).  Prints TAP.
 */
#include "plain.h"

#include <encase/test.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int tests, failed;

static void ok(int good, const char *name)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++tests, name);
	failed |= !good;
}

/* Standard error goes to a file, until what came is asked for. */
static FILE *caught;
static int stderr_was;

static void catch_stderr(void)
{
	caught = tmpfile();
	fflush(stderr);
	stderr_was = dup(2);
	dup2(fileno(caught), 2);
}

static const char *what_came(void)
{
	static char said[4096];
	size_t n;

	fflush(stderr);
	dup2(stderr_was, 2);
	close(stderr_was);
	rewind(caught);
	n = fread(said, 1, sizeof(said) - 1, caught);
	said[n] = '\0';
	fclose(caught);
	return said;
}

static int counted;

static ssize_t count_write(int fd, const void *buf, size_t count)
{
	counted++;
	return encase_next_write(fd, buf, count);
}

static const struct encase_rule rules[] = {
	ENCASE_ON(write, count_write, .buf = ENCASE_PASS),
	ENCASE_END,
};
static const struct encase_layer counter = { .name = "counter", .rules = rules };

static void passes(void)
{
	struct encase_test *t = ENCASE_TEST(&counter, NULL);
	int failures;

	catch_stderr();
	ENCASE_ANSWER(t, write, 3);
	ENCASE_CALL_GIVES(t, 3, write, 1, "abc", 3);
	ENCASE_EXPECT_REACHED(t, write, 1, "abc", 3);
	ENCASE_EXPECT_NOT_READ(t, write, buf);
	failures = encase_test_end(t);
	ok(!failures && counted == 1, "a test that passes returns 0");
	ok(!strcmp(what_came(), ""), "a test that passes prints nothing");
}

static void fails(void)
{
	struct encase_test *t = ENCASE_TEST(&counter, NULL);
	char expected[4096];
	int failures, line;

	catch_stderr();
	ENCASE_CALL(t, write, 1, "abc", 3), line = __LINE__;
	ENCASE_EXPECT_RESULT(t, 3);
	ENCASE_EXPECT_ERRNO(t, ENOSYS);
	failures = encase_test_end(t);
	snprintf(expected, sizeof(expected),
		 "%s:%d: the script has no answer for a call that reached the bottom: "
		 "write(fd=1, buf=\"abc\", count=3)\n"
		 "%s:%d: expected the result 3, got ENOSYS\n"
		 "  the call: write(fd=1, buf=\"abc\", count=3) = ENOSYS\n"
		 "  reached the bottom:\n"
		 "    write(fd=1, buf=\"abc\", count=3) = ENOSYS\n",
		 __FILE__, line, __FILE__, line + 1);
	ok(!strcmp(what_came(), expected), "failures are printed, and the test goes on");
	ok(failures == 2, "failures are counted");
}

int main(void)
{
	passes();
	fails();
	ok(plain_hook(), "failures go to the hook that a file defines");
	printf("1..%d\n", tests);
	return failed;
}
