/* SPDX-License-Identifier: MIT */
/*
 * Static: what stacks that the compiler resolves (encase/static.h) leave to run time.
 *
 * A call that is not all passed by is an entry of its thread's, with a frame of its own that is at
 * no thread's top: its handler forwards by functions that the compiler knows. Copies, verdicts and
 * what a forward may give are the router's.
 */
#include "encase/static_inside.h"

#include <stdlib.h>

#include "cage.h"
#include "desc.h"
#include "invoke.h"
#include "marshal.h"
#include "result.h"
#include "router.h"
#include "thread.h"

/* A layer that has started: a stack with nothing else on it. */
struct started {
	struct enc_push push;
	struct enc_stack *stack;
};

struct inside {
	struct encase_call call;
	struct enc_flight flight;
	struct encase_desc shape;           /* of calls that vary */
	encase_word words[ENCASE_MAX_ARGS]; /* as they arrived */
	struct enc_nested nested;           /* of an entry inside another */
	bool inner;                         /* it is one */
	int error;                          /* the caller's errno */
};
_Static_assert(sizeof(struct inside) <= sizeof(((struct encase_static_call *) 0)->inside),
	       "struct encase_static_call has no room for it");

static struct inside *inside(struct encase_static_call *call)
{
	return (struct inside *) (void *) call->inside;
}

/* -- Starting and stopping ------------------------------------------------- */

static int start(struct started *s, const struct enc_plan *plan, const char *options)
{
	int err = 0;

	s->stack = enc_stack_build(plan);
	if (!s->stack)
		return -ENOMEM;
	if (s->push.layer->start)
		err = s->push.layer->start(&s->push.state, options);
	if (err)
		free(s->stack);
	return err > 0 ? -EINVAL : err;
}

int encase_static_start(struct encase_static *layer, struct encase_cage *cage,
			const struct encase_layer *rules, const char *options)
{
	struct enc_push *push;
	struct enc_plan plan;
	struct started *s;
	int err;

	if (!layer || !cage || !rules || cage->plan.home.memory != &encase_memory_host)
		return -EINVAL;
	if (layer->inside)
		return -EBUSY;
	plan = (struct enc_plan){ .cage = cage,
				  .home = cage->plan.home,
				  .meter = &cage->meter,
				  .lower = &encase_lower_void,
				  .interfaces = cage->plan.interfaces,
				  .ninterfaces = cage->plan.ninterfaces,
				  .pushes = &push,
				  .npushes = 1 };
	err = enc_stack_check(&plan, rules);
	s = err ? NULL : calloc(1, sizeof(*s));
	if (!s)
		return err ? err : -ENOMEM;
	push = &s->push;
	push->layer = rules;
	err = start(s, &plan, options);
	if (err) {
		free(s);
		return err;
	}
	*layer = (struct encase_static){ s->push.state, cage, s };
	return 0;
}

void encase_static_stop(struct encase_static *layer)
{
	struct started *s = layer ? layer->inside : NULL;

	if (!s)
		return;
	if (s->push.layer->end)
		s->push.layer->end(s->push.state, layer->cage, 0);
	*layer = (struct encase_static){ 0 };
	if (s->push.layer->stop)
		s->push.layer->stop(s->push.state);
	free(s->stack);
	free(s);
}

/* -- A call ---------------------------------------------------------------- */

static void note_entry(struct inside *in, const struct encase_cage *cage, uintptr_t at)
{
	in->inner = false;
	if (!enc_thread.slot[0].base || enc_thread_clear(at)) {
		enc_slot_enter(&enc_thread.slot[0], at, cage);
		return;
	}
	in->inner = true;
	enc_thread_nest(at, cage, &in->nested);
	enc_thread.top = (struct encase_call *) &enc_nobody;
}

static void note_end(struct inside *in)
{
	if (in->inner)
		enc_thread_unnest(&in->nested);
	else
		enc_thread_leave(&enc_thread);
}

/* The end of a call at its layer, which answers this. */
static encase_word end(struct inside *in, long result)
{
	const struct encase_desc *desc = in->flight.desc;
	int error;

	result = enc_hop_end(&in->call, result);
	error = enc_hop_error(desc, result, true);
	note_end(in);
	errno = in->error;
	return enc_to_libc(desc, result, error);
}

/* The call arrives at a step. */
static void arrive(struct inside *in, const struct enc_step *step, unsigned theirs)
{
	in->call.flight = &in->flight;
	in->call.step = step;
	in->call.words = in->words;
	in->call.outer = NULL;
	in->call.start = theirs | step->start;
}

/* At its handler. */
static enum encase_static_way at_handler(struct encase_static_call *call)
{
	struct inside *in = inside(call);
	int err = enc_hop_fetch(&in->call);

	if (err) {
		in->call.made &= (uint8_t) ~ENC_MADE_WRITES;
		call->result = end(in, encase_fail(&in->call, -err));
		return ENCASE_STATIC_ENDED;
	}
	call->words = in->call.words;
	call->hidden = in->call.passed;
	errno = 0;
	return ENCASE_STATIC_HANDLER;
}

/* Its layer's steps, one by one; what a layer's verdict does is its call's end. */
static enum encase_static_way descend(struct encase_static_call *call, const struct enc_step *step,
				      unsigned theirs)
{
	struct inside *in = inside(call);

	for (; step->push; step++) {
		arrive(in, step, theirs);
		if (step->run != enc_run_verdict)
			return at_handler(call);
		if (!enc_verdict_holds(&in->call))
			continue;
		call->result = end(in, enc_run_verdict(&in->call));
		return ENCASE_STATIC_ENDED;
	}
	note_end(in);
	errno = in->error;
	call->words = in->words;
	call->hidden = 0;
	return ENCASE_STATIC_BELOW;
}

enum encase_static_way encase_static_enter(struct encase_static_call *call,
					   const struct encase_static *layer,
					   const struct encase_desc *desc, const encase_word *words,
					   unsigned theirs, const void *at)
{
	const struct started *s = layer->inside;
	struct inside *in = inside(call);
	const struct enc_step *step = s ? enc_stack_chain(s->stack, desc) : NULL;

	if (!step) {
		call->result = enc_to_libc(desc, 0, ESRCH);
		return ENCASE_STATIC_ENDED;
	}
	in->error = errno;
	for (unsigned i = 0; i < desc->nargs; i++)
		in->words[i] = words[i];
	note_entry(in, layer->cage, (uintptr_t) at);
	in->flight = (struct enc_flight){ desc, s->stack };
	if (step->run == enc_run_shaped) {
		encase_shape(desc, in->words, &in->shape);
		in->flight.desc = &in->shape;
		step++;
	}
	return descend(call, step, theirs);
}

int encase_static_next(struct encase_static_call *call, const struct encase_desc *desc,
		       encase_word *words, unsigned *theirs)
{
	struct inside *in = call ? inside(call) : NULL;
	struct enc_flight flight = { .desc = desc };
	struct encase_desc shape;

	*theirs = 0;
	if (in && enc_is_same(desc, in->flight.desc))
		return enc_router_merge(&in->call, &flight, &shape, words, theirs);
	return enc_router_take(&flight, &shape, words);
}

encase_word encase_static_leave(struct encase_static_call *call, encase_word result)
{
	struct inside *in = inside(call);

	return end(in, enc_from_libc(&in->call, (long) result, errno));
}
