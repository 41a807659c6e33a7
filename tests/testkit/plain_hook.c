/* SPDX-License-Identifier: MIT */
/* A file that has failures go to a function of its own, those of ENCASE_TEST() included. */
#include "plain.h"

#include <string.h>

#define ENCASE_TEST_FAIL note_failure
#include <encase/test.h>

static int failures, right;

static void note_failure(void *arg, const char *file, int line, const char *message)
{
	failures++;
	right += !arg && !strcmp(file, __FILE__) && line > 0 &&
		 !strcmp(message, "pushing no layer with no options: expected success, got EINVAL");
}

int plain_hook(void)
{
	static const struct encase_layer nothing = { .name = "nothing" };
	struct encase_test *t = ENCASE_TEST(&nothing, NULL);

	if (failures != 1)
		return 0;
	ENCASE_PUSH(t, NULL, NULL);
	return failures == 2 && right == 1 && encase_test_end(t) == 2;
}
