/* SPDX-License-Identifier: MIT */
/*
 * Life: how a cage's stack changes, from its first layer to its end.
 *
 * Everything that can fail is done before the stack is swapped; what it was then
 * retires, with the push that was taken out of it.
 */
#include <stdlib.h>
#include <string.h>

#include "cage.h"
#include "frame.h"
#include "loan.h"
#include "retire.h"
#include "thread.h"

/* The cage's stack is another one from now on; r gets the old one, and is to retire: who drains waits for it. */
static void exchange(struct encase_cage *cage, struct enc_stack *stack, struct enc_retired *r)
{
	r->stack = cage->stack;
	__atomic_store_n(&cage->stack, stack, __ATOMIC_RELEASE);
	__atomic_add_fetch(&cage->retiring, 1, __ATOMIC_RELAXED);
}

static void swap(struct encase_cage *cage, struct enc_stack *stack, struct enc_retired *r)
{
	exchange(cage, stack, r);
	enc_retire(r, cage, &cage->retiring);
}

/* The stack of a plan that differs from the cage's by one push; now and then from scratch. */
static struct enc_stack *build(const struct encase_cage *cage, const struct enc_plan *plan,
			       const struct enc_push *fresh, const struct enc_push *gone)
{
	struct enc_plan change = *plan;

	change.gone = gone;
	if (cage->stack->depth < ENC_DEPTH_MAX) {
		change.before = cage->stack;
		change.fresh = fresh;
	}
	return enc_stack_build(&change);
}

/* -- Push ------------------------------------------------------------------ */

/* Room for one more push. */
static int make_room(struct encase_cage *cage)
{
	void *pushes = realloc(cage->pushes, (cage->plan.npushes + 1) * sizeof(*cage->pushes));

	if (!pushes)
		return -ENOMEM;
	cage->pushes = pushes;
	cage->plan.pushes = pushes;
	return 0;
}

/* All that a push needs: the new stack, whose push start() then gives its state. */
static int push_layer(struct encase_cage *cage, struct enc_push *push, struct enc_retired *r,
		      const char *options)
{
	struct enc_plan plan = cage->plan;
	struct enc_stack *stack;
	int err = 0;

	cage->pushes[plan.npushes++] = push;
	stack = build(cage, &plan, push, NULL);
	if (!stack)
		return -ENOMEM;
	if (push->layer->start)
		err = push->layer->start(&push->state, options);
	if (err) {
		free(stack);
		return err < 0 ? err : -EINVAL;
	}
	cage->plan = plan;
	swap(cage, stack, r);
	return 0;
}

static int push_locked(struct encase_cage *cage, const struct encase_layer *layer,
		       const char *options)
{
	struct enc_push *push;
	struct enc_retired *r;
	bool lent;
	int err = enc_stack_check(&cage->plan, layer);

	if (err)
		return err;
	if (cage->plan.ended)
		return -ESRCH;
	if (cage->plan.npushes == ENC_LAYERS_MAX)
		return -ENOSPC;
	err = make_room(cage);
	if (err)
		return err;
	push = calloc(1, sizeof(*push));
	r = enc_retired_new(0);
	err = -ENOMEM;
	lent = enc_loan_take(layer); /* from now on it is not unloaded */
	if (push && r) {
		push->layer = layer;
		push->lent = lent;
		push->refs = 1;
		err = push_layer(cage, push, r, options);
	}
	if (err) {
		if (lent)
			enc_loan_give_back(layer);
		free(push);
		free(r);
	}
	return err;
}

int encase_push(struct encase_cage *cage, const struct encase_layer *layer, const char *options)
{
	int err;

	if (!cage || !layer)
		return -EINVAL;
	enc_retire_collect(NULL);
	if (!enc_cage_may_change(cage, false))
		return -EPERM;
	err = enc_cage_lock(cage);
	if (err)
		return err;
	err = push_locked(cage, layer, options);
	enc_cage_unlock(cage);
	return err;
}

/* -- Pop ------------------------------------------------------------------- */

/* Where the newest push of a layer stands, counted from 1; 0: nowhere. */
static size_t find(const struct encase_cage *cage, const struct encase_layer *layer)
{
	size_t i = cage->plan.npushes;

	while (i && cage->pushes[i - 1]->layer != layer)
		i--;
	return i;
}

