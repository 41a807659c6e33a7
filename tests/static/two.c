/* SPDX-License-Identifier: MIT */
/* A layer that copies. */
#define LAYER 2
#include "handlers.h"

static const struct encase_rule two_rules[] = {
	ENCASE_ON_IN(trial, send, on_send),
	ENCASE_ON_IN(trial, receive, on_receive),
	ENCASE_ON_IN(trial, find, on_find),
	ENCASE_ON_IN(trial, wait, on_wait),
	ENCASE_ON_IN(trial, gather, on_gather),
	ENCASE_ON_IN(trial, name, on_name),
	ENCASE_RETURN_IN(trial, count, 99, .pin = ENCASE_HAS(0x80)),
	ENCASE_FAIL_IN(trial, peek, EACCES, .where = ENCASE_IS(2)),
	ENCASE_ON_IN(trial, open, on_open, .mode = ENCASE_NULLIFY),
	ENCASE_RETURN_IN(trial, stop, 7),
	ENCASE_ON_IN(trial, sort, on_sort),
	ENCASE_ON_IN(trial, tell, on_tell),
	ENCASE_ON_IN(trial, control, on_control),
	ENCASE_END,
};
static const struct encase_layer two = { .name = "two", .rules = two_rules, .start = start };
