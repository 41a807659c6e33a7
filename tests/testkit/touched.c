/* SPDX-License-Identifier: MIT */
/*
 * What layers read and write of the cage's memory, and what only the bottom and
 * the test itself do.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "toy.h"

/* Looks at the name of an openat(), at nothing of a write(). */
static int see_name(int dirfd, const char *pathname, int flags, mode_t mode)
{
	return encase_next_openat(dirfd, pathname, flags, mode);
}

static ssize_t see_nothing(int fd, const void *buf, size_t count)
{
	cr_assert_null(buf);
	return encase_next_write(fd, buf, count);
}

static ssize_t see_copy(int fd, const void *buf, size_t count, off_t offset)
{
	return encase_next_pwrite64(fd, buf, count, offset);
}

static const struct encase_rule rules[] = {
	ENCASE_ON(openat, see_name, ENCASE_COPY_ALL),
	ENCASE_ON(write, see_nothing, .buf = ENCASE_PASS),
	ENCASE_ON(pwrite64, see_copy),
	ENCASE_END,
};
static const struct encase_layer seer = { .name = "seer", .rules = rules };

static struct encase_test *begin(const struct encase_layer *layer)
{
	struct encase_test *t = ENCASE_TEST_IN(toy, layer, NULL);

	encase_test_unscripted(t, 0);
	return t;
}

Test(touched, what_is_passed_is_not_read)
{
	struct encase_test *t = begin(&seer);
	char buf[100] = "abc";

	ENCASE_CALL(t, write, 1, buf, sizeof(buf));
	ENCASE_EXPECT_NOT_READ(t, write, buf);
	ENCASE_EXPECT_UNTOUCHED(t);
	ENCASE_EXPECT_REACHED(t, write, 1, buf, sizeof(buf));
	cr_assert_eq(encase_test_bytes_read(t, buf, sizeof(buf)), 0);
	cr_assert_eq(encase_test_reached(t, 0)->passed, 1U << 1);
	cr_assert_eq(encase_test_reached(t, 0)->words[1], (uintptr_t) buf);
	expect_end(t, 0);
}

Test(touched, what_is_copied_is_read)
{
	struct encase_test *t = begin(&seer);
	char buf[100] = "abc", name[] = "file";

	ENCASE_CALL(t, pwrite64, 1, buf + 10, 50, 0);
	cr_assert_eq(encase_test_bytes_read(t, buf, sizeof(buf)), 50);
	cr_assert_eq(encase_test_bytes_read(t, buf, 11), 1);
	cr_assert_eq(encase_test_bytes_read(t, buf + 59, 41), 1);
	cr_assert_eq(encase_test_bytes_read(t, buf + 60, 40), 0);
	cr_assert_eq(encase_test_bytes_written(t, buf, sizeof(buf)), 0);
	cr_assert_eq(encase_test_reached(t, 0)->passed, 0);
	cr_assert_neq(encase_test_reached(t, 0)->words[1], (uintptr_t) buf + 10);
	cr_assert_eq(encase_traffic(encase_test_cage(t)).from_cage, 50);
	ENCASE_CALL(t, openat, AT_FDCWD, name, O_RDONLY, 0);
	cr_assert_eq(encase_traffic(encase_test_cage(t)).from_cage, 50 + sizeof(name));
	cr_assert_eq(encase_test_bytes_read(t, name, sizeof(name)), sizeof(name));
	/* Of the last call alone. */
	cr_assert_eq(encase_test_bytes_read(t, buf, sizeof(buf)), 0);
	cr_assert_null(encase_test_reached(t, 2));
	expect_end(t, 0);
}

Test(touched, what_comes_back_is_written)
{
	struct encase_test *t = begin(&copier);
	char buf[8] = "-------";

	ENCASE_ANSWER(t, read, 3, (buf, "abcdef", 6));
	ENCASE_CALL(t, read, 0, buf, 7);
	cr_assert_str_eq(buf, "abc----");
	cr_assert_eq(encase_test_bytes_written(t, buf, sizeof(buf)), 3);
	ENCASE_EXPECT_NOT_READ(t, read, buf);
	ENCASE_ANSWER_FAIL(t, read, EIO);
	ENCASE_CALL(t, read, 0, buf, 7);
	ENCASE_EXPECT_NOT_WRITTEN(t, read, buf);
	ENCASE_EXPECT_UNTOUCHED(t);
	ENCASE_ANSWER_IN(toy, t, turn, 2, (data, "xyz", 3));
	ENCASE_CALL_IN(toy, t, turn, buf, 3, "name");
	cr_assert_str_eq(buf, "xyc----");
	cr_assert_eq(encase_test_bytes_read(t, buf, sizeof(buf)), 3);
	cr_assert_eq(encase_test_bytes_written(t, buf, sizeof(buf)), 2);
	expect_end(t, 0);
}

