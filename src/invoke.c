/* SPDX-License-Identifier: MIT */
/* The less common parts of a hop: copying, and results that need a look; see invoke.h. */
#include "invoke.h"

#include "marshal.h"

long enc_run_natural(struct encase_call *call)
{
	return enc_call_libc(call, call->step->handler);
}

long enc_run_copying(struct encase_call *call)
{
	const struct enc_step *step = call->step;
	int err;

	if (enc_unlikely(step->nulled))
		enc_marshal_nullify(call, step->nulled);
	err = enc_marshal_fetch(call, step->copied);

	if (err) {
		call->writes = false; /* also where the result cannot tell of an error */
		return encase_fail(call, -err);
	}
	if (step->raw)
		return ((encase_raw_fn *) step->handler)(call);
	return enc_call_libc(call, step->handler);
}

long enc_hop_end(struct encase_call *call, long result)
{
	const struct encase_desc *desc = enc_desc(call);

	if (!enc_is_plain(call, result))
		result = enc_result_check(desc, call->words, result);
	result = enc_marshal_settle(call, result);
	if (desc->result == ENCASE_OVERLAPS)
		enc_thread.failed = enc_error_of(desc, result, call->error);
	return result;
}

long enc_plain_end(struct encase_call *call, long result)
{
	result = enc_from_libc(call, result, *enc_thread.here);
	*enc_thread.here = 0;
	return enc_hop_end(call, result);
}