/* The same for a pop: of its own layer a handler takes off its caller the very push that it runs for. */
static size_t find_own(const struct encase_cage *cage, const struct encase_layer *layer)
{
	const struct encase_call *call = enc_frame_of_handler();
	size_t i = cage->plan.npushes;

	if (!call || call->flight->stack->cage != cage)
		return find(cage, layer);
	while (i && cage->pushes[i - 1] != call->step->push)
		i--;
	return i;
}

static int pop_locked(struct encase_cage *cage, const struct encase_layer *layer)
{
	size_t at = find_own(cage, layer), n = cage->plan.npushes;
	struct enc_push *push;
	struct enc_stack *stack;
	struct enc_retired *r;

	if (!at)
		return -ENOENT;
	r = enc_retired_new(1);
	if (!r)
		return -ENOMEM;
	push = cage->pushes[at - 1];
	stack = build(cage, &cage->plan, NULL, push);
	if (!stack) {
		free(r);
		return -ENOMEM;
	}
	memmove(&cage->pushes[at - 1], &cage->pushes[at], (n - at) * sizeof(*cage->pushes));
	cage->plan.npushes--;
	r->pushes[r->npushes++] = push;
	swap(cage, stack, r);
	return 0;
}

int encase_pop(struct encase_cage *cage, const struct encase_layer *layer)
{
	int err;

	if (!cage || !layer)
		return -EINVAL;
	enc_retire_collect(NULL);
	if (!enc_cage_may_change(cage, enc_frame_is_of(layer)))
		return -EPERM;
	err = enc_cage_lock(cage);
	if (err)
		return err;
	err = pop_locked(cage, layer);
	enc_cage_unlock(cage);
	return err;
}

int encase_drain(struct encase_cage *cage)
{
	if (!cage)
		return -EINVAL;
	enc_thread_notice((uintptr_t) __builtin_dwarf_cfa());
	if (enc_wait_is_in(&enc_thread, cage) || enc_retire_stops(cage))
		return -EDEADLK;
	enc_retire_drain(cage, &cage->retiring);
	return 0;
}

void *encase_state(const struct encase_cage *cage, const struct encase_layer *layer)
{
	struct encase_cage *own = (struct encase_cage *) cage;
	bool held = enc_cage_hold(own);
	size_t at = find(cage, layer);
	void *state = at ? cage->pushes[at - 1]->state : NULL;

	enc_cage_let_go(own, held);
	return state;
}

int encase_sight(const struct encase_cage *cage, const struct encase_desc *desc)
{
	struct encase_cage *own = (struct encase_cage *) cage;
	bool held = enc_cage_hold(own);
	int sight = enc_stack_sight(cage->stack, desc);

	enc_cage_let_go(own, held);
	return sight;
}

/* -- End ------------------------------------------------------------------- */

static int end_locked(struct encase_cage *cage, int status, struct enc_retired **retired)
{
	struct enc_plan plan = cage->plan;
	struct enc_stack *stack;
	struct enc_retired *r;

	if (plan.ended)
		return -ESRCH;
	plan.ended = true;
	plan.npushes = 0;
	r = enc_retired_new(cage->plan.npushes);
	stack = enc_stack_build(&plan);
	if (!r || !stack) {
		free(r);
		free(stack);
		return -ENOMEM;
	}
	for (size_t i = cage->plan.npushes; i; i--)
		r->pushes[r->npushes++] = cage->pushes[i - 1];
	cage->plan.ended = true;
	enc_cage_tell_end(cage, status);
	cage->plan = plan;
	exchange(cage, stack, r);
	*retired = r;
	return 0;
}

/* Handles' objects are destroyed with no lock held, and before layers stop, whose they may be. */
int encase_end(struct encase_cage *cage, int status)
{
	struct enc_retired *r;
	int err;

	if (!cage)
		return -EINVAL;
	enc_retire_collect(NULL);
	if (!enc_cage_may_change(cage, true))
		return -EPERM;
	err = enc_cage_lock(cage);
	if (err)
		return err;
	err = end_locked(cage, status, &r);
	enc_cage_unlock(cage);
	if (err)
		return err;
	enc_cage_end_handles(cage);
	enc_retire(r, cage, &cage->retiring);
	return 0;
}
