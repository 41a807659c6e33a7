/* SPDX-License-Identifier: MIT */
/*
 * Pairs, sets of bits, letters and what tells its size: called, answered, expected,
 * through no layer and through one that copies.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "toy.h"

static const struct encase_layer *const tops[] = { NULL, &copier };
#define FOREACH_TOP(t)                                                                 \
	for (unsigned top_ = 0; top_ < 2; top_++)                                      \
		for (struct encase_test *t = ENCASE_TEST_IN(toy, tops[top_], NULL); t; \
		     expect_end(t, 0), t = NULL)

/* What pselect6's last argument points to. */
struct pair {
	const void *mask;
	uint64_t len;
};
#define SIGARG(pair) ((const struct encase_ksigarg *) (pair))

Test(deeper, pairs)
{
	FOREACH_TOP(t)
	{
		uint64_t blocked = 0x77, same = 0x77, other = 0x78;
		struct pair pair = { &blocked, 8 }, as_good = { &same, 8 }, bad = { &other, 8 };
		struct pair none = { NULL, 8 }, empty = { NULL, 0 }, lost = { (void *) 1, 8 };
		struct pair huge = { &blocked, 4097 };

		ENCASE_ANSWER_ALWAYS(t, pselect6, 0);
		ENCASE_CALL_GIVES(t, 0, pselect6, 0, NULL, NULL, NULL, NULL, SIGARG(&pair));
		cr_assert_eq(encase_test_bytes_read(t, &blocked, 8), top_ ? 8 : 0);
		cr_assert_eq(encase_test_bytes_read(t, &pair, 16), top_ ? 16 : 0);
		ENCASE_EXPECT_REACHED(t, pselect6, 0, NULL, NULL, NULL, NULL, SIGARG(&as_good));
		ENCASE_CALL_GIVES(t, 0, pselect6, 0, NULL, NULL, NULL, NULL, SIGARG(&none));
		ENCASE_EXPECT_REACHED(t, pselect6, 0, NULL, NULL, NULL, NULL, SIGARG(&empty));
		ENCASE_CALL_FAILS(t, EFAULT, pselect6, 0, NULL, NULL, NULL, NULL, SIGARG(&lost));
		ENCASE_CALL_FAILS(t, EINVAL, pselect6, 0, NULL, NULL, NULL, NULL, SIGARG(&huge));
		ENCASE_CALL_GIVES(t, 0, pselect6, 0, NULL, NULL, NULL, NULL, SIGARG(&pair));
		encase_test_on_failure(t, witness_fail, &witness);
		witness.n = 0;
		ENCASE_EXPECT_REACHED(t, pselect6, 0, NULL, NULL, NULL, NULL, SIGARG(&bad));
		cr_assert_eq(witness.n, 1);
		cr_assert(strstr(witness.message, "  sigmask: expected \"x\\0"), "%s",
			  witness.message);
		expect_end(t, 1);
		t = ENCASE_TEST(NULL, NULL);
	}
}

/* 70 bits are two words; more than the call writes is not there. */
Test(deeper, sets_of_bits)
{
	static const char ready[16] = "abcdefghijklmnop";

	FOREACH_TOP(t)
	{
		fd_set set, same;

		memset(&set, 0x55, sizeof(set));
		same = set;
		memset((char *) &same + 16, 0, sizeof(same) - 16);
		ENCASE_ANSWER(t, select, 1, (readfds, ready, 16));
		ENCASE_CALL_GIVES(t, 1, select, 70, &set, NULL, NULL, NULL);
		ENCASE_EXPECT_REACHED(t, select, 70, &same, NULL, NULL, NULL);
		cr_assert(!memcmp(&set, ready, 16));
		cr_assert_eq(((char *) &set)[16], 0x55);
		cr_assert_eq(encase_test_bytes_read(t, &set, sizeof(set)), top_ ? 16 : 0);
		cr_assert_eq(encase_test_bytes_written(t, &set, sizeof(set)), top_ ? 16 : 0);
	}
}

Test(deeper, letters)
{
	static const char letter[16] = "\7\0\0\0\0\0\0\0text";

	FOREACH_TOP(t)
	{
		char got[32], sent[] = "\1\0\0\0\0\0\0\0hello", same[] = "\1\0\0\0\0\0\0\0hello!";

		memset(got, '.', sizeof(got));
		ENCASE_ANSWER(t, msgrcv, 4, (msgp, letter, 12));
		ENCASE_CALL_GIVES(t, 4, msgrcv, 1, got, 8, 0, 0);
		cr_assert(!memcmp(got, letter, 12));
		cr_assert_eq(got[12], '.');
		ENCASE_ANSWER(t, msgsnd, 0);
		ENCASE_CALL_GIVES(t, 0, msgsnd, 1, sent, 5, 0);
		ENCASE_EXPECT_REACHED(t, msgsnd, 1, same, 5, 0);
		ENCASE_EXPECT_NOT_WRITTEN(t, msgsnd, msgp);
	}
}

/* A handle tells how many bytes follow its first eight; a time's attributes how many they are. */
Test(deeper, what_tells_its_size)
{
	static const uint32_t answer[4] = { 8, 1, 0x11111111, 0x22222222 };

	FOREACH_TOP(t)
	{
		uint32_t handle[5] = { 8, 0, 3, 4, 5 }, same[5] = { 8, 0, 3, 4, 6 };
		uint32_t attr[16] = { 56, [13] = 13, [14] = 14 }, as_good[16] = { 56, [13] = 13 };
		int mount = 0;

		ENCASE_ANSWER(t, name_to_handle_at, 0, (handle, answer, 16), (mount_id, answer, 4));
		ENCASE_CALL_GIVES(t, 0, name_to_handle_at, 5, "a", (struct file_handle *) handle,
				  &mount, 0);
		ENCASE_EXPECT_REACHED(t, name_to_handle_at, 5, "a", (struct file_handle *) same,
				      ENCASE_ANYTHING, 0);
		cr_assert(!memcmp(handle, answer, 16));
		cr_assert_eq(handle[4], 5);
		cr_assert_eq(mount, 8);
		ENCASE_ANSWER(t, sched_setattr, 0);
		ENCASE_CALL_GIVES(t, 0, sched_setattr, 0, (struct sched_attr *) attr, 0);
		ENCASE_EXPECT_REACHED(t, sched_setattr, 0, (struct sched_attr *) as_good, 0);
		cr_assert_eq(encase_test_bytes_read(t, attr, sizeof(attr)), top_ ? 56 : 0);
	}
}

/* A message's pointers are the cage's: the test says so. */
Test(deeper, messages)
{
	FOREACH_TOP(t)
	{
		char text[] = "hello";
		struct iovec part = { (void *) (uintptr_t) encase_test_address(text), 5 };
		struct msghdr message = { .msg_iov =
						  (void *) (uintptr_t) encase_test_address(&part),
					  .msg_iovlen = 1 };

		ENCASE_ANSWER(t, sendmsg, 5);
		ENCASE_CALL_GIVES(t, 5, sendmsg, 4, &message, 0);
		ENCASE_EXPECT_REACHED(t, sendmsg, 4, ENCASE_ANYTHING, 0);
		cr_assert_eq(encase_test_bytes_read(t, text, 5), top_ ? 5 : 0);
	}
}
