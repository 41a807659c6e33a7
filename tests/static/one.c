/* SPDX-License-Identifier: MIT */
/* A layer that passes by all that it can, and has a verdict before a handler. */
#define LAYER 1
#include "handlers.h"

static const struct encase_rule one_rules[] = {
	ENCASE_FAIL_IN(trial, close, EROFS, .port = ENCASE_IS(3)),
	ENCASE_RETURN_IN(trial, send, 4, .port = ENCASE_IS(4)),
	ENCASE_ON_IN(trial, close, on_close),
	ENCASE_ON_IN(trial, receive, on_receive, ENCASE_PASS_POINTERS),
	ENCASE_ON_IN(trial, find, on_find, ENCASE_PASS_POINTERS),
	ENCASE_ON_IN(trial, wait, on_wait, .left = ENCASE_PASS),
	ENCASE_ON_IN(trial, gather, on_gather, .iov = ENCASE_PASS),
	ENCASE_ON_IN(trial, name, on_name, .text = ENCASE_PASS, .len = ENCASE_PASS),
	ENCASE_ON_IN(trial, count, on_count),
	ENCASE_ON_IN(trial, peek, on_peek),
	ENCASE_ON_IN(trial, open, on_open, ENCASE_PASS_POINTERS),
	ENCASE_ON_IN(trial, scale, on_scale),
	ENCASE_ON_IN(trial, sort, on_sort, ENCASE_PASS_POINTERS),
	ENCASE_ON_IN(trial, stop, on_stop),
	ENCASE_ON_IN(trial, tell, on_tell, .left = ENCASE_PASS),
	ENCASE_ON_IN(trial, control, on_control, ENCASE_PASS_POINTERS),
	ENCASE_END,
};
static const struct encase_layer one = { .name = "one", .rules = one_rules, .start = start };
