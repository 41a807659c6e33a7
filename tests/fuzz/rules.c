/* SPDX-License-Identifier: MIT */
/*
 * Fuzzer of rules: operations on a tree of cages, held against a model; see rules.h.
 *
 * Who may do what, and what must come of it, is docs/forwarding.md, 8, and encase/cage.h.
 */
#include <string.h>

#include "rules.h"

#define OPERATIONS 40

struct world world;

/* -- Layers --------------------------------------------------------------- */

/* Options say what comes of it: 'f' it fails, 'p' with a positive number, 'b' it pushes itself. */
static int start(void **state, const char *options)
{
	struct push *push = &world.push[world.npushes];
	unsigned layer = (unsigned) (options[1] - '0');

	if (options[0] == 'f')
		return -EACCES;
	if (options[0] == 'p')
		return 1;
	if (options[0] == 'b') {
		struct encase_cage *cage = world.starting->cage;

		FUZZ_CHECK(encase_push(cage, &world.layer[layer], options) != 0 &&
				   encase_pop(cage, &world.layer[layer]) == -EBUSY &&
				   encase_end(cage, 0) == -EBUSY,
			   "a start() changes the cage's stack");
	}
	*push = (struct push){ .layer = layer, .started = 1 };
	*state = push;
	world.npushes++;
	return 0;
}

static void stop(void *state)
{
	struct push *push = state;

	FUZZ_CHECK(__atomic_add_fetch(&push->stopped, 1, __ATOMIC_ACQ_REL) == 1,
		   "a layer is stopped twice");
}

static void child(void *state, struct encase_cage *cage)
{
	struct push *push = state;

	(void) cage;
	push->told++;
}

static void end(void *state, struct encase_cage *cage, int status)
{
	struct push *push = state;

	(void) cage;
	(void) status;
	push->end++;
}

/* -- Operations ----------------------------------------------------------- */

static bool descends(const struct model *model, const struct model *from)
{
	while (model->parent >= 0) {
		model = &world.model[model->parent];
		if (model == from)
			return true;
	}
	return false;
}

/* Whether the running handler, if there is one, may do that. */
static bool may(const struct model *model, bool on_caller)
{
	if (!world.handler)
		return true;
	return descends(model, world.caller) || (model == world.caller && on_caller);
}

static struct model *any_cage(void)
{
	struct model *model = &world.model[random_below(&world.random, CAGES)];

	return model->cage ? model : &world.model[0];
}

static void push(struct model *model)
{
	unsigned layer = (unsigned) random_below(&world.random, LAYERS);
	uint64_t dice = random_below(&world.random, 100);
	char options[3] = { dice < 84 ? 'g' : dice < 90 ? 'f' : dice < 94 ? 'p' : 'b' };
	int rc;

	options[1] = (char) ('0' + layer);
	if (model->npushes == STACK || world.npushes == PUSHES)
		return;
	world.starting = model;
	rc = encase_push(model->cage, &world.layer[layer], options);
	if (!may(model, false)) {
		FUZZ_CHECK(rc == -EPERM, "a handler's push says %d", rc);
		return;
	}
	FUZZ_CHECK(rc == 0 || rc == -EINVAL || rc == -EEXIST || (rc == -ESRCH && model->ended) ||
			   (rc == -EACCES && options[0] == 'f'),
		   "a push says %d", rc);
	if (rc)
		return;
	FUZZ_CHECK(!model->ended && options[0] != 'f' && options[0] != 'p', "a push is taken");
	FUZZ_CHECK(!layer_is_bad(&world.layer[layer]), "a layer that cannot be is taken");
	model->push[model->npushes] = &world.push[world.npushes - 1];
	model->push[model->npushes++]->cages = 1;
}

static unsigned find_push(const struct model *model, unsigned layer)
{
	unsigned i = model->npushes;

	if (world.handler && model == world.caller) {
		while (i && model->push[i - 1] != world.handler)
			i--;
		return i;
	}
	while (i && model->push[i - 1]->layer != layer)
		i--;
	return i;
}

static void pop(struct model *model)
{
	unsigned layer = (unsigned) random_below(&world.random, LAYERS), at;
	int rc;

	if (world.handler && random_chance(&world.random, 70)) {
		model = world.caller;
		layer = world.handler->layer;
	}
	at = find_push(model, layer);
	rc = encase_pop(model->cage, &world.layer[layer]);
	if (!may(model, world.handler && world.handler->layer == layer)) {
		FUZZ_CHECK(rc == -EPERM, "a handler's pop says %d", rc);
		return;
	}
	FUZZ_CHECK(rc == (at ? 0 : -ENOENT), "a pop says %d", rc);
	if (!at)
		return;
	model->push[at - 1]->cages--;
	model->npushes--;
	memmove(&model->push[at - 1], &model->push[at], (model->npushes - at + 1) * sizeof(void *));
}

/* All pushes of a cage are told of its end, once each, and leave it. */
static void forget(struct model *model, bool told, const int *ends)
{
	for (unsigned i = 0; i < model->npushes; i++) {
		FUZZ_CHECK(model->push[i]->end == ends[i] + told,
			   "a layer hears of an end %d times", model->push[i]->end - ends[i]);
		model->push[i]->cages--;
	}
	model->npushes = 0;
	model->ended = true;
}

