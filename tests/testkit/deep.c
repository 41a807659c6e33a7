/* SPDX-License-Identifier: MIT */
/*
 * Calls whose arguments vary, vectors, lengths behind pointers, numbers that no table
 * has: called, answered, expected and shown, through no layer and through one that copies.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include "toy.h"

static const struct encase_layer *const tops[] = { NULL, &copier };
#define FOREACH_TOP(t)                                                                 \
	for (unsigned top_ = 0; top_ < 2; top_++)                                      \
		for (struct encase_test *t = ENCASE_TEST_IN(toy, tops[top_], NULL); t; \
		     expect_end(t, 0), t = NULL)

static char first[] = "hello", second[] = ", world";
static const struct iovec three[] = { { first, 5 }, { NULL, 0 }, { second, 7 } };

/* -- Shapes --------------------------------------------------------------- */

Test(deep, arguments_that_are_not_there)
{
	FOREACH_TOP(t)
	{
		const struct encase_test_call *call;

		ENCASE_ANSWER_ALWAYS(t, openat, 3);
		ENCASE_CALL_GIVES(t, 3, openat, AT_FDCWD, "name", O_RDONLY, 0666);
		ENCASE_EXPECT_REACHED(t, openat, AT_FDCWD, "name", O_RDONLY, 0);
		call = encase_test_reached(t, 0);
		cr_assert_eq(call->desc, &encase_desc_openat);
		cr_assert_eq(call->shape.nargs, 3);
		cr_assert_eq(call->words[3], 0);
		cr_assert_eq(call->number, 257);
		ENCASE_CALL_GIVES(t, 3, openat, AT_FDCWD, "name", O_CREAT, 0666);
		EXPECT_FAILURE(
			t,
			"expected to reach the bottom: openat(dirfd=AT_FDCWD, pathname=\"name\", "
			"flags=O_RDONLY)\n"
			"  flags: expected O_RDONLY, got O_RDONLY|O_CREAT\n"
			"  the call: openat(dirfd=AT_FDCWD, pathname=\"name\", "
			"flags=O_RDONLY|O_CREAT, "
			"mode=0666) = 3\n"
			"  reached the bottom:\n"
			"  * openat(dirfd=AT_FDCWD, pathname=\"name\", flags=O_RDONLY) = 3\n"
			"    openat(dirfd=AT_FDCWD, pathname=\"name\", flags=O_RDONLY|O_CREAT, "
			"mode=0666) = 3",
			ENCASE_EXPECT_REACHED(t, openat, AT_FDCWD, "name", O_RDONLY, 0666));
		expect_end(t, 1);
		t = ENCASE_TEST(NULL, NULL);
	}
}

/* The same argument: a number, an object that is read, one that is written. */
Test(deep, arguments_that_vary)
{
	FOREACH_TOP(t)
	{
		struct flock lock = { .l_pid = 4711 }, same = lock, other = { .l_pid = 1 };
		int n = 0;

		ENCASE_ANSWER(t, fcntl, 5);
		ENCASE_CALL_GIVES(t, 5, fcntl, 3, F_DUPFD, 10);
		ENCASE_EXPECT_REACHED(t, fcntl, 3, F_DUPFD, 10);
		ENCASE_ANSWER(t, fcntl, 0);
		ENCASE_CALL_GIVES(t, 0, fcntl, 3, F_SETLK, (unsigned long) &lock);
		ENCASE_EXPECT_REACHED(t, fcntl, 3, F_SETLK, (unsigned long) &same);
		cr_assert_eq(encase_test_bytes_read(t, &lock, sizeof(lock)),
			     top_ ? sizeof(lock) : 0);
		ENCASE_ANSWER(t, ioctl, 0, (arg, &(int){ 17 }, sizeof(int)));
		ENCASE_CALL_GIVES(t, 0, ioctl, 3, FIONREAD, (unsigned long) &n);
		cr_assert_eq(n, 17);
		ENCASE_EXPECT_NOT_READ(t, ioctl, arg);
		ENCASE_ANSWER(t, fcntl, 0);
		ENCASE_CALL_GIVES(t, 0, fcntl, 3, F_SETLK, (unsigned long) &lock);
		encase_test_on_failure(t, witness_fail, &witness);
		witness.n = 0;
		ENCASE_EXPECT_REACHED(t, fcntl, 3, F_SETLK, (unsigned long) &other);
		ENCASE_EXPECT_REACHED(t, fcntl, 3, F_DUPFD, (unsigned long) &lock);
		ENCASE_EXPECT_NOT_READ(t, fcntl, arg);
		cr_assert_eq(witness.n, top_ ? 3 : 2);
		ENCASE_CALL_FAILS(t, EFAULT, fcntl, 3, F_SETLK, 1);
		ENCASE_EXPECT_REACHED(t, fcntl, 3, F_SETLK, (unsigned long) &lock);
		cr_assert_eq(witness.n, top_ ? 3 : 2);
		expect_end(t, top_ ? 3 : 2);
		t = ENCASE_TEST(NULL, NULL);
	}
}

