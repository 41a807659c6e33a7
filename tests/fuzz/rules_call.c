/* SPDX-License-Identifier: MIT */
/*
 * Calls: what a cage's stack says of one, and what then happens.
 *
 * Handlers forward once; in wild calls they operate on cages before and after that, some
 * forward twice or not at all, and some calls are made through a gate inside another one.
 */
#include <string.h>

#include "rules.h"

/* What all pointers point to: a short string, a short length, a vector of nothing. */
static char bytes[1 << 15];

/* The running handler, found by its state; the one before is put back by leave(). */
struct before {
	struct push *handler;
	struct model *caller;
};

static struct before arrive(void)
{
	struct before before = { world.handler, world.caller };
	struct push *push = encase_self();

	FUZZ_CHECK(push >= world.push && push < world.push + world.npushes,
		   "encase_self() is no layer's state");
	FUZZ_CHECK(push->started == 1 && !__atomic_load_n(&push->stopped, __ATOMIC_ACQUIRE),
		   "a handler runs for a layer that has stopped");
	world.seen.handlers = true;
	world.handler = push;
	world.caller = NULL;
	for (unsigned i = 0; i < CAGES; i++)
		if (world.model[i].cage && world.model[i].cage == encase_caller())
			world.caller = &world.model[i];
	FUZZ_CHECK(world.caller, "encase_caller() is no cage");
	world.seen.events++;
	return before;
}

static void leave(struct before before)
{
	FUZZ_CHECK(encase_self() == world.handler, "encase_self() is not what it was");
	world.handler = before.handler;
	world.caller = before.caller;
}

/* Whether a wild handler forwards, after it has done something else. */
static bool goes_on(void)
{
	if (!world.seen.wild)
		return true;
	if (world.seen.events > 12)
		return false;
	while (random_chance(&world.random, 40))
		operate();
	return random_chance(&world.random, 85);
}

static long on_raw(struct encase_call *call)
{
	struct before before = arrive();
	const struct encase_desc *desc = encase_call_desc(call);
	long result = 7;

	if (!desc || encase_call_shape(call)->pointers)
		world.seen.pointers = true;
	if (goes_on())
		result = encase_forward(call);
	else
		world.seen.short_of = true;
	if (world.seen.wild && random_chance(&world.random, 20))
		operate();
	leave(before);
	if (desc && desc->result == ENCASE_OVERLAPS && encase_failed(call))
		return encase_fail(call, encase_failed(call));
	return result;
}

static encase_word on_natural(const struct encase_desc *desc, const encase_word *words)
{
	struct before before = arrive();
	encase_word own[ENCASE_MAX_ARGS] = { 0 }, result = 5;

	for (unsigned i = 0; i < desc->nargs; i++) {
		own[i] = words[i];
		if (desc->pointers >> i & 1 && words[i])
			world.seen.pointers = true;
	}
	if (goes_on())
		result = encase_next(desc, own);
	else
		world.seen.short_of = true;
	leave(before);
	return result;
}

/* For Linux's calls, whose arguments are six words at most; which call it is, it is not told. */
static long on_linux(long a, long b, long c, long d, long e, long f)
{
	struct before before = arrive();

	(void) (a + b + c + d + e + f);
	world.seen.short_of = true;
	leave(before);
	return 0;
}

encase_fn *handler_for(const struct encase_desc *desc, unsigned form)
{
	if (form == ENCASE_RAW)
		return (encase_fn *) on_raw;
	return desc && desc->interface == &encase_calls ? (encase_fn *) on_linux
							: (encase_fn *) on_natural;
}

/* -- The lower layer ------------------------------------------------------ */

static long lower_call(void *below, const void *bound, struct encase_call *call)
{
	(void) below;
	(void) bound;
	(void) call;
	FUZZ_CHECK(!encase_self() && encase_caller() == world.caller->cage,
		   "the lower layer is a handler, or another cage's");
	world.seen.lower = true;
	return 3;
}

const struct encase_lower rules_lower = { .name = "fuzz", .call = lower_call };

/* -- Calls ---------------------------------------------------------------- */

static void make_words(const struct encase_desc *desc, encase_word *words)
{
	memset(bytes, 0, sizeof(bytes));
	bytes[0] = 8;
	for (unsigned i = 0; i < desc->nargs; i++) {
		words[i] = random_below(&world.random, 4);
		if (desc->arg[i].kind == ENCASE_SIZE)
			words[i] = 3 + random_below(&world.random, 30);
		else if (desc->pointers >> i & 1)
			words[i] = random_chance(&world.random, 10) ? 0 : (uintptr_t) bytes;
	}
}

static void check_sight(const struct model *model, int sight, bool varies)
{
	const struct seen *seen = &world.seen;

	if (model->ended)
		FUZZ_CHECK(!seen->handlers && !seen->lower, "a call of a cage that has ended");
	if (sight < ENCASE_SEES_SCALARS)
		FUZZ_CHECK(!seen->handlers, "sight %d, and a handler ran", sight);
	if (sight < ENCASE_SEES_POINTERS)
		FUZZ_CHECK(!seen->pointers, "sight %d, and a pointer was seen", sight);
	if (sight == ENCASE_SEES_NOTHING && !model->refuse && !model->ended)
		FUZZ_CHECK(seen->lower, "nothing looks at a call, and it does not go down");
	if (sight == ENCASE_SEES_NOTHING && model->refuse)
		FUZZ_CHECK(!seen->lower, "a call is to be refused, and goes down");
	if (seen->lower && !varies)
		FUZZ_CHECK(seen->handlers == (sight >= ENCASE_SEES_SCALARS),
			   "sight %d, and handlers %s", sight, seen->handlers ? "ran" : "did not");
}

/* In wild calls the stack may change on the way: then its sight says nothing. */
void call_make(struct model *model)
{
	struct seen before = world.seen;
	struct before handler = { world.handler, world.caller };
	const struct encase_desc *desc = call_any();
	encase_word words[ENCASE_MAX_ARGS] = { 0 }, result;
	int sight = encase_sight(model->cage, desc);

	if (before.depth >= 3)
		return;
	make_words(desc, words);
	world.seen = (struct seen){ .wild = before.wild || random_chance(&world.random, 40),
				    .events = before.events,
				    .depth = before.depth + 1 };
	world.handler = NULL;
	world.caller = model;
	model->inside++;
	if (desc->result == ENCASE_OVERLAPS)
		(void) encase_enter_checked(model->cage, desc, words, &result);
	else
		(void) encase_enter(model->cage, desc, words);
	model->inside--;
	FUZZ_CHECK(sight != -ENOSYS || !(world.seen.handlers || world.seen.lower),
		   "a call that is not spoken goes down");
	if (!world.seen.wild && sight >= 0)
		check_sight(model, sight, encase_text(desc)->shape);
	before.events = world.seen.events;
	world.seen = before;
	world.handler = handler.handler;
	world.caller = handler.caller;
}
