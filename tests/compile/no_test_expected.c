/* SPDX-License-Identifier: MIT */
/*
 * A test that expects a call with an argument of another type.
 *
 * mend:  `1, t, 3` => `1, "abc", 3`
 * gcc:   incompatible type for argument 2
 * clang: passing 'struct \w+' to parameter of incompatible type
 */
#include <encase/test.h>

struct thing {
	int x;
};
void test(struct encase_test *at, struct thing t);

void test(struct encase_test *at, struct thing t)
{
	(void) t;
	ENCASE_EXPECT_REACHED(at, write, 1, t, 3);
}