/* -- Vectors -------------------------------------------------------------- */

Test(deep, vectors_that_are_read)
{
	FOREACH_TOP(t)
	{
		char all[] = "hello, world";
		const struct iovec one[] = { { all, 12 }, { NULL, 0 }, { NULL, 0 } };
		const struct encase_test_call *call;

		ENCASE_ANSWER(t, writev, 12);
		ENCASE_CALL_GIVES(t, 12, writev, 1, three, 3);
		ENCASE_EXPECT_REACHED(t, writev, 1, one, 3); /* the same bytes */
		call = encase_test_reached(t, 0);
		cr_assert_eq(call->data[1].extent, 12);
		cr_assert_eq(call->data[1].n, 12);
		cr_assert(!memcmp(call->data[1].bytes, "hello, world", 12));
		cr_assert(!memcmp(((const struct iovec *) call->words[1])[2].iov_base, second, 7));
		cr_assert_eq(call->passed >> 1 & 1, !top_);
		cr_assert_eq(encase_test_bytes_read(t, first, 5), top_ ? 5 : 0);
		cr_assert_eq(encase_test_bytes_read(t, three, sizeof(three)),
			     top_ ? sizeof(three) : 0);
		ENCASE_EXPECT_NOT_WRITTEN(t, writev, iov);
		if (!top_) {
			ENCASE_EXPECT_NOT_READ(t, writev, iov);
			ENCASE_EXPECT_UNTOUCHED(t);
		}
		ENCASE_ANSWER(t, writev, 0);
		ENCASE_CALL_GIVES(t, 0, writev, 1, NULL, 0);
		ENCASE_EXPECT_REACHED(t, writev, 1, NULL, 0);
	}
}

Test(deep, vectors_that_are_written)
{
	FOREACH_TOP(t)
	{
		char a[4] = "....", b[4] = "....";
		const struct iovec two[] = { { a, 3 }, { b, 3 } };
		const struct encase_test_call *call;

		ENCASE_ANSWER(t, readv, 5, (iov, "hello", 5));
		ENCASE_CALL_GIVES(t, 5, readv, 1, two, 2);
		cr_assert(!memcmp(a, "hel.", 4));
		cr_assert(!memcmp(b, "lo..", 4));
		call = encase_test_reached(t, 0);
		cr_assert_eq(call->data[1].n, 5);
		cr_assert(!memcmp(call->data[1].bytes, "hello", 5));
		cr_assert_eq(call->data[1].extent, 6);
		cr_assert_eq(encase_test_bytes_written(t, b, 3), top_ ? 2 : 0);
		cr_assert_eq(encase_test_bytes_read(t, a, 3), 0);
		encase_test_on_failure(t, witness_fail, &witness);
		witness.n = 0;
		ENCASE_EXPECT_NOT_WRITTEN(t, readv, iov);
		cr_assert_eq(witness.n, top_);
		ENCASE_ANSWER(t, readv, 6, (iov, "too long", 7));
		ENCASE_CALL_GIVES(t, 6, readv, 1, two, 2);
		cr_assert_eq(witness.n, top_ + 1);
		expect_end(t, (int) top_ + 1);
		t = ENCASE_TEST(NULL, NULL);
	}
}

