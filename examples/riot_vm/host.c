/* SPDX-License-Identifier: MIT */
/* Machines on a board: making them, running them, their things; see host.h. */
#include "host.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"

int host_says(long result)
{
	if (result >= 0)
		return 0;
	errno = (int) -result;
	return -1;
}

/* -- Things ------------------------------------------------------------------- */

static void forget(void *object)
{
	struct thing *thing = object;

	thing->type = NULL;
}

/* From the table: each handle's type, and that of the handle above it. */
#define FIRST_OF(first, ...) first
#define HANDLE(h, bits, ...)                                                 \
	const struct encase_handle_type type_##h = {                         \
		#h, FIRST_OF(__VA_OPT__(TYPE(__VA_ARGS__), ) NULL, ), forget \
	};
#define TYPE(h)   TYPE_1(h)
#define TYPE_1(h) &type_##h
#include <encase/record_entries.h>

int host_handles_new(struct encase_handles **handles)
{
	/*
	 * 16 bits, of which 7 are a place: each has 511 rounds.  Then they begin again, since a
	 * machine that runs for years needs handles to the end; what it has kept for so
	 * long may be good again, but never another machine's.
	 */
	static const struct encase_handles_setup setup = { .places = HOST_THINGS * HOST_MACHINES,
							   .bits = 16,
							   .again = 1 };

	return encase_handles_new(&setup, handles);
}

/* What is not on the list the machine cannot have. */
static void grant(struct host *host)
{
	struct encase_grant *to = host->grants;
	const unsigned saul = host->setup.saul, vfs = host->setup.vfs;
	const struct encase_grant all[] = {
		{ &type_saul, saul },        { &type_saul_iter, saul }, { &type_dir, vfs },
		{ &type_file, vfs },         { &type_dir_iter, vfs },   { &type_event, MAY_READ },
		{ &type_message, MAY_READ },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].rights)
			*to++ = all[i];
	*to = (struct encase_grant){ NULL, 0 };
}

static bool is_a(const struct encase_handle_type *type, const struct encase_handle_type *wanted)
{
	while (type && type != wanted)
		type = type->super;
	return type;
}

static uint32_t rights_to(const struct host *host, const struct encase_handle_type *type)
{
	const struct encase_grant *g = host->grants;

	while (g->type && !is_a(type, g->type))
		g++;
	return g->rights;
}

struct thing *host_give(const struct encase_handle_type *type, encase_word *handle)
{
	struct host *host = host_of_call();
	struct thing *thing = host->things;

	while (thing < host->things + HOST_THINGS && thing->type)
		thing++;
	if (thing == host->things + HOST_THINGS) {
		errno = EMFILE;
		return NULL;
	}
	memset(&thing->as, 0, sizeof(thing->as));
	thing->type = type;
	if (!host_says(encase_handle_new(host->cage, type, thing, rights_to(host, type), handle)))
		return thing;
	thing->type = NULL;
	return NULL;
}

struct thing *host_use(encase_word handle, const struct encase_handle_type *type, unsigned rights,
		       struct encase_use *use)
{
	return host_says(encase_handle_get(host_of_call()->cage, handle, type, rights, use))
		       ? NULL
		       : use->object;
}

/* -- Time --------------------------------------------------------------------- */

uint64_t host_now(const struct host *host)
{
	return host->vm.steps + host->slept;
}

static bool is_due(const struct host *host, const struct thing *thing)
{
	const struct timer *timer = &thing->as.timer;

	return thing->type == &type_timer && timer->calls_back && !timer->called &&
	       timer->due <= host_now(host);
}

/* Once for each that is there now: a call back may set others, whose turn is the next time. */
void host_call_back(struct host *host)
{
	for (struct thing *thing = host->things; thing < host->things + HOST_THINGS; thing++) {
		struct timer *timer = &thing->as.timer;

		if (host->vm.end || host->vm.called_back || !is_due(host, thing))
			continue;
		timer->called = true;
		vm_call_back(&host->vm, timer->code, timer->argument, HOST_CB_STEPS);
	}
}

/* -- Machines ----------------------------------------------------------------- */

/* A call, which may be one inside another: in a call back, while the machine waits. */
static int trap(struct vm *vm, uint16_t number)
{
	struct host *host = (struct host *) (void *) ((char *) vm - offsetof(struct host, vm));

	return calls_enter(host->cage, number, vm->r);
}

static int make_cage(struct host *host, struct encase_handles *handles)
{
	static const struct encase_interface *const speaks[] = { &riot_calls, NULL };
	const struct encase_setup setup = { .interfaces = speaks,
					    .memory = &encase_memory_arena,
					    .space = &host->arena,
					    .lower = &encase_lower_functions,
					    .below = calls_functions,
					    .self = host };
	int err = encase_cage_new(&setup, &host->cage);

	if (err)
		return err;
	grant(host);
	return encase_handles_join(handles, host->cage, HOST_THINGS, host->grants);
}

int host_new(struct host *host, const struct host_setup *setup, struct board *board,
	     struct encase_handles *handles)
{
	int err;

	*host = (struct host){ .setup = *setup, .board = board };
	host->root = tree_find(board->tree.nodes, setup->root, strlen(setup->root));
	if (!host->root || !host->root->is_dir)
		return -ENOENT;
	host->vm.memory = calloc(1, setup->memory);
	if (!host->vm.memory)
		return -ENOMEM;
	host->vm.size = setup->memory;
	host->vm.most = setup->steps;
	host->vm.trap = trap;
	host->arena = (struct encase_arena){ host->vm.memory, host->vm.size };
	err = make_cage(host, handles);
	if (err)
		host_free(host);
	return err;
}

void host_free(struct host *host)
{
	(void) encase_cage_free(host->cage);
	free(host->vm.memory);
	host->cage = NULL;
	host->vm.memory = NULL;
}

bool host_run(struct host *host, unsigned n)
{
	if (host->vm.end)
		return false;
	while (n-- && !host->vm.end) {
		host_call_back(host);
		(void) vm_step(&host->vm);
	}
	if (!host->vm.end)
		return true;
	(void) encase_end(host->cage, host->vm.status);
	return false;
}