/* With no layer the bottom reads and writes in place: nothing is seen of it. */
Test(touched, what_the_bottom_does_does_not_count)
{
	struct encase_test *t = begin(NULL);
	char buf[8] = "-------";

	ENCASE_ANSWER(t, read, 3, (buf, "abcdef", 6));
	ENCASE_CALL(t, read, 0, buf, 7);
	cr_assert_str_eq(buf, "abcdef-");
	ENCASE_EXPECT_UNTOUCHED(t);
	ENCASE_EXPECT_NOT_WRITTEN(t, read, buf);
	ENCASE_CALL(t, openat, AT_FDCWD, "name", 0, 0);
	ENCASE_EXPECT_NOT_READ(t, openat, pathname);
	expect_end(t, 0);
}

/* Strings end where they end, also before what is forbidden. */
Test(touched, forbidden_bytes_are_bad_to_layers)
{
	struct encase_test *t = begin(&copier);
	char buf[16] = "name";

	encase_test_forbid(t, buf + 5, 3);
	ENCASE_CALL_GIVES(t, 0, unlink, buf);
	cr_assert_eq(encase_test_bytes_read(t, buf, sizeof(buf)), 5);
	ENCASE_CALL_GIVES(t, 0, write, 1, buf + 8, 8);
	ENCASE_EXPECT_REACHED(t, unlink, "name");
	ENCASE_EXPECT_REACHED(t, write, 1, buf + 8, 8);
	buf[4] = 'x';
	ENCASE_CALL_FAILS(t, EFAULT, unlink, buf);
	ENCASE_CALL_FAILS(t, EFAULT, write, 1, buf, 6);
	ENCASE_CALL_FAILS(t, EFAULT, read, 1, buf + 7, 6);
	ENCASE_CALL_FAILS(t, EFAULT, read, 1, (void *) 1, 6);
	ENCASE_CALL_FAILS(t, EFAULT, write, 1, (void *) 1, 6);
	ENCASE_CALL_FAILS(t, EFAULT, unlink, (char *) 1);
	ENCASE_CALL_FAILS(t, EFAULT, write, 1, (void *) UINT64_MAX, 1);
	ENCASE_EXPECT_NOTHING_REACHED(t);
	expect_end(t, 0);
}

/* Many calls of the layer's in one: ranges that meet are one, others stay apart. */
static char *block;

static long read_pieces(struct encase_call *call)
{
	static const struct {
		size_t at, n;
	} pieces[] = { { 40, 10 }, { 10, 10 }, { 20, 5 }, { 60, 10 },
		       { 12, 3 },  { 45, 20 }, { 8, 4 } };
	struct encase_cage *cage = encase_caller();

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		const encase_word words[] = { 1, encase_test_address(block + pieces[i].at),
					      pieces[i].n, 0 };

		encase_enter(cage, &encase_desc_pwrite64, words);
	}
	return encase_forward(call);
}

static const struct encase_rule piece_rules[] = { ENCASE_ON(fsync, read_pieces), ENCASE_END };
static const struct encase_layer piecemeal = { .name = "piecemeal", .rules = piece_rules };

Test(touched, bytes_are_counted_once)
{
	struct encase_test *t = begin(&seer);
	char buf[100] = "";

	block = buf;
	ENCASE_PUSH(t, &piecemeal, NULL);
	ENCASE_CALL(t, fsync, 3);
	cr_assert_eq(encase_test_bytes_read(t, buf, sizeof(buf)), (25 - 8) + (70 - 40));
	cr_assert_eq(encase_test_bytes_read(t, buf, 8), 0);
	cr_assert_eq(encase_test_bytes_read(t, buf + 25, 15), 0);
	cr_assert_eq(encase_test_bytes_read(t, buf + 70, 30), 0);
	expect_end(t, 0);
}

/* An address that a layer must not follow, past its policy, is one that nobody can. */
static encase_word seen;

static long see_address(struct encase_call *call)
{
	seen = encase_arg_word(call, 1);
	return encase_forward(call);
}

static const struct encase_rule address_rules[] = {
	ENCASE_ON(write, see_address, ENCASE_PASS_POINTERS), ENCASE_END
};
static const struct encase_layer looker = { .name = "looker", .rules = address_rules };

Test(touched, an_address_cannot_be_followed)
{
	struct encase_test *t = begin(&looker);
	char buf[] = "abc";

	ENCASE_CALL(t, write, 1, buf, 3);
	cr_assert_eq(seen, encase_test_address(buf));
	cr_assert_eq(seen >> 63, 1);
	cr_assert_neq(seen >> 47, UINT64_MAX >> 47, "then it could be the kernel's");
	expect_end(t, 0);
}

