/* SPDX-License-Identifier: MIT */
/*
 * Layer "trace": its options, and what a push does that fails.
 *
 * A refused push leaves the cage as it was, leaves nothing behind, and says in
 * one line what it did not understand.
 */
#include <string.h>

#include "blocks.h"
#include "policies.h"
#include "scene.h"

#include <encase/test.h>

#define SIXTY_FOUR "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* A call's line under these options. */
static void expect_line(const char *options, const char *line)
{
	struct encase_test *t = ENCASE_TEST(&encase_trace, options);

	ENCASE_ANSWER_FAIL(t, getpid, ENOSYS);
	ENCASE_CALL(t, getpid);
	ENCASE_EXPECT_LOGGED(t, "%s", line);
	ENCASE_EXPECT_NOTHING_LOGGED(t);
	encase_test_end(t);
}

static void expect_refusal(const char *options)
{
	struct encase_test *t = ENCASE_TEST(NULL, NULL);

	ENCASE_PUSH_FAILS(t, EINVAL, &encase_trace, options);
	ENCASE_EXPECT_LOGGED(t, "trace: not prefix=TEXT, 1 to 64 bytes: '%s'", options);
	ENCASE_ANSWER(t, getpid, 1);
	ENCASE_CALL(t, getpid);
	ENCASE_EXPECT_NOTHING_LOGGED(t); /* it was not pushed */
	encase_test_end(t);
}

Test(trace_options, may_be_missing)
{
	expect_line(NULL, "getpid() = -1 ENOSYS (Function not implemented)");
	expect_line("", "getpid() = -1 ENOSYS (Function not implemented)");
}

Test(trace_options, prefix_begins_each_line)
{
	expect_line("prefix=x", "xgetpid() = -1 ENOSYS (Function not implemented)");
	expect_line("prefix=shell, 2: ",
		    "shell, 2: getpid() = -1 ENOSYS (Function not implemented)");
	expect_line("prefix=prefix=", "prefix=getpid() = -1 ENOSYS (Function not implemented)");
	expect_line("prefix=100%s%n ", "100%s%n getpid() = -1 ENOSYS (Function not implemented)");
	expect_line("prefix=" SIXTY_FOUR,
		    SIXTY_FOUR "getpid() = -1 ENOSYS (Function not implemented)");
}

Test(trace_options, others_are_refused)
{
	expect_refusal("prefix");
	expect_refusal("prefix=");
	expect_refusal("prefi");
	expect_refusal("prefiz=x");
	expect_refusal("Prefix=x");
	expect_refusal(" prefix=x");
	expect_refusal("x");
	expect_refusal("x,prefix=x");
	expect_refusal("%s%n");
	expect_refusal("prefix=" SIXTY_FOUR "x");
}

Test(trace_options, are_not_needed_after_the_push)
{
	char options[] = "prefix=a ";
	struct encase_cage *cage = scene_cage();

	scene_push(cage, &encase_trace, options);
	memset(options, 'b', sizeof(options) - 1);
	lines_start();
	ENTER(cage, encase_desc_getpid);
	cr_assert_str_eq(lines_at(0), "a getpid() = -1 ENOSYS (Function not implemented)");
	scene_free(cage);
}

Test(trace_options, are_of_one_push)
{
	struct encase_cage *cage = scene_cage(), *other = scene_cage();

	scene_push(cage, &encase_trace, "prefix=low: ");
	scene_push(cage, &encase_trace, NULL);
	scene_push(cage, &encase_trace, "prefix=top: ");
	scene_push(other, &encase_trace, "prefix=other: ");
	lines_start();
	ENTER(cage, encase_desc_getpid);
	ENTER(other, encase_desc_getpid);
	cr_assert_eq(lines_count(), 4);
	cr_assert_str_eq(lines_at(0), "low: getpid() = -1 ENOSYS (Function not implemented)");
	cr_assert_str_eq(lines_at(1), "getpid() = -1 ENOSYS (Function not implemented)");
	cr_assert_str_eq(lines_at(2), "top: getpid() = -1 ENOSYS (Function not implemented)");
	cr_assert_str_eq(lines_at(3), "other: getpid() = -1 ENOSYS (Function not implemented)");
	scene_free(cage);
	scene_free(other);
}

Test(trace_options, without_memory_nothing_is_pushed)
{
	struct encase_cage *cage = scene_cage();
	unsigned refusals = 0;

	lines_start();
	for (;; refusals++) {
		int err;

		blocks_refuse_after(refusals);
		err = encase_push(cage, &encase_trace, "prefix=x");
		if (!err)
			break;
		cr_assert_eq(err, -ENOMEM);
		ENTER(cage, encase_desc_getpid);
		cr_assert_eq(lines_count(), 0);
	}
	blocks_refuse_after(1000);
	cr_assert_geq(refusals, 2, "one of the layer's own, and some of the library's");
	ENTER(cage, encase_desc_getpid);
	cr_assert_eq(lines_count(), 1);
	cr_assert_str_eq(lines_at(0), "xgetpid() = -1 ENOSYS (Function not implemented)");
	scene_free(cage);
}

Test(trace_options, leave_nothing_behind)
{
	scene_leaves_nothing(&encase_trace, "x", "prefix=x");
}
