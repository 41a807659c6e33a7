/* SPDX-License-Identifier: MIT */
/* Making cages, their tree, and freeing them; see cage.h. */
#include "cage.h"

#include <stdlib.h>

#include "encase/tape.h"
#include "frame.h"
#include "result.h"
#include "retire.h"
#include "thread.h"

static const struct encase_interface *const linux_alone[] = { &encase_calls, NULL };

/* Whose lock it is is told by the thread's own memory, which is the same in a child of a fork. */
bool enc_cage_hold(struct encase_cage *cage)
{
	if (__atomic_load_n(&cage->owner, __ATOMIC_RELAXED) == &enc_thread)
		return false;
	pthread_mutex_lock(&cage->lock);
	__atomic_store_n(&cage->owner, &enc_thread, __ATOMIC_RELAXED);
	return true;
}

void enc_cage_let_go(struct encase_cage *cage, bool held)
{
	if (!held)
		return;
	__atomic_store_n(&cage->owner, NULL, __ATOMIC_RELAXED);
	pthread_mutex_unlock(&cage->lock);
}

int enc_cage_lock(struct encase_cage *cage)
{
	return enc_retire_stops(cage) || !enc_cage_hold(cage) ? -EBUSY : 0;
}

void enc_cage_unlock(struct encase_cage *cage)
{
	enc_cage_let_go(cage, true);
}

bool enc_cage_may_change(const struct encase_cage *cage, bool own)
{
	const struct encase_call *call = enc_frame_of_handler();
	const struct encase_cage *caller = call ? call->flight->stack->cage : NULL;

	if (!call || (own && cage == caller))
		return true;
	for (cage = cage->parent; cage; cage = cage->parent)
		if (cage == caller)
			return true;
	return false;
}

/* -- Making ---------------------------------------------------------------- */

static int copy_interfaces(struct encase_cage *cage, const struct encase_interface *const *list)
{
	size_t n = 0;

	for (; list[n]; n++)
		for (size_t i = 0; i < n; i++)
			if (list[i] == list[n])
				return -EINVAL;
	cage->interfaces = calloc(n + 1, sizeof(*cage->interfaces));
	if (!cage->interfaces)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		cage->interfaces[i] = list[i];
	cage->plan.interfaces = cage->interfaces;
	cage->plan.ninterfaces = n;
	return 0;
}

/* One array per interface, behind the array of those. */
static int bind_calls(struct encase_cage *cage)
{
	struct enc_plan *plan = &cage->plan;
	size_t n = plan->ninterfaces, ncalls = 0;
	const void **next;

	if (!plan->lower->bind || !n)
		return 0;
	for (size_t i = 0; i < n; i++)
		ncalls += plan->interfaces[i]->ncalls;
	plan->bound = calloc(n + ncalls, sizeof(void *));
	if (!plan->bound)
		return -ENOMEM;
	next = (const void **) (plan->bound + n);
	for (size_t i = 0; i < n; i++) {
		plan->bound[i] = next;
		for (size_t c = 0; c < plan->interfaces[i]->ncalls; c++)
			*next++ = plan->lower->bind(plan->below, plan->interfaces[i]->calls[c]);
	}
	return 0;
}

/* The parent's layers, oldest first. */
static int inherit(struct encase_cage *cage, const struct encase_cage *parent)
{
	size_t n = parent->plan.npushes;

	cage->pushes = calloc(n + 1, sizeof(*cage->pushes));
	if (!cage->pushes)
		return -ENOMEM;
	cage->plan.pushes = cage->pushes;
	for (size_t i = 0; i < n; i++) {
		int err = enc_stack_check(&cage->plan, parent->pushes[i]->layer);

		if (err)
			return err;
		cage->pushes[i] = parent->pushes[i];
	}
	cage->plan.npushes = n;
	return 0;
}

static void release(struct encase_cage *cage)
{
	if (cage->share)
		cage->free_share(cage->share);
	if (cage->free_entries)
		cage->free_entries(cage->entries);
	free(cage->pushes);
	free(cage->stack);
	free(cage->plan.bound);
	free(cage->interfaces);
	pthread_mutex_destroy(&cage->lock);
	free(cage);
}

static int build(struct encase_cage *cage, const struct encase_setup *setup)
{
	int err = copy_interfaces(cage, setup->interfaces);

	if (!err)
		err = bind_calls(cage);
	if (!err && setup->parent)
		err = inherit(cage, setup->parent);
	if (err)
		return err;
	cage->stack = enc_stack_build(&cage->plan);
	return cage->stack ? 0 : -ENOMEM;
}

/* A cage of a complete setup whose parent, if any, is locked. */
static int make(const struct encase_setup *setup, struct encase_cage **made)
{
	struct encase_cage *cage = calloc(1, sizeof(*cage));
	int err;

	if (!cage)
		return -ENOMEM;
	err = -pthread_mutex_init(&cage->lock, NULL);
	if (err) {
		free(cage);
		return err;
	}
	cage->parent = setup->parent;
	cage->plan = (struct enc_plan){
		.cage = cage,
		.home = { setup->memory, (void *) setup->space },
		.meter = &cage->meter,
		.lower = setup->lower,
		.below = (void *) setup->below,
		.self = setup->self,
		.refuse = setup->refuse,
		.unknown = setup->unknown,
	};
	err = build(cage, setup);
	if (err)
		release(cage);
	else
		*made = cage;
	return err;
}