static void note_ends(const struct model *model, int *ends)
{
	for (unsigned i = 0; i < model->npushes; i++)
		ends[i] = model->push[i]->end;
}

static void end_cage(struct model *model)
{
	int ends[STACK], rc;

	note_ends(model, ends);
	rc = encase_end(model->cage, 5);
	if (!may(model, true)) {
		FUZZ_CHECK(rc == -EPERM, "a handler's end says %d", rc);
		return;
	}
	FUZZ_CHECK(rc == (model->ended ? -ESRCH : 0), "an end says %d", rc);
	if (!rc)
		forget(model, true, ends);
}

static void free_cage(struct model *model)
{
	bool busy = model->inside;
	int ends[STACK], rc;

	for (unsigned i = 0; i < CAGES; i++)
		if (world.model[i].cage && world.model[i].parent == model - world.model)
			busy = true;
	note_ends(model, ends);
	rc = encase_cage_free(model->cage);
	FUZZ_CHECK(rc == (busy ? -EBUSY : 0), "to free a cage says %d", rc);
	if (rc)
		return;
	forget(model, !model->ended, ends);
	model->cage = NULL;
}

static void new_cage(struct model *parent)
{
	static const struct encase_interface *some[2], *all[4];
	struct encase_setup setup = { .interfaces = all, .lower = &rules_lower };
	bool few = parent && random_chance(&world.random, 20);
	struct model *model = world.model;
	int told[STACK], rc;

	while (model < world.model + CAGES && model->cage)
		model++;
	if (model == world.model + CAGES)
		return;
	some[0] = all[0] = &world.table[0].interface;
	all[1] = &world.table[1].interface;
	all[2] = &encase_calls;
	if (parent) {
		setup.parent = parent->cage;
		setup.interfaces = few ? some : NULL;
		for (unsigned i = 0; i < parent->npushes; i++)
			told[i] = parent->push[i]->told;
	}
	if (random_chance(&world.random, 20))
		setup.refuse = EACCES;
	rc = encase_cage_new(&setup, &model->cage);
	FUZZ_CHECK(rc == 0 || (parent && rc == -ESRCH && parent->ended) || (few && rc == -EINVAL),
		   "a new cage says %d", rc);
	if (rc)
		return;
	*model = (struct model){ .cage = model->cage, .parent = -1, .refuse = setup.refuse };
	if (!parent)
		return;
	model->parent = (int) (parent - world.model);
	model->npushes = parent->npushes;
	for (unsigned i = 0; i < parent->npushes; i++) {
		model->push[i] = parent->push[i];
		FUZZ_CHECK(++model->push[i]->cages && model->push[i]->told == told[i] + 1,
			   "a layer hears of a child %d times", model->push[i]->told - told[i]);
	}
}

static void ask(struct model *model)
{
	unsigned layer = (unsigned) random_below(&world.random, LAYERS), i = model->npushes;
	void *state = encase_state(model->cage, &world.layer[layer]);

	while (i && model->push[i - 1]->layer != layer)
		i--;
	FUZZ_CHECK(state == (i ? model->push[i - 1] : NULL), "encase_state() is another push's");
	if (model->inside)
		FUZZ_CHECK(model->inside < 2 || encase_drain(model->cage) == -EDEADLK ||
				   !world.handler,
			   "a handler drains its own cage");
}

void operate(void)
{
	struct model *model = any_cage();
	uint64_t dice = random_below(&world.random, 100);

	if (dice < 30)
		push(model);
	else if (dice < 45)
		pop(model);
	else if (dice < 48)
		end_cage(model);
	else if (dice < 52 && model != world.model)
		free_cage(model);
	else if (dice < 60)
		new_cage(model);
	else if (dice < 66)
		ask(model);
	else
		call_make(model);
}

/* With no call in flight what has left all cages has stopped, and nothing else has. */
static void check_stops(void)
{
	for (unsigned i = 0; i < CAGES; i++)
		if (world.model[i].cage)
			FUZZ_CHECK(!encase_drain(world.model[i].cage), "a cage cannot be drained");
	for (unsigned i = 0; i < world.npushes; i++)
		FUZZ_CHECK(__atomic_load_n(&world.push[i].stopped, __ATOMIC_ACQUIRE) ==
				   !world.push[i].cages,
			   "push %u: on %d cages, stopped %d times", i, world.push[i].cages,
			   world.push[i].stopped);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	memset(&world, 0, sizeof(world));
	world.random = fuzz_front(data, size);
	tables_make();
	for (unsigned i = 0; i < LAYERS; i++) {
		layer_make(i);
		world.layer[i].start = start;
		world.layer[i].stop = stop;
		world.layer[i].child = child;
		world.layer[i].end = end;
	}
	new_cage(NULL);
	for (unsigned i = 0; i < OPERATIONS; i++) {
		operate();
		check_stops();
	}
	/* Children have higher places than their parents only mostly: until all have gone. */
	for (unsigned left = 1; left;) {
		left = 0;
		for (unsigned i = CAGES; i--;)
			if (world.model[i].cage)
				free_cage(&world.model[i]);
		for (unsigned i = 0; i < CAGES; i++)
			left += world.model[i].cage != NULL;
	}
	check_stops();
	return 0;
}
