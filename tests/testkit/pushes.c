/* SPDX-License-Identifier: MIT */
/* Pushes, and what layers log: that both are told of. */
#include <stdlib.h>
#include <string.h>

#include "toy.h"

static int start(void **state, const char *options)
{
	if (options && !strcmp(options, "bad")) {
		encase_log("choosy: no such option");
		encase_log("choosy: 'bad'");
		return -EINVAL;
	}
	*state = NULL;
	return 0;
}

static void stop(void *state)
{
	(void) state;
	encase_log("choosy: stopped");
}

static int log_fd(int fd)
{
	encase_log("fd %d", fd);
	return encase_next_fsync(fd);
}

static const struct encase_rule rules[] = { ENCASE_ON(fsync, log_fd), ENCASE_END };
static const struct encase_layer choosy = {
	.name = "choosy", .rules = rules, .start = start, .stop = stop
};

Test(pushes, that_are_refused_fail_the_test)
{
	struct encase_test *t = ENCASE_TEST(&choosy, "good");

	EXPECT_FAILURE(t,
		       "pushing choosy with \"bad\": expected success, got EINVAL\n"
		       "  was logged: choosy: no such option\n"
		       "  was logged: choosy: 'bad'",
		       ENCASE_PUSH(t, &choosy, "bad"));
	EXPECT_FAILURE(t, "pushing no layer with no options: expected success, got EINVAL",
		       ENCASE_PUSH(t, NULL, NULL));
	expect_end(t, 2);
}

Test(pushes, that_are_not_refused_fail_the_test)
{
	struct encase_test *t = ENCASE_TEST(NULL, NULL);

	ENCASE_PUSH_FAILS(t, EINVAL, &choosy, "bad");
	EXPECT_FAILURE(t, "pushing choosy with no options: expected EINVAL, got success",
		       ENCASE_PUSH_FAILS(t, EINVAL, &choosy, NULL));
	EXPECT_FAILURE(t,
		       "pushing choosy with \"bad\": expected EPERM, got EINVAL\n"
		       "  was logged: choosy: no such option\n"
		       "  was logged: choosy: 'bad'",
		       ENCASE_PUSH_FAILS(t, EPERM, &choosy, "bad"));
	expect_end(t, 2);
}

Test(pushes, stand_on_each_other)
{
	struct encase_test *t = ENCASE_TEST(&choosy, NULL);

	ENCASE_PUSH(t, &choosy, NULL);
	ENCASE_ANSWER(t, fsync, 0);
	ENCASE_CALL_GIVES(t, 0, fsync, 3);
	ENCASE_EXPECT_LOGGED(t, "fd %d", 3);
	ENCASE_EXPECT_LOGGED(t, "fd 3");
	ENCASE_EXPECT_NOTHING_LOGGED(t);
	expect_end(t, 0);
}

Test(pushes, what_is_logged_is_compared)
{
	struct encase_test *t = ENCASE_TEST(&choosy, NULL);

	EXPECT_FAILURE(t,
		       "expected to be logged: fd 3\n"
		       "  was logged: nothing" NO_CALL,
		       ENCASE_EXPECT_LOGGED(t, "fd 3"));
	ENCASE_ANSWER_ALWAYS(t, fsync, 0);
	ENCASE_CALL(t, fsync, 4);
	EXPECT_FAILURE(t,
		       "expected to be logged: fd 3\n"
		       "  was logged: fd 4" ONE_CALL("fsync(fd=4) = 0"),
		       ENCASE_EXPECT_LOGGED(t, "fd %c", '3'));
	EXPECT_FAILURE(t,
		       "expected nothing to be logged\n"
		       "  was logged: fd 4" ONE_CALL("fsync(fd=4) = 0"),
		       ENCASE_EXPECT_NOTHING_LOGGED(t));
	ENCASE_EXPECT_LOGGED(t, "fd 4");
	ENCASE_CALL(t, fsync, 5);
	EXPECT_FAILURE(t,
		       "expected nothing more to be logged\n"
		       "  was logged: fd 5\n"
		       "  the call: fsync(fd=5) = 0\n"
		       "  reached the bottom:\n"
		       "    fsync(fd=4) = 0\n"
		       "    fsync(fd=5) = 0",
		       ENCASE_EXPECT_NOTHING_LOGGED(t));
	expect_end(t, 4);
}

/* The log is the newest test's; when it has ended, nobody's. */
Test(pushes, the_log_is_given_back)
{
	struct encase_test *t = ENCASE_TEST(&choosy, NULL), *newer = ENCASE_TEST(NULL, NULL);

	encase_log("hello");
	ENCASE_EXPECT_LOGGED(newer, "hello");
	ENCASE_EXPECT_NOTHING_LOGGED(t);
	expect_end(t, 0);
	ENCASE_EXPECT_LOGGED(newer, "choosy: stopped");
	encase_log("again");
	ENCASE_EXPECT_LOGGED(newer, "again");
	expect_end(newer, 0);
	encase_log("nobody hears");
}