/* What is left out in a setup. */
static void complete(struct encase_setup *setup)
{
	const struct enc_plan *plan = setup->parent ? &setup->parent->plan : NULL;

	if (!setup->interfaces)
		setup->interfaces = plan ? plan->interfaces : linux_alone;
	if (!setup->memory) {
		setup->memory = plan ? plan->home.memory : &encase_memory_host;
		setup->space = plan ? plan->home.space : setup->space;
	}
	if (!setup->lower && plan) {
		setup->lower = plan->lower;
		setup->below = plan->below;
		setup->self = setup->self ? setup->self : plan->self;
	}
}

/* Whether each function of a list is one that can be called as it says. */
static bool are_functions(const struct encase_function *f)
{
	while (f && f->desc && f->fn &&
	       (f->form == ENCASE_NATURAL ||
		(f->form == ENCASE_VARIADIC && encase_text(f->desc)->variadic)))
		f++;
	return f && !f->desc;
}

/* Whether all is there that a first call would miss. */
static bool is_complete(const struct encase_setup *setup)
{
	if (!setup->lower || !setup->lower->call)
		return false;
	if (setup->refuse < 0 || setup->refuse > ENC_ERRNO_MAX)
		return false;
	if (!setup->memory->read || !setup->memory->write || !setup->memory->read_string)
		return false;
	if ((setup->memory == &encase_memory_arena || setup->memory == &encase_memory_process) &&
	    !setup->space)
		return false;
	if (setup->lower == &encase_lower_functions)
		return are_functions(setup->below);
	return setup->lower != &encase_lower_tape || setup->below;
}

/* The layers that a child has from its parent are told, which may not change it; from now on it counts. */
static void tell_child(struct encase_cage *cage)
{
	bool held = enc_cage_hold(cage);

	for (size_t i = cage->plan.npushes; i; i--) {
		struct enc_push *push = cage->pushes[i - 1];

		__atomic_add_fetch(&push->refs, 1, __ATOMIC_RELAXED);
		if (push->layer->child)
			push->layer->child(push->state, cage);
	}
	enc_cage_let_go(cage, held);
	__atomic_add_fetch(&cage->parent->children, 1, __ATOMIC_RELAXED);
}

int encase_cage_new(const struct encase_setup *given, struct encase_cage **made)
{
	struct encase_setup setup;
	int err;

	enc_retire_collect(NULL);
	if (!given || !made)
		return -EINVAL;
	setup = *given;
	err = setup.parent ? enc_cage_lock(setup.parent) : 0;
	if (err)
		return err;
	complete(&setup);
	if (!is_complete(&setup))
		err = -EINVAL;
	else if (setup.parent && setup.parent->plan.ended)
		err = -ESRCH;
	else
		err = make(&setup, made);
	if (!err && setup.parent)
		tell_child(*made);
	if (setup.parent)
		enc_cage_unlock(setup.parent);
	return err;
}

struct encase_cage *encase_parent(const struct encase_cage *cage)
{
	return cage->parent;
}

/* -- Freeing --------------------------------------------------------------- */

void enc_cage_tell_end(struct encase_cage *cage, int status)
{
	for (size_t i = cage->plan.npushes; i; i--) {
		const struct enc_push *push = cage->pushes[i - 1];

		if (push->layer->end)
			push->layer->end(push->state, cage, status);
	}
}

void enc_cage_tell_exec(struct encase_cage *cage)
{
	bool held = enc_cage_hold(cage);

	for (size_t i = cage->plan.npushes; i; i--) {
		const struct enc_push *push = cage->pushes[i - 1];

		if (push->layer->exec)
			push->layer->exec(push->state, cage);
	}
	enc_cage_let_go(cage, held);
}

void enc_cage_end_handles(struct encase_cage *cage)
{
	if (cage->share)
		cage->end_share(cage->share);
}

/* A stop() that runs on another thread may still look at the cage: it must not find it locked. */
int encase_cage_free(struct encase_cage *cage)
{
	int err = cage ? enc_cage_lock(cage) : 0;

	if (!cage || err)
		return err;
	enc_thread_notice((uintptr_t) __builtin_dwarf_cfa());
	if (__atomic_load_n(&cage->children, __ATOMIC_ACQUIRE) || enc_wait_busy(cage)) {
		enc_cage_unlock(cage);
		return -EBUSY;
	}
	if (!cage->plan.ended)
		enc_cage_tell_end(cage, 0);
	enc_cage_unlock(cage);
	enc_cage_end_handles(cage);
	enc_retire_drain(cage, &cage->retiring);
	for (size_t i = cage->plan.npushes; i; i--)
		enc_push_drop(cage->pushes[i - 1], cage);
	enc_traffic_forget(&cage->meter);
	if (cage->parent)
		__atomic_sub_fetch(&cage->parent->children, 1, __ATOMIC_RELEASE);
	release(cage);
	return 0;
}

struct encase_traffic encase_traffic(const struct encase_cage *cage)
{
	return enc_traffic_read(&cage->meter);
}
