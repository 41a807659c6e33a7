/* SPDX-License-Identifier: MIT */
/*
 * A bare layer that counts all calls, by number, in the memory of each process: entry 1023 counts unknown
 * ones.
 */
#include <encase.h>
#include <encase/plugin.h>

#define ENTRIES 1024
static uint64_t counts[ENTRIES];

static ENCASE_BARE_CODE long on_any(struct encase_bare *call)
{
	long number = call->number;

	if (number < 0 || number >= ENTRIES)
		number = ENTRIES - 1;
	__atomic_add_fetch(&counts[number], 1, __ATOMIC_RELAXED);
	return encase_bare_forward(call);
}

static const struct encase_rule rules[] = { ENCASE_ON_ANY(on_any), ENCASE_END };
static const struct encase_layer bare = { .name = "bare", .rules = rules };

ENCASE_PLUGIN(bare);
