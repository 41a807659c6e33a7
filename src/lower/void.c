/* SPDX-License-Identifier: MIT */
/* Lower layer "void": ENOSYS to all, having looked at nothing. */
#include "enc.h"

static long void_call(void *below, const void *bound, struct encase_call *call)
{
	(void) below;
	(void) bound;
	return encase_fail(call, ENOSYS);
}

const struct encase_lower encase_lower_void = { .name = "void", .call = void_call };
