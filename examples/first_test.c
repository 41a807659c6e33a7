/* SPDX-License-Identifier: MIT */
/* The test of README: the layer of first.c, alone, with no kernel under it. */
#define main first_main /* the layer stands in a program of its own */
#include "first.c"
#undef main

#include <encase/test.h>

int main(void)
{
	struct encase_test *t = ENCASE_TEST(&counter, NULL);

	ENCASE_ANSWER(t, write, 4); /* the next write to reach the bottom is a short one */
	ENCASE_CALL_GIVES(t, 4, write, 1, "hello\n", 6);
	ENCASE_EXPECT_REACHED(t, write, 1, "hello\n", 6); /* as it came */
	ENCASE_EXPECT_NOT_READ(t, write, buf);            /* not a byte, by the layer */
	ENCASE_EXPECT(t, written[1] == 4);

	ENCASE_ANSWER_FAIL(t, write, ENOSPC);
	ENCASE_CALL_FAILS(t, ENOSPC, write, 1, "hello\n", 6);
	ENCASE_EXPECT(t, written[1] == 4);
	return encase_test_end(t) != 0;
}
