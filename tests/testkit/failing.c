/* SPDX-License-Identifier: MIT */
/*
 * Tests that fail, but for one: failing.py runs them, to see that Criterion tells.
 * What stands behind a failure must not run.
 */
#include <criterion/criterion.h>
#include <errno.h>

#include <encase/test.h>

#define UNREACHABLE() cr_log_error("went on")

Test(failing, not_at_all)
{
	struct encase_test *t = ENCASE_TEST(NULL, NULL);

	ENCASE_ANSWER(t, fsync, 0);
	ENCASE_CALL_GIVES(t, 0, fsync, 3);
	encase_test_end(t);
}

Test(failing, by_a_result)
{
	struct encase_test *t = ENCASE_TEST(NULL, NULL);

	ENCASE_ANSWER_FAIL(t, fsync, EIO);
	ENCASE_CALL_GIVES(t, 0, fsync, 3); /* HERE */
	UNREACHABLE();
}

static int sync_twice(int fd)
{
	return encase_next_fsync(fd) | encase_next_fsync(fd);
}
static const struct encase_rule rules[] = { ENCASE_ON(fsync, sync_twice), ENCASE_END };
static const struct encase_layer twice = { .name = "twice", .rules = rules };

/* The layer runs to its end; another call finds nothing left of this one. */
Test(failing, inside_a_layer)
{
	struct encase_test *t = ENCASE_TEST(&twice, NULL);

	ENCASE_ANSWER(t, fsync, 0);
	ENCASE_CALL(t, fsync, 3); /* HERE */
	UNREACHABLE();
}

Test(failing, by_an_answer_that_is_left)
{
	struct encase_test *t = ENCASE_TEST(NULL, NULL);

	ENCASE_ANSWER(t, fsync, 0); /* HERE */
	encase_test_end(t);
	UNREACHABLE();
}

Test(failing, by_a_push)
{
	ENCASE_TEST(&(const struct encase_layer){ .name = "bare" }, "x"); /* HERE */
	UNREACHABLE();
}
