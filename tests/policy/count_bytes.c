/* SPDX-License-Identifier: MIT */
/* Layer "count": calls, errors and bytes of each call that moves bytes; no byte of them is read. */
#define _GNU_SOURCE
#include "count_kit.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "policies.h"

/* Descriptor 3 is /f, opened by that name. */
static struct encase_test *with_file(void)
{
	struct encase_test *t = count_test(NULL);

	ENCASE_ANSWER(t, openat, 3);
	ENCASE_CALL_GIVES(t, 3, openat, AT_FDCWD, "/f", O_RDWR, 0);
	COUNT_HOLDS(t, "/f\t1\t0\t0\t0\n");
	return t;
}

Test(count_bytes, out)
{
	struct encase_test *t = with_file();
	struct iovec iov = { (char[]){ "abc" }, 3 };

	ENCASE_ANSWER(t, write, 3);
	ENCASE_CALL_GIVES(t, 3, write, 3, "abcd", 4);
	ENCASE_EXPECT_NOT_READ(t, write, buf);
	COUNT_HOLDS(t, "/f\t2\t0\t0\t3\n");
	ENCASE_ANSWER(t, pwrite64, 2);
	ENCASE_CALL_GIVES(t, 2, pwrite64, 3, "ab", 2, 0);
	ENCASE_EXPECT_UNTOUCHED(t);
	ENCASE_ANSWER(t, writev, 3);
	ENCASE_CALL_GIVES(t, 3, writev, 3, &iov, 1);
	ENCASE_EXPECT_UNTOUCHED(t);
	ENCASE_ANSWER(t, pwritev, 3);
	ENCASE_CALL_GIVES(t, 3, pwritev, 3, &iov, 1, 0, 0);
	ENCASE_EXPECT_UNTOUCHED(t);
	ENCASE_ANSWER(t, pwritev2, 3);
	ENCASE_CALL_GIVES(t, 3, pwritev2, 3, &iov, 1, 0, 0, 0);
	ENCASE_EXPECT_UNTOUCHED(t);
	COUNT_HOLDS(t, "/f\t6\t0\t0\t14\n");
	ENCASE_ANSWER(t, sendto, 4);
	ENCASE_CALL_GIVES(t, 4, sendto, 3, "abcd", 4, 0, NULL, 0);
	ENCASE_EXPECT_UNTOUCHED(t);
	ENCASE_ANSWER(t, mq_timedsend, 0);
	ENCASE_CALL_GIVES(t, 0, mq_timedsend, 3, "abcde", 5, 0, NULL);
	ENCASE_EXPECT_UNTOUCHED(t);
	COUNT_HOLDS(t, "/f\t8\t0\t0\t23\n");
	cr_assert_eq(count_asked(), 0);
	encase_test_end(t);
}

Test(count_bytes, in)
{
	struct encase_test *t = with_file();
	char buf[8];
	struct iovec iov = { buf, sizeof(buf) };

	ENCASE_ANSWER(t, read, 5, (buf, "hello", 5));
	ENCASE_CALL_GIVES(t, 5, read, 3, buf, 8);
	ENCASE_EXPECT_NOT_WRITTEN(t, read, buf);
	cr_assert_arr_eq(buf, "hello", 5);
	ENCASE_ANSWER(t, pread64, 1);
	ENCASE_CALL_GIVES(t, 1, pread64, 3, buf, 8, 0);
	ENCASE_EXPECT_UNTOUCHED(t);
	ENCASE_ANSWER(t, readv, 2);
	ENCASE_CALL_GIVES(t, 2, readv, 3, &iov, 1);
	ENCASE_EXPECT_UNTOUCHED(t);
	ENCASE_ANSWER(t, preadv, 3);
	ENCASE_CALL_GIVES(t, 3, preadv, 3, &iov, 1, 0, 0);
	ENCASE_EXPECT_UNTOUCHED(t);
	ENCASE_ANSWER(t, preadv2, 4);
	ENCASE_CALL_GIVES(t, 4, preadv2, 3, &iov, 1, 0, 0, 0);
	ENCASE_EXPECT_UNTOUCHED(t);
	ENCASE_ANSWER(t, mq_timedreceive, 6);
	ENCASE_CALL_GIVES(t, 6, mq_timedreceive, 3, buf, 8, NULL, NULL);
	ENCASE_EXPECT_UNTOUCHED(t);
	ENCASE_ANSWER(t, read, 0);
	ENCASE_CALL_GIVES(t, 0, read, 3, buf, 8);
	COUNT_HOLDS(t, "/f\t8\t0\t21\t0\n");
	encase_test_end(t);
}

