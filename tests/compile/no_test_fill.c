/* SPDX-License-Identifier: MIT */
/*
 * A script that writes to an argument that is no pointer.
 *
 * mend:  `(count,` => `(buf,`
 * gcc:   has no member named .count.
 * clang: no member named 'count'
 */
#include <encase/test.h>

void test(struct encase_test *t);

void test(struct encase_test *t)
{
	ENCASE_ANSWER(t, read, 3, (count, "abc", 3));
}
