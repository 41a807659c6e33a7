/* SPDX-License-Identifier: MIT */
/*
 * A lower layer of the tests' own, and its row.  It makes system calls, as the
 * kernel's does, but through libc, and is written as anybody would have to write
 * one: with the public header alone.
 */
#define _GNU_SOURCE
#include <encase.h>
#include <errno.h>
#include <unistd.h>

#include "lowers.h"

static _Thread_local struct seen seen;

static const void *public_bind(void *below, const struct encase_desc *desc)
{
	(void) below;
	return desc->interface == &encase_calls ? encase_text(desc) : NULL;
}

static long public_call(void *below, const void *bound, struct encase_call *call)
{
	const struct encase_desc *desc = encase_call_desc(call);
	const struct encase_text *text = bound;
	encase_word *w = seen.word;
	int saved = errno, err;
	long result;

	(void) below;
	if (!text)
		return encase_fail(call, ENOSYS);
	err = encase_reach(call);
	if (err)
		return encase_fail(call, -err);
	for (unsigned i = 0; i < desc->nargs; i++)
		w[i] = desc->pointers >> i & 1 ? (encase_word) (uintptr_t) encase_arg(call, i)
					       : encase_arg_word(call, i);
	result = syscall(text->number, w[0], w[1], w[2], w[3], w[4], w[5]);
	if (result < 0)
		result = encase_fail(call, errno);
	errno = saved;
	return result;
}

static const struct seen *public_seen(void)
{
	return &seen;
}

static const struct encase_lower lower_public = {
	.name = "public",
	.bind = public_bind,
	.call = public_call,
};

const struct lower_row lower_row_public = {
	.lower = &lower_public,
	.answers = true,
	.seen = public_seen,
};
