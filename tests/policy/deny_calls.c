/* SPDX-License-Identifier: MIT */
/*
 * Layer "deny": what it does to calls.
 *
 * A denied call fails with the errno that was asked for and reaches nothing
 * below; any other comes out below as it went in.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "blocks.h"
#include "plain.h"
#include "policies.h"
#include "scene.h"

#include <encase/test.h>

/* Deny over a bottom that answers 0 to all. */
static struct encase_test *denied(const char *options)
{
	struct encase_test *t = ENCASE_TEST_IN(odd, &encase_deny, options);

	encase_test_unscripted(t, 0);
	encase_test_blind(t);
	return t;
}

/* Makes a call, which must be denied with an errno, or forwarded as it is where that is 0. */
static void expect(struct encase_test *t, const struct encase_desc *desc, int error)
{
	ENCASE_CALL_WORDS(t, desc, plain_words);
	if (error)
		ENCASE_EXPECT_ERRNO(t, error);
	else
		ENCASE_EXPECT_REACHED_WORDS(t, desc, plain_words);
	ENCASE_EXPECT_NOTHING_REACHED(t);
	ENCASE_EXPECT_UNTOUCHED(t);
}

Test(deny_calls, each_call_of_linux_can_be_denied_alone)
{
	cr_assert_eq(nplain, encase_calls.ncalls);
	for (size_t i = 0; i < nplain; i++) {
		int error = 4095 - (int) i;
		struct encase_test *t;
		char options[64];

		snprintf(options, sizeof(options), "%s=%d", plain[i].name, error);
		t = denied(options);
		for (size_t j = 0; j < nplain; j++)
			expect(t, plain[j].desc, i == j ? error : 0);
		encase_test_end(t);
	}
}

Test(deny_calls, each_group_of_linux_can_be_denied)
{
	for (size_t group = 0; group < encase_ngroups; group++) {
		struct encase_test *t;
		char options[64];

		snprintf(options, sizeof(options), "%s=EXDEV", encase_calls.groups[group]);
		t = denied(options);
		for (size_t i = 0; i < nplain; i++)
			expect(t, plain[i].desc,
			       plain_is_in(&plain[i], (unsigned) group) ? EXDEV : 0);
		encase_test_end(t);
	}
}

Test(deny_calls, libc_sees_the_failure_value_and_errno)
{
	struct encase_test *t = denied("%file=EACCES,%memory=ENOMEM,geteuid=EPERM");

	cr_assert_eq(ENCASE_CALL(t, open, "x", 0, 0), -1);
	cr_assert_eq(errno, EACCES);
	cr_assert_eq(ENCASE_CALL(t, mmap, NULL, 1, 0, 0, -1, 0), MAP_FAILED);
	cr_assert_eq(errno, ENOMEM);
	cr_assert_eq(ENCASE_CALL(t, geteuid), (uid_t) -1);
	cr_assert_eq(errno, EPERM);
	errno = ERANGE;
	cr_assert_eq(ENCASE_CALL(t, close, 3), 0);
	cr_assert_eq(ENCASE_CALL_WORDS(t, &encase_desc_unlink, plain_words), -EACCES);
	cr_assert_eq(errno, ERANGE);
	encase_test_end(t);
}

Test(deny_calls, an_entry_for_the_call_goes_before_its_groups)
{
	static const char *const options[] = { "openat=EPERM,%file=EACCES,%desc=EBADF",
					       "%file=EACCES,openat=EPERM,%desc=EBADF",
					       "%file=EACCES,%desc=EBADF,openat=EPERM" };

	for (size_t i = 0; i < 3; i++) {
		struct encase_test *t = denied(options[i]);

		ENCASE_CALL_FAILS(t, EPERM, openat, 3, "x", 0, 0);
		ENCASE_CALL_FAILS(t, EACCES, unlinkat, 3, "x", 0);
		ENCASE_CALL_FAILS(t, EACCES, unlink, "x");
		ENCASE_CALL_FAILS(t, EBADF, close, 3);
		ENCASE_EXPECT_NOTHING_REACHED(t);
		encase_test_end(t);
	}
}

Test(deny_calls, the_first_listed_group_goes_before_another)
{
	struct encase_test *t = denied("%desc=EBADF,%file=EACCES,%memory=ENOMEM");

	ENCASE_CALL_FAILS(t, EBADF, openat, 3, "x", 0, 0);
	ENCASE_CALL_FAILS(t, EACCES, unlink, "x");
	ENCASE_CALL_FAILS(t, EBADF, mmap, NULL, 1, 0, 0, -1, 0);
	ENCASE_CALL_FAILS(t, ENOMEM, munmap, NULL, 1);
	encase_test_end(t);
	t = denied("%memory=ENOMEM,%file=EACCES,%desc=EBADF");
	ENCASE_CALL_FAILS(t, EACCES, openat, 3, "x", 0, 0);
	ENCASE_CALL_FAILS(t, ENOMEM, mmap, NULL, 1, 0, 0, -1, 0);
	ENCASE_CALL_FAILS(t, EBADF, close, 3);
	encase_test_end(t);
}

