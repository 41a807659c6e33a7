/* SPDX-License-Identifier: MIT */
/*
 * A test that makes a call with an argument too few.
 *
 * mend:  `"abc")` => `"abc", 3)`
 * gcc:   too few arguments to function
 * clang: too few arguments to function call
 */
#include <encase/test.h>

void test(struct encase_test *t);

void test(struct encase_test *t)
{
	ENCASE_CALL(t, write, 1, "abc");
}
