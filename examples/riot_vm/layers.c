/* SPDX-License-Identifier: MIT */
/* Layer "count"; see layers.h.  One raw handler for all calls, and nothing but the public headers. */
#include "layers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "riot.h"

struct count {
	char name[32];
	struct {
		unsigned long made, failed;
	} calls[]; /* by the calls' indices */
};

static long on_any(struct encase_call *call)
{
	const struct encase_desc *desc = encase_call_desc(call);
	struct count *count = encase_self();
	long result = encase_forward(call);

	if (desc && desc->interface == &riot_calls) {
		count->calls[desc->index].made++;
		count->calls[desc->index].failed += result < 0;
	}
	return result;
}

static int start(void **state, const char *options)
{
	struct count *count =
		calloc(1, sizeof(*count) + riot_calls.ncalls * sizeof(count->calls[0]));

	if (!count)
		return -ENOMEM;
	(void) snprintf(count->name, sizeof(count->name), "%s", options ? options : "");
	*state = count;
	return 0;
}

static void end(void *state, struct encase_cage *cage, int status)
{
	const struct count *count = state;

	(void) cage, (void) status;
	for (size_t i = 0; i < riot_calls.ncalls; i++)
		if (count->calls[i].made)
			encase_log("%s%-18s made %3lu, failed %3lu", count->name,
				   riot_calls.texts[i].name, count->calls[i].made,
				   count->calls[i].failed);
}

static const struct encase_rule rules[] = { ENCASE_ON_ANY(on_any), ENCASE_END };

const struct encase_layer riot_count = {
	.name = "count",
	.rules = rules,
	.start = start,
	.stop = free,
	.end = end,
};
