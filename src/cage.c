/* SPDX-License-Identifier: MIT */
/* Making cages, pushing layers onto them, freeing them; see cage.h. */
#include "cage.h"

#include <stdlib.h>

#include "encase/tape.h"
#include "frame.h"

static const struct encase_interface *const linux_alone[] = { &encase_calls, NULL };

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

static void release(struct encase_cage *cage)
{
	if (cage->free_entries)
		cage->free_entries(cage->entries);
	for (size_t i = 0; i < cage->nold; i++)
		free(cage->old[i]);
	for (size_t i = 0; i < cage->plan.npushes; i++)
		free(cage->pushes[i]);
	free(cage->old);
	free(cage->pushes);
	free(cage->stack);
	free(cage->plan.bound);
	free(cage->interfaces);
	free(cage);
}

static int set_up(struct encase_cage *cage, const struct encase_setup *setup)
{
	int err = copy_interfaces(cage, setup->interfaces ? setup->interfaces : linux_alone);

	if (!err)
		err = bind_calls(cage);
	if (err)
		return err;
	cage->stack = enc_stack_build(&cage->plan);
	return cage->stack ? 0 : -ENOMEM;
}

/* Whether all is there that a first call would miss. */
static bool is_complete(const struct encase_setup *setup)
{
	if (!setup || !setup->lower || !setup->lower->call)
		return false;
	if (setup->memory == &encase_memory_arena && !setup->space)
		return false;
	if (setup->lower == &encase_lower_functions || setup->lower == &encase_lower_tape)
		return setup->below;
	return true;
}

int encase_cage_new(const struct encase_setup *setup, struct encase_cage **made)
{
	struct encase_cage *cage;
	int err;

	if (!is_complete(setup))
		return -EINVAL;
	cage = calloc(1, sizeof(*cage));
	if (!cage)
		return -ENOMEM;
	cage->plan = (struct enc_plan){
		.cage = cage,
		.home = { setup->memory ? setup->memory : &encase_memory_host,
			  (void *) setup->space },
		.meter = &cage->meter,
		.lower = setup->lower,
		.below = (void *) setup->below,
	};
	err = set_up(cage, setup);
	if (err)
		release(cage);
	else
		*made = cage;
	return err;
}

int encase_cage_free(struct encase_cage *cage)
{
	if (!cage)
		return 0;
	if (cage->busy || enc_frame_in(cage))
		return -EBUSY;
	cage->busy = true;
	for (size_t i = cage->plan.npushes; i; i--) {
		const struct enc_push *push = cage->pushes[i - 1];

		if (push->layer->stop)
			push->layer->stop(push->state);
	}
	enc_traffic_forget(&cage->meter);
	release(cage);
	return 0;
}

/* Room for one more push and one more replaced stack. */
static int make_room(struct encase_cage *cage)
{
	void *pushes = realloc(cage->pushes, (cage->plan.npushes + 1) * sizeof(*cage->pushes));
	void *old;

	if (!pushes)
		return -ENOMEM;
	cage->pushes = pushes;
	cage->plan.pushes = pushes;
	old = realloc(cage->old, (cage->nold + 1) * sizeof(*cage->old));
	if (!old)
		return -ENOMEM;
	cage->old = old;
	return 0;
}

/* The stack with one more push, which start() then gives its state. */
static int push_layer(struct encase_cage *cage, struct enc_push *push, const char *options)
{
	struct enc_plan plan = cage->plan;
	struct enc_stack *stack;
	int err = 0;

	cage->pushes[plan.npushes++] = push;
	stack = enc_stack_build(&plan);
	if (!stack)
		return -ENOMEM;
	cage->busy = true;
	if (push->layer->start)
		err = push->layer->start(&push->state, options);
	cage->busy = false;
	if (err) {
		free(stack);
		return err < 0 ? err : -EINVAL;
	}
	cage->plan = plan;
	cage->old[cage->nold++] = cage->stack;
	__atomic_store_n(&cage->stack, stack, __ATOMIC_RELEASE);
	return 0;
}

int encase_push(struct encase_cage *cage, const struct encase_layer *layer, const char *options)
{
	struct enc_push *push;
	int err = cage && layer ? enc_stack_check(&cage->plan, layer) : -EINVAL;

	if (err)
		return err;
	if (cage->busy)
		return -EBUSY;
	if (cage->plan.npushes == ENC_LAYERS_MAX)
		return -ENOSPC;
	err = make_room(cage);
	if (err)
		return err;
	push = calloc(1, sizeof(*push));
	if (!push)
		return -ENOMEM;
	push->layer = layer;
	err = push_layer(cage, push, options);
	if (err)
		free(push);
	return err;
}

void *encase_state(const struct encase_cage *cage, const struct encase_layer *layer)
{
	for (size_t i = cage->plan.npushes; i; i--)
		if (cage->pushes[i - 1]->layer == layer)
			return cage->pushes[i - 1]->state;
	return NULL;
}

struct encase_traffic encase_traffic(const struct encase_cage *cage)
{
	return enc_traffic_read(&cage->meter);
}
