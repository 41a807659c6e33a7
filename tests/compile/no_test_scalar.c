/* SPDX-License-Identifier: MIT */
/*
 * A test that expects a scalar not to be read.
 *
 * mend:  `write, fd)` => `write, buf)`
 * gcc:   has no member named .fd.
 * clang: no member named 'fd'
 */
#include <encase/test.h>

void test(struct encase_test *t);

void test(struct encase_test *t)
{
	ENCASE_EXPECT_NOT_READ(t, write, fd);
}