/* A pointer of a layer's own is no address of the cage's. */
static long enter_own(struct encase_call *call)
{
	const encase_word words[] = { 1, (uintptr_t) "abc", 3, 0 };

	return encase_enter(encase_caller(), &encase_desc_pwrite64, words) == -EFAULT
		       ? encase_forward(call)
		       : -EPERM;
}

static const struct encase_rule own_rules[] = { ENCASE_ON(fsync, enter_own), ENCASE_END };
static const struct encase_layer owner = { .name = "owner", .rules = own_rules };

Test(touched, a_pointer_is_no_address)
{
	struct encase_test *t = begin(&owner);

	ENCASE_CALL_GIVES(t, 0, fsync, 3);
	ENCASE_PUSH(t, &copier, NULL);
	ENCASE_CALL_GIVES(t, 0, fsync, 3);
	expect_end(t, 0);
}

Test(touched, addresses)
{
	int x;

	cr_assert_eq(encase_test_address(NULL), 0);
	cr_assert_neq(encase_test_address(&x), (uintptr_t) &x);
	cr_assert_neq(encase_test_address(&x), 0);
	cr_assert_eq(encase_test_address((void *) UINT64_MAX), UINT64_MAX);
}

/* Words that are no data go down and are compared as they are. */
Test(touched, nothing_is_looked_at_blindly)
{
	const encase_word words[] = { 1, UINT64_C(0xf1f2f3f4f5f6f700), UINT64_MAX };
	const encase_word others[] = { 1, UINT64_C(0xf1f2f3f4f5f6f701), UINT64_MAX };
	char a[4] = "abc", b[4] = "abc";
	struct encase_test *t = begin(&seer);

	encase_test_blind(t);
	ENCASE_CALL_WORDS(t, &encase_desc_write, words);
	ENCASE_CALL_WORDS(t, &encase_desc_read, words);
	ENCASE_EXPECT_RESULT(t, 0);
	EXPECT_FAILURE(t,
		       "expected to reach the bottom: write(fd=1, buf=0xf1f2f3f4f5f6f701, "
		       "count=18446744073709551615)\n"
		       "  buf: expected 0xf1f2f3f4f5f6f701, got 0xf1f2f3f4f5f6f700\n"
		       "  the call: read(fd=1, buf=0xf1f2f3f4f5f6f700, "
		       "count=18446744073709551615) = 0\n"
		       "  reached the bottom:\n"
		       "    write(fd=1, buf=0xf1f2f3f4f5f6f700, count=18446744073709551615) = 0\n"
		       "    read(fd=1, buf=0xf1f2f3f4f5f6f700, count=18446744073709551615) = 0",
		       ENCASE_EXPECT_REACHED_WORDS(t, &encase_desc_write, others));
	ENCASE_EXPECT_REACHED_WORDS(t, &encase_desc_write, words);
	witness.n = 0;
	ENCASE_EXPECT_REACHED_WORDS(t, &encase_desc_read, others);
	cr_assert_eq(witness.n, 1);
	ENCASE_EXPECT_REACHED_WORDS(t, &encase_desc_read, words);
	cr_assert_eq(witness.n, 1);
	ENCASE_CALL(t, write, 1, a, 3);
	ENCASE_EXPECT_REACHED(t, write, 1, b, 3);
	cr_assert_eq(witness.n, 2);
	ENCASE_EXPECT_REACHED(t, write, 1, a, 3);
	cr_assert_eq(witness.n, 2);
	expect_end(t, 3);
}

/* More than what is kept of an argument goes through all the same. */
Test(touched, large_data)
{
	enum { LARGE = (1 << 20) + 10 };
	struct encase_test *t = begin(&copier);
	char *a = calloc(2, LARGE), *b = a + LARGE;

	ENCASE_CALL(t, write, 1, a, LARGE);
	cr_assert_eq(encase_test_bytes_read(t, a, LARGE), LARGE);
	b[(1 << 20) - 1] = 1;
	encase_test_on_failure(t, witness_fail, &witness);
	ENCASE_EXPECT_REACHED(t, write, 1, b, LARGE);
	cr_assert_eq(witness.n, 1);
	b[(1 << 20) - 1] = 0;
	b[1 << 20] = 1; /* that much is not kept */
	ENCASE_EXPECT_REACHED(t, write, 1, b, LARGE);
	cr_assert_eq(encase_test_reached(t, 0)->data[1].n, 1 << 20);
	cr_assert_eq(encase_test_reached(t, 0)->data[1].extent, LARGE);
	expect_end(t, 1);
	free(a);
}