/* What fails counts as a call and an error, and moves nothing. */
Test(count_bytes, errors)
{
	struct encase_test *t = with_file();
	char buf[8];

	ENCASE_ANSWER_FAIL(t, write, ENOSPC);
	ENCASE_CALL_FAILS(t, ENOSPC, write, 3, "abcd", 4);
	ENCASE_ANSWER_FAIL(t, read, EIO);
	ENCASE_CALL_FAILS(t, EIO, read, 3, buf, 8);
	ENCASE_ANSWER_FAIL(t, mq_timedsend, EAGAIN);
	ENCASE_CALL_FAILS(t, EAGAIN, mq_timedsend, 3, "abcde", 5, 0, NULL);
	ENCASE_ANSWER_FAIL(t, fsync, EIO);
	ENCASE_CALL_FAILS(t, EIO, fsync, 3);
	COUNT_HOLDS(t, "/f\t5\t4\t0\t0\n");
	encase_test_end(t);
}

/* What is cut is longer than what came; what is only looked at has not come. */
Test(count_bytes, received)
{
	struct encase_test *t = with_file();
	char buf[8];
	struct iovec iov = { buf, sizeof(buf) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	ENCASE_ANSWER(t, recvfrom, 6);
	ENCASE_CALL_GIVES(t, 6, recvfrom, 3, buf, 8, 0, NULL, NULL);
	ENCASE_EXPECT_UNTOUCHED(t);
	ENCASE_ANSWER(t, recvfrom, 100);
	ENCASE_CALL_GIVES(t, 100, recvfrom, 3, buf, 8, MSG_TRUNC, NULL, NULL);
	ENCASE_ANSWER(t, recvfrom, 8);
	ENCASE_CALL_GIVES(t, 8, recvfrom, 3, buf, 8, MSG_PEEK, NULL, NULL);
	COUNT_HOLDS(t, "/f\t4\t0\t14\t0\n");
	msg.msg_iov = (void *) (uintptr_t) encase_test_address(&iov);
	iov.iov_base = (void *) (uintptr_t) encase_test_address(buf);
	ENCASE_ANSWER(t, recvmsg, 3);
	ENCASE_CALL_GIVES(t, 3, recvmsg, 3, &msg, 0);
	ENCASE_EXPECT_UNTOUCHED(t);
	ENCASE_ANSWER(t, recvmsg, 5);
	ENCASE_CALL_GIVES(t, 5, recvmsg, 3, &msg, MSG_PEEK);
	ENCASE_ANSWER(t, sendmsg, 7);
	ENCASE_CALL_GIVES(t, 7, sendmsg, 3, &msg, 0);
	ENCASE_EXPECT_UNTOUCHED(t);
	COUNT_HOLDS(t, "/f\t7\t0\t17\t7\n");
	encase_test_end(t);
}

/* From a descriptor to another one: out of the one's file, into the other's. */
Test(count_bytes, moved)
{
	struct encase_test *t = with_file();

	count_names(5, "/from");
	ENCASE_ANSWER(t, sendfile, 10);
	ENCASE_CALL_GIVES(t, 10, sendfile, 3, 5, NULL, 20);
	COUNT_HOLDS(t, "/f\t2\t0\t0\t10\n/from\t1\t0\t10\t0\n");
	ENCASE_ANSWER(t, splice, 1);
	ENCASE_CALL_GIVES(t, 1, splice, 5, NULL, 3, NULL, 20, 0);
	ENCASE_ANSWER(t, tee, 2);
	ENCASE_CALL_GIVES(t, 2, tee, 5, 3, 20, 0);
	ENCASE_ANSWER(t, copy_file_range, 4);
	ENCASE_CALL_GIVES(t, 4, copy_file_range, 5, NULL, 3, NULL, 20, 0);
	COUNT_HOLDS(t, "/f\t5\t0\t0\t17\n/from\t4\t0\t17\t0\n");
	ENCASE_ANSWER_FAIL(t, tee, EINVAL);
	ENCASE_CALL_FAILS(t, EINVAL, tee, 5, 3, 20, 0);
	COUNT_HOLDS(t, "/f\t6\t1\t0\t17\n/from\t5\t1\t17\t0\n");
	/* Inside one file: one call, and both. */
	ENCASE_ANSWER(t, copy_file_range, 3);
	ENCASE_CALL_GIVES(t, 3, copy_file_range, 3, NULL, 3, NULL, 20, 0);
	COUNT_HOLDS(t, "/f\t7\t1\t3\t20\n/from\t5\t1\t17\t0\n");
	encase_test_end(t);
}

Test(count_bytes, vmsplice)
{
	struct encase_test *t = with_file();

	ENCASE_ANSWER(t, fcntl, O_WRONLY);
	ENCASE_ANSWER(t, vmsplice, 9);
	ENCASE_CALL_GIVES(t, 9, vmsplice, 3, NULL, 1, 0);
	ENCASE_EXPECT_REACHED(t, fcntl, 3, F_GETFL, 0);
	COUNT_HOLDS(t, "/f\t2\t0\t0\t9\n");
	ENCASE_ANSWER(t, fcntl, O_RDONLY);
	ENCASE_ANSWER(t, vmsplice, 5);
	ENCASE_CALL_GIVES(t, 5, vmsplice, 3, NULL, 1, 0);
	COUNT_HOLDS(t, "/f\t3\t0\t5\t9\n");
	encase_test_end(t);
}

/* Two of three messages came: their own lengths count. */
Test(count_bytes, messages)
{
	struct encase_test *t = with_file();
	char buf[3][4] = { "abc", "de", "f" };
	struct iovec iov[3];
	struct mmsghdr all[3], came[3];

	memset(all, 0, sizeof(all));
	for (unsigned i = 0; i < 3; i++) {
		iov[i].iov_base = (void *) (uintptr_t) encase_test_address(buf[i]);
		iov[i].iov_len = 4;
		all[i].msg_hdr.msg_iov = (void *) (uintptr_t) encase_test_address(&iov[i]);
		all[i].msg_hdr.msg_iovlen = 1;
	}
	memcpy(came, all, sizeof(all));
	came[0].msg_len = 3;
	came[1].msg_len = 1;
	came[2].msg_len = 4;
	ENCASE_ANSWER(t, sendmmsg, 2, (msgvec, came, sizeof(came)));
	ENCASE_CALL_GIVES(t, 2, sendmmsg, 3, all, 3, 0);
	COUNT_HOLDS(t, "/f\t2\t0\t0\t4\n");
	ENCASE_ANSWER(t, recvmmsg, 2, (msgvec, came, sizeof(came)));
	ENCASE_CALL_GIVES(t, 2, recvmmsg, 3, all, 3, 0, NULL);
	COUNT_HOLDS(t, "/f\t3\t0\t4\t4\n");
	ENCASE_ANSWER(t, recvmmsg, 2, (msgvec, came, sizeof(came)));
	ENCASE_CALL_GIVES(t, 2, recvmmsg, 3, all, 3, MSG_PEEK, NULL);
	ENCASE_ANSWER_FAIL(t, sendmmsg, EAGAIN);
	ENCASE_CALL_FAILS(t, EAGAIN, sendmmsg, 3, all, 3, 0);
	COUNT_HOLDS(t, "/f\t5\t1\t4\t4\n");
	encase_test_end(t);
}