static ssize_t answer_writev(int fd, const struct iovec *iov, int n)
{
	(void) fd;
	return n == 3 && !memcmp(iov[2].iov_base, second, 7) ? 12 : -1;
}

Test(deep, functions_get_vectors)
{
	FOREACH_TOP(t)
	{
		ENCASE_ANSWER_BY(t, writev, answer_writev);
		ENCASE_CALL_GIVES(t, 12, writev, 1, three, 3);
	}
}

Test(deep, bad_vectors)
{
	FOREACH_TOP(t)
	{
		static const struct iovec bad[] = { { first, 5 }, { (void *) 1, 1 } },
					  absurd[] = { { first, 5 }, { first, SIZE_MAX } };

		ENCASE_CALL_FAILS(t, EINVAL, writev, 1, three, -1);
		ENCASE_CALL_FAILS(t, EINVAL, writev, 1, three, 1025);
		ENCASE_CALL_FAILS(t, EFAULT, writev, 1, (void *) 1, 1);
		ENCASE_CALL_FAILS(t, EFAULT, writev, 1, bad, 2);
		ENCASE_CALL_FAILS(t, EINVAL, writev, 1, absurd, 2);
		encase_test_forbid(t, second + 6, 1);
		ENCASE_CALL_FAILS(t, EFAULT, readv, 1, three, 3);
	}
}

Test(deep, vectors_are_shown)
{
	struct encase_test *t = ENCASE_TEST(NULL, NULL);

	ENCASE_ANSWER(t, writev, 12);
	ENCASE_CALL_GIVES(t, 12, writev, 1, three, 3);
	EXPECT_FAILURE(t,
		       "expected no call of this name to reach the bottom: writev" ONE_CALL(
			       "writev(fd=1, iov=\"hello, world\", iovcnt=3) = 12"),
		       ENCASE_EXPECT_NOT_REACHED(t, writev));
	expect_end(t, 1);
}

/* -- Lengths behind pointers ---------------------------------------------- */

Test(deep, lengths_behind_pointers)
{
	FOREACH_TOP(t)
	{
		char name[16] = "................";
		encase_socklen length = 8, same = 8;
		struct sockaddr *addr = (struct sockaddr *) name;

		ENCASE_ANSWER(t, getsockname, 0, (addr, "socket", 6),
			      (addrlen, &(encase_socklen){ 6 }, sizeof(length)));
		ENCASE_CALL_GIVES(t, 0, getsockname, 3, addr, &length);
		cr_assert_eq(length, 6);
		cr_assert(!memcmp(name, "socket..........", 16));
		ENCASE_EXPECT_REACHED(t, getsockname, 3, addr, &same);
		cr_assert_eq(encase_test_reached(t, 0)->data[1].n, 6);
		cr_assert_eq(encase_test_reached(t, 0)->data[1].extent, 8);
		ENCASE_EXPECT_NOT_READ(t, getsockname, addr);
		length = 4;
		ENCASE_ANSWER(t, getsockname, 0, (addr, "long", 4),
			      (addrlen, &(encase_socklen){ 100 }, sizeof(length)));
		ENCASE_CALL_GIVES(t, 0, getsockname, 3, addr, &length);
		cr_assert_eq(length, 100);
		cr_assert(!memcmp(name, "longet..........", 16));
		cr_assert_eq(encase_test_reached(t, 1)->data[1].n, 4);
		ENCASE_ANSWER(t, accept, 7);
		ENCASE_CALL_GIVES(t, 7, accept, 3, NULL, NULL);
		ENCASE_CALL_FAILS(t, EFAULT, getsockname, 3, addr, (void *) 1);
		ENCASE_CALL_FAILS(t, EFAULT, getsockname, 3, (void *) 1, &length);
	}
}

