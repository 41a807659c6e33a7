/* SPDX-License-Identifier: MIT */
/* A layer that passes by in all ways that there are, and fails what it has no handler for. */
#define LAYER 3
#include "handlers.h"

static const struct encase_rule three_rules[] = {
	ENCASE_ON_IN(trial, send, on_send, .data = ENCASE_PASS),
	ENCASE_ON_IN(trial, receive, on_receive, .data = ENCASE_PASS | ENCASE_ONCE),
	ENCASE_ON_IN(trial, find, on_find, .name = ENCASE_PASS | ENCASE_REPLACE),
	ENCASE_ON_IN(trial, wait, on_wait, .left = ENCASE_PASS | ENCASE_ONCE | ENCASE_REPLACE),
	ENCASE_ON_IN(trial, sort, on_sort, .ranks = ENCASE_PASS | ENCASE_REPLACE),
	ENCASE_ON_IN(trial, gather, on_gather, .iov = ENCASE_PASS),
	ENCASE_ON_IN(trial, name, on_name, .text = ENCASE_PASS),
	ENCASE_ON_IN(trial, count, on_count),
	ENCASE_ON_IN(trial, control, on_control, .arg = ENCASE_PASS | ENCASE_REPLACE),
	ENCASE_ON_IN(trial, tell, on_tell, .name = ENCASE_PASS),
	ENCASE_FAIL_GROUP_IN(trial, odd, EDOM),
	ENCASE_END,
};
static const struct encase_layer three = { .name = "three", .rules = three_rules, .start = start };
