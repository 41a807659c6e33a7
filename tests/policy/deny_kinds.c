/* SPDX-License-Identifier: MIT */
/*
 * Layer "deny" over table odd: calls that fail in other ways than Linux's.
 *
 * odd_deny is the same source, compiled with that table in Linux's place.  A call
 * whose results overlap with errors must fail all the same, one that fails with
 * null must give null, and one that cannot fail must be left alone.
 */
#include <string.h>

#include "policies.h"
#include "scene.h"

#include <encase/test.h>

/* odd_deny over a bottom that answers 77 to all. */
static struct encase_test *denied(const char *options)
{
	struct encase_test *t = ENCASE_TEST_IN(odd, &odd_deny, options);

	encase_test_unscripted(t, 77);
	return t;
}

static void expect_denied(struct encase_test *t)
{
	cr_assert_eq(ENCASE_CALL_IN(odd, t, peek, 8), -1);
	cr_assert_eq(errno, EIO);
	ENCASE_EXPECT_ERRNO(t, EIO);
	errno = 0;
	cr_assert_null(ENCASE_CALL_IN(odd, t, find, "x"));
	cr_assert_eq(errno, EIO);
	ENCASE_EXPECT_NOTHING_REACHED(t);
	ENCASE_CALL_GIVES_IN(odd, t, 77, ticks);
	ENCASE_EXPECT_REACHED_IN(odd, t, ticks);
}

Test(deny_kinds, calls_fail_in_their_own_ways)
{
	struct encase_test *t = denied("peek=EIO,find=EIO");

	expect_denied(t);
	encase_test_end(t);
}

Test(deny_kinds, doubles_and_floats_fail_with_minus_one)
{
	struct encase_test *t = denied("get_f32=EDOM,get_f64=ERANGE");

	errno = 0;
	cr_assert(ENCASE_CALL_IN(odd, t, get_f32) == -1.0F);
	cr_assert_eq(errno, EDOM);
	cr_assert(ENCASE_CALL_IN(odd, t, get_f64) == -1.0);
	cr_assert_eq(errno, ERANGE);
	cr_assert_eq(ENCASE_CALL_WORDS(t, &odd_desc_get_f32, NULL), -EDOM);
	encase_test_end(t);
}

Test(deny_kinds, a_call_that_cannot_fail_is_refused)
{
	struct encase_test *t = ENCASE_TEST(NULL, NULL);

	ENCASE_PUSH_FAILS(t, EINVAL, &odd_deny, "peek=EIO,ticks=EIO");
	ENCASE_EXPECT_LOGGED(t, "deny: cannot fail: 'ticks'");
	ENCASE_EXPECT_NOTHING_LOGGED(t);
	encase_test_end(t);
}

Test(deny_kinds, in_a_group_it_is_spared)
{
	struct encase_test *t = denied("%mixed=EIO");

	expect_denied(t);
	encase_test_end(t);
}

Test(deny_kinds, overlapping_results_are_no_errors)
{
	struct encase_test *t = denied("find=EIO");

	ENCASE_ANSWER_IN(odd, t, peek, -EIO);
	ENCASE_CALL_GIVES_IN(odd, t, -EIO, peek, 8);
	encase_test_end(t);
}

/* read is Linux's first call, scalars odd's. */
Test(deny_kinds, the_table_is_the_one_it_was_made_for)
{
	struct encase_test *t = denied("scalars=EIO");

	ENCASE_CALL_FAILS_IN(odd, t, EIO, scalars, 1, 2, 3, 4, 5, 6, 7, 8);
	ENCASE_ANSWER(t, read, 0);
	ENCASE_CALL_GIVES(t, 0, read, 0, NULL, 0);
	ENCASE_PUSH_FAILS(t, EINVAL, &odd_deny, "read=EIO");
	ENCASE_PUSH_FAILS(t, EINVAL, &odd_deny, "%file=EIO");
	encase_test_end(t);
}