/* What the kit looks at is what the length said when the call came, not what it says now. */
Test(deep, lengths_that_the_call_changes)
{
	FOREACH_TOP(t)
	{
		char name[16] = "................";
		encase_socklen length = 0;
		struct sockaddr *addr = (struct sockaddr *) name;

		ENCASE_ANSWER(t, getsockname, 0, (addrlen, &(encase_socklen){ 9 }, sizeof(length)));
		ENCASE_CALL_GIVES(t, 0, getsockname, 3, addr, &length);
		cr_assert_eq(length, 9);
		cr_assert_eq(encase_test_reached(t, 0)->data[1].n, 0);
		EXPECT_FAILURE(t,
			       "addr points to no bytes\n"
			       "  the call: getsockname(sockfd=3, addr=\"\", "
			       "addrlen={00 00 00 00}) = 0\n"
			       "  reached the bottom:\n"
			       "    getsockname(sockfd=3, addr=\"\", "
			       "addrlen={00 00 00 00}) = 0",
			       ENCASE_EXPECT_NOT_WRITTEN(t, getsockname, addr));
		length = 8;
		ENCASE_ANSWER(t, getsockname, 0, (addrlen, &(encase_socklen){ 0 }, sizeof(length)));
		ENCASE_CALL_GIVES(t, 0, getsockname, 3, addr, &length);
		cr_assert_eq(length, 0);
		ENCASE_EXPECT_NOT_WRITTEN(t, getsockname, addr);
		expect_end(t, 1);
		t = ENCASE_TEST(NULL, NULL);
	}
}

/* -- Unknown numbers ------------------------------------------------------ */

Test(deep, unknown_numbers)
{
	static const encase_word words[6] = { 1, 2, 3, 4, 5, 6 };

	FOREACH_TOP(t)
	{
		const struct encase_test_call *call;

		encase_test_unscripted(t, 42);
		cr_assert_eq(ENCASE_CALL_NUMBER(t, 100000, words), 42);
		ENCASE_EXPECT_RESULT(t, 42);
		ENCASE_EXPECT_UNTOUCHED(t);
		call = encase_test_reached(t, 0);
		cr_assert_null(call->desc);
		cr_assert_eq(call->number, 100000);
		cr_assert(!memcmp(call->words, words, sizeof(words)));
		encase_test_unscripted(t, -EXDEV);
		cr_assert_eq(ENCASE_CALL_NUMBER_IN(toy, t, 100001, words), -EXDEV);
		ENCASE_EXPECT_ERRNO(t, EXDEV);
		encase_test_unscripted(t, 9);
		cr_assert_eq(ENCASE_CALL_NUMBER(t, 32, words), 9);
		ENCASE_EXPECT_REACHED(t, dup, 1);
	}
}

Test(deep, unknown_numbers_are_shown)
{
	static const encase_word words[6] = { 1, 2, 3, 4, 5, 6 };
	struct encase_test *t = ENCASE_TEST(NULL, NULL);

	EXPECT_FAILURE(t,
		       "the script has no answer for a call that reached the bottom: "
		       "call 100000(1, 2, 3, 4, 5, 6)",
		       ENCASE_CALL_NUMBER(t, 100000, words));
	EXPECT_FAILURE(t,
		       "expected nothing to reach the bottom" ONE_CALL(
			       "call 100000(1, 2, 3, 4, 5, 6) = ENOSYS"),
		       ENCASE_EXPECT_NOTHING_REACHED(t));
	expect_end(t, 2);
}
