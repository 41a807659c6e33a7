/* SPDX-License-Identifier: MIT */
/* Lower layer "functions": C functions of the host's, by call descriptor. */
#include "enc.h"
#include "result.h"

/* The first entry of a call in the host's list, or null. */
static const void *functions_bind(void *below, const struct encase_desc *desc)
{
	const struct encase_function *f = below;

	while (f->desc && f->desc != desc)
		f++;
	return f->desc ? f : NULL;
}

static long functions_call(void *below, const void *bound, struct encase_call *call)
{
	const struct encase_function *f = bound;
	int err;

	(void) below;
	if (!f)
		return encase_fail(call, ENOSYS);
	err = encase_reach(call);
	if (err)
		return encase_fail(call, -err);
	if (f->form == ENCASE_VARIADIC)
		return enc_call_libc(call, encase_text(enc_desc(call))->variadic, f->fn);
	return enc_call_libc(call, enc_desc(call)->thunk, f->fn);
}

const struct encase_lower encase_lower_functions = {
	.name = "functions",
	.bind = functions_bind,
	.call = functions_call,
};
