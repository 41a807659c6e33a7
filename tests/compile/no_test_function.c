/* SPDX-License-Identifier: MIT */
/*
 * A function of another prototype that is to answer a call.
 *
 * mend:  `int count` => `size_t count`
 * gcc:   selector of type .* is not compatible with any association
 * clang: controlling expression type .* not compatible with any generic association type
 */
#include <encase/test.h>

static ssize_t answer(int fd, const void *buf, int count)
{
	return fd && buf ? (ssize_t) count : -1;
}

void test(struct encase_test *t);

void test(struct encase_test *t)
{
	ENCASE_ANSWER_BY(t, write, answer);
}
