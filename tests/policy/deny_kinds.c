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

static struct encase_cage *denied(const char *options)
{
	struct encase_cage *cage = scene_cage();

	scene_push(cage, &probe_layer, NULL);
	scene_push(cage, &odd_deny, options);
	probe_answers(77);
	return cage;
}

static void expect_denied(struct encase_cage *cage)
{
	const encase_word at = 8;
	encase_word result;

	cr_assert_eq(encase_enter_checked(cage, &odd_desc_peek, &at, &result), -EIO);
	cr_assert_eq(ENCASE_ENTRY_IN(odd, cage, peek)(8), -1);
	cr_assert_eq(errno, EIO);
	errno = 0;
	cr_assert_null(ENCASE_ENTRY_IN(odd, cage, find)("x"));
	cr_assert_eq(errno, EIO);
	cr_assert_eq(probe.calls, 0);
}

Test(deny_kinds, calls_fail_in_their_own_ways)
{
	struct encase_cage *cage = denied("peek=EIO,find=EIO");

	expect_denied(cage);
	cr_assert_eq(ENTER(cage, odd_desc_ticks), 77);
	scene_free(cage);
}

Test(deny_kinds, doubles_and_floats_fail_with_minus_one)
{
	struct encase_cage *cage = denied("get_f32=EDOM,get_f64=ERANGE");

	errno = 0;
	cr_assert(ENCASE_ENTRY_IN(odd, cage, get_f32)() == -1.0F);
	cr_assert_eq(errno, EDOM);
	cr_assert(ENCASE_ENTRY_IN(odd, cage, get_f64)() == -1.0);
	cr_assert_eq(errno, ERANGE);
	cr_assert_eq(ENTER(cage, odd_desc_get_f32), -EDOM);
	scene_free(cage);
}

Test(deny_kinds, a_call_that_cannot_fail_is_refused)
{
	struct encase_cage *cage = scene_cage();

	lines_start();
	cr_assert_eq(encase_push(cage, &odd_deny, "peek=EIO,ticks=EIO"), -EINVAL);
	cr_assert_eq(lines_count(), 1);
	cr_assert_str_eq(lines_at(0), "deny: cannot fail: 'ticks'");
	scene_free(cage);
}

Test(deny_kinds, in_a_group_it_is_spared)
{
	struct encase_cage *cage = denied("%mixed=EIO");

	expect_denied(cage);
	cr_assert_eq(ENTER(cage, odd_desc_ticks), 77);
	cr_assert_eq(probe.calls, 1);
	scene_free(cage);
}

Test(deny_kinds, overlapping_results_are_no_errors)
{
	struct encase_cage *cage = denied("find=EIO");
	const encase_word at = 8;
	encase_word result;

	probe_answers(-EIO);
	cr_assert_eq(encase_enter_checked(cage, &odd_desc_peek, &at, &result), 0);
	cr_assert_eq(result, (encase_word) -EIO);
	scene_free(cage);
}

/* read is Linux's first call, scalars odd's. */
Test(deny_kinds, the_table_is_the_one_it_was_made_for)
{
	struct encase_cage *cage = denied("scalars=EIO");

	cr_assert_eq(ENTER(cage, odd_desc_scalars), -EIO);
	probe_answers(0);
	cr_assert_eq(ENTER(cage, encase_desc_read), 0);
	cr_assert_eq(encase_push(cage, &odd_deny, "read=EIO"), -EINVAL);
	cr_assert_eq(encase_push(cage, &odd_deny, "%file=EIO"), -EINVAL);
	scene_free(cage);
}
