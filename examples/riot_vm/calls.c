/* SPDX-License-Identifier: MIT */
/*
 * What receives the machines' calls: registers, slices, records and handles are looked at here, by
 * what encase makes of the table, before a layer or a function sees the call.
 */
#include "calls.h"

#include <encase/handle.h>

#include "host.h"

/* The table's implementation, as an interface. */
#define ENCASE_NAME "riot"
#include <encase/define.h>

/* Whether the machine was given a handle: of that kind, and it has it yet. */
static int valid(void *cage, encase_word handle, const struct encase_handle_type *type)
{
	struct encase_use use;
	int err = encase_handle_get(cage, handle, type, 0, &use);

	if (!err)
		encase_handle_put(&use);
	return err;
}

#define HANDLE(h, ...)                                       \
	static int valid_##h(void *cage, struct riot_##h it) \
	{                                                    \
		return valid(cage, it.bits, &type_##h);      \
	}
#include <encase/record_entries.h>

#include <encase/record_cage.h>

const struct encase_function *const calls_functions = riot_functions;

int calls_enter(struct encase_cage *cage, uint16_t number, uint16_t *registers)
{
	return riot_enter(cage, number, registers);
}
