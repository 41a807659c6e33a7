/* SPDX-License-Identifier: MIT */
/* Calls in words: each kind of argument and result. */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "toy.h"

/* What is said of the last call. */
static const char *shown(struct encase_test *t)
{
	static char line[1024];
	const char *from;

	encase_test_on_failure(t, witness_fail, &witness);
	ENCASE_EXPECT_LOGGED(t, "what nobody logs");
	from = strstr(witness.message, "  the call: ");
	cr_assert_not_null(from);
	snprintf(line, sizeof(line), "%.*s", (int) strcspn(from + 12, "\n"), from + 12);
	return line;
}

static struct encase_test *begin(void)
{
	struct encase_test *t = ENCASE_TEST_IN(toy, NULL, NULL);

	encase_test_unscripted(t, 0);
	return t;
}

#define EXPECT_SHOWN(t, text) cr_assert_str_eq(shown(t), (text))

Test(shown, scalars_by_their_kind)
{
	struct encase_test *t = begin();

	ENCASE_CALL_IN(toy, t, tell, AT_FDCWD, -1, 0x80UL << 32, 0751, SIGTERM, (void *) 0xabc, 255,
		       -7);
	EXPECT_SHOWN(t, "tell(dir=AT_FDCWD, flags=0xffffffff, more=0x8000000000, mode=0751, "
			"signal=SIGTERM, where=0xabc, small=255, n=-7) = 0");
	ENCASE_CALL_IN(toy, t, tell, -1, 0, 0, 0, 1000, NULL, 0, 0);
	EXPECT_SHOWN(t, "tell(dir=-1, flags=0, more=0, mode=000, signal=1000, where=NULL, "
			"small=0, n=0) = 0");
	ENCASE_CALL_IN(toy, t, small, 1, -128);
	EXPECT_SHOWN(t, "small(yes=0x1, s=-128) = 0");
	ENCASE_ANSWER_IN(toy, t, big, ULONG_MAX - 5000);
	ENCASE_CALL_IN(toy, t, big, ULONG_MAX, LONG_MIN);
	EXPECT_SHOWN(t, "big(u=18446744073709551615, s=-9223372036854775808) = "
			"18446744073709546615");
	encase_test_end(t);
}

Test(shown, floats)
{
	struct encase_test *t = begin();

	ENCASE_ANSWER_IN(toy, t, sum, 0.1);
	ENCASE_CALL_IN(toy, t, sum, 1, -0.5F, 1e300, 0.1, 0.1F, 0, 0, 0);
	EXPECT_SHOWN(t, "sum(a=1, b=-0.5, c=1.0000000000000001e+300, d=0.10000000000000001, "
			"e=0.100000001, f=0, g=0, h=0) = 0.10000000000000001");
	encase_test_end(t);
}

Test(shown, pointers_that_are_results)
{
	struct encase_test *t = begin();

	ENCASE_ANSWER_IN(toy, t, find, (void *) 0x1234);
	ENCASE_CALL_IN(toy, t, find, "name");
	EXPECT_SHOWN(t, "find(name=\"name\") = 0x1234");
	ENCASE_CALL_IN(toy, t, find, "name");
	EXPECT_SHOWN(t, "find(name=\"name\") = NULL");
	encase_test_end(t);
}

Test(shown, strings_quoted)
{
	struct encase_test *t = begin();

	ENCASE_CALL(t, unlink, "a \"b\" \\ \n\t\r\a\b\v\f\1\177\377 z");
	EXPECT_SHOWN(t, "unlink(pathname=\"a \\\"b\\\" \\\\ \\n\\t\\r\\a\\b\\v\\f\\001\\177\\377 "
			"z\") = 0");
	ENCASE_CALL(t, unlink, "");
	EXPECT_SHOWN(t, "unlink(pathname=\"\") = 0");
	ENCASE_CALL(t, unlink, "0123456789abcdef0123456789abcdef");
	EXPECT_SHOWN(t, "unlink(pathname=\"0123456789abcdef0123456789abcdef\") = 0");
	ENCASE_CALL(t, unlink, "0123456789abcdef0123456789abcdef+");
	EXPECT_SHOWN(t, "unlink(pathname=\"0123456789abcdef0123456789abcdef\"... of 33 bytes) = 0");
	ENCASE_CALL_IN(toy, t, turn, NULL, 0, NULL);
	EXPECT_SHOWN(t, "turn(data=NULL, n=0, name=NULL) = 0");
	encase_test_end(t);
}

