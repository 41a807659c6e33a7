/* SPDX-License-Identifier: MIT */
/* See recorder.h. */
#include "recorder.h"

_Thread_local struct record record;

static long recorder_call(void *below, const void *bound, struct encase_call *call)
{
	const struct answer *answer = below;

	(void) bound;
	record.desc = encase_call_desc(call);
	record.calls++;
	for (unsigned i = 0; i < record.desc->nargs; i++)
		record.word[i] = encase_arg_word(call, i);
	return answer->error ? encase_fail(call, answer->error) : answer->word;
}

const struct encase_lower lower_recorder = { .name = "recorder", .call = recorder_call };
