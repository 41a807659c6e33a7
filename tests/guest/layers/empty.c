/* SPDX-License-Identifier: MIT */
/* A layer that all calls go through, and that does nothing about any. */
#include <encase.h>
#include <encase/plugin.h>

static long on_any(struct encase_call *call)
{
	return encase_forward(call);
}

static const struct encase_rule rules[] = { ENCASE_ON_ANY(on_any), ENCASE_END };
static const struct encase_layer empty = { .name = "empty", .rules = rules };

ENCASE_PLUGIN(empty);