Test(shown, bytes)
{
	struct encase_test *t = begin();
	char buf[40] = "a\0b";

	ENCASE_CALL(t, write, 1, buf, 4);
	EXPECT_SHOWN(t, "write(fd=1, buf=\"a\\000b\\000\", count=4) = 0");
	memset(buf, 'x', sizeof(buf));
	ENCASE_CALL(t, write, 1, buf, 32);
	EXPECT_SHOWN(t, "write(fd=1, buf=\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\", count=32) = 0");
	ENCASE_CALL(t, write, 1, buf, 33);
	EXPECT_SHOWN(t, "write(fd=1, buf=\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"... of 33 bytes, "
			"count=33) = 0");
	encase_test_end(t);
}

Test(shown, objects_in_hex)
{
	const struct toy_pair pairs[5] = { { 1, 2 }, { 3, 0x0405 } };
	const short ranks[2] = { 0x0102, 3 };
	struct encase_test *t = begin();
	short got[2];
	int total = 9;

	ENCASE_ANSWER_IN(toy, t, pick, 1, (ranks, ranks, 4));
	ENCASE_CALL_IN(toy, t, pick, pairs, 2, got, &total);
	EXPECT_SHOWN(t, "pick(from={01 00 00 00 02 00 00 00 03 00 00 00 05 04 00 00}, n=2, "
			"ranks={02 01}, total={09 00 00 00}) = 1");
	ENCASE_CALL_IN(toy, t, pick, pairs, 5, NULL, NULL);
	EXPECT_SHOWN(t, "pick(from={01 00 00 00 02 00 00 00 03 00 00 00 05 04 00 00 00 00 00 00 "
			"00 00 00 00 00 00 00 00 00 00 00 00}... of 40 bytes, n=5, "
			"ranks=NULL, total=NULL) = 0");
	encase_test_end(t);
}

/* Room until the call has succeeded, then what was written. */
Test(shown, out_data)
{
	struct encase_test *t = begin();
	const int ends[2] = { 3, 4 };
	char buf[8] = "old";
	int fds[2];

	ENCASE_ANSWER_FAIL(t, read, EIO);
	ENCASE_CALL(t, read, 3, buf, 8);
	EXPECT_SHOWN(t, "read(fd=3, buf=[8 bytes], count=8) = EIO");
	ENCASE_ANSWER(t, read, 3, (buf, "new", 3));
	ENCASE_CALL(t, read, 3, buf, 8);
	EXPECT_SHOWN(t, "read(fd=3, buf=\"new\", count=8) = 3");
	ENCASE_CALL(t, read, 3, buf, 8);
	EXPECT_SHOWN(t, "read(fd=3, buf=\"\", count=8) = 0");
	ENCASE_CALL(t, read, 3, (char *) 0x100, 8);
	EXPECT_SHOWN(t, "read(fd=3, buf=0x100, count=8) = EFAULT");
	ENCASE_ANSWER(t, pipe2, 0, (pipefd, ends, sizeof(ends)));
	ENCASE_CALL(t, pipe2, fds, 0);
	EXPECT_SHOWN(t, "pipe2(pipefd={03 00 00 00 04 00 00 00}, flags=0) = 0");
	ENCASE_CALL_IN(toy, t, turn, buf, 3, "x");
	EXPECT_SHOWN(t, "turn(data=\"new\", n=3, name=\"x\") = 0");
	encase_test_end(t);
}

Test(shown, a_long_message_is_cut)
{
	struct encase_test *t = ENCASE_TEST(NULL, NULL);
	char line[5000];

	encase_test_on_failure(t, witness_fail, &witness);
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	ENCASE_EXPECT_LOGGED(t, "%s", line);
	cr_assert_eq(strlen(witness.message), 1999);
	expect_end(t, 1);
}