/* Table odd's first call has the index of Linux's first, read, and so on. */
Test(deny_calls, calls_of_another_interface_go_through)
{
	struct encase_test *t = denied("%file=EACCES,%desc=EBADF");

	for (size_t i = 0; i < odd_calls.ncalls; i++)
		expect(t, odd_calls.calls[i], 0);
	encase_test_end(t);
}

Test(deny_calls, results_of_others_come_up_as_they_are)
{
	struct encase_test *t = denied("unlink=EPERM");

	errno = ERANGE;
	ENCASE_ANSWER(t, lseek, INT64_MIN);
	cr_assert_eq(ENCASE_CALL(t, lseek, 3, 0, 0), INT64_MIN);
	ENCASE_ANSWER_IN(odd, t, peek, -EIO);
	cr_assert_eq(ENCASE_CALL_IN(odd, t, peek, 0), -EIO);
	cr_assert_eq(errno, ERANGE);
	for (int error = 1; error <= 4095; error++) {
		ENCASE_ANSWER_FAIL(t, fsync, error);
		ENCASE_CALL_FAILS(t, error, fsync, 3);
	}
	ENCASE_ANSWER_FAIL_IN(odd, t, peek, EIO);
	ENCASE_CALL_FAILS_IN(odd, t, EIO, peek, 0);
	encase_test_end(t);
}

Test(deny_calls, c_functions_below_are_not_called)
{
	struct encase_cage *cage = scene_cage_over(plain_functions);

	scene_push(cage, &encase_deny, "%file=EACCES");
	for (size_t i = 0; i < nplain; i++) {
		long denied_word = plain[i].in_group[encase_group_file] ? -EACCES : 0;

		plain_answers(0);
		cr_assert_eq(encase_enter(cage, plain[i].desc, plain_words), denied_word);
		cr_assert_eq(plain_count(), !denied_word);
	}
	scene_free(cage);
}

/* A name that is not even looked at cannot be a bad address. */
Test(deny_calls, memory_is_not_touched)
{
	struct encase_test *t = ENCASE_TEST(&encase_deny, "%file=EACCES,read=EBADF");
	char buf[4] = "abc";

	ENCASE_CALL_FAILS(t, EACCES, unlink, "x");
	ENCASE_EXPECT_NOT_READ(t, unlink, pathname);
	ENCASE_CALL_FAILS(t, EACCES, unlink, (char *) 1);
	ENCASE_CALL_FAILS(t, EACCES, unlink, NULL);
	ENCASE_CALL_FAILS(t, EBADF, read, 0, buf, 4);
	ENCASE_EXPECT_NOT_WRITTEN(t, read, buf);
	ENCASE_EXPECT_NOTHING_REACHED(t);
	ENCASE_ANSWER(t, write, 4);
	ENCASE_CALL_GIVES(t, 4, write, 1, buf, 4);
	ENCASE_EXPECT_UNTOUCHED(t);
	ENCASE_EXPECT_REACHED(t, write, 1, buf, 4);
	encase_test_end(t);
}

Test(deny_calls, the_hosts_memory_is_not_touched)
{
	struct encase_cage *cage = scene_cage();
	char *page = scene_forbidden_page();

	scene_push(cage, &probe_layer, NULL);
	scene_push(cage, &encase_deny, "%file=EACCES,read=EBADF");
	probe_answers(4096);
	cr_assert_eq(ENTER(cage, encase_desc_unlink, W(page)), -EACCES);
	cr_assert_eq(ENTER(cage, encase_desc_read, 0, W(page), 4096), -EBADF);
	cr_assert_eq(probe.calls, 0);
	cr_assert_eq(ENTER(cage, encase_desc_write, 1, W(page), 4096), 4096);
	cr_assert_eq(probe.words[1], W(page));
	scene_free(cage);
	cr_assert_eq(munmap(page, 4096), 0);
}

Test(deny_calls, a_call_allocates_and_logs_nothing)
{
	struct encase_cage *cage = scene_cage();
	unsigned made;

	scene_push(cage, &encase_deny, "%file=EACCES");
	made = blocks_made();
	lines_start();
	for (size_t i = 0; i < nplain; i++)
		encase_enter(cage, plain[i].desc, plain_words);
	cr_assert_eq(blocks_made(), made);
	cr_assert_eq(lines_count(), 0);
	scene_free(cage);
}
