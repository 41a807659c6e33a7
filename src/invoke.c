/* SPDX-License-Identifier: MIT */
/* The less common parts of a hop: copying, and results that need a look; see invoke.h. */
#include "invoke.h"

#include "desc.h"
#include "gather.h"
#include "marshal.h"
#include "shadows.h"

long enc_run_natural(struct encase_call *call)
{
	return enc_call_libc(call, call->step->thunk, call->step->handler);
}

/* A bare handler in a call that is made as all others are. */
struct clothed {
	struct encase_bare is;
	struct encase_call *call;
};

static long forward(struct encase_bare *call)
{
	return encase_forward(((struct clothed *) (void *) call)->call);
}

long enc_run_bare(struct encase_call *call)
{
	struct clothed clothed = { { .number = encase_call_number(call),
				     .words = call->words,
				     .desc = encase_call_desc(call),
				     .self = call->step->push->state,
				     .forward = forward },
				   call };

	return ((encase_bare_fn *) call->step->handler)(&clothed.is);
}

__attribute__((noinline)) int enc_hop_fetch(struct encase_call *call)
{
	const struct enc_step *step = call->step;
	unsigned pointers = enc_desc(call)->pointers;
	int err;

	call->passed &= (uint8_t) pointers;
	enc_marshal_nullify(call, step->nulled & pointers);
	err = enc_marshal_fetch(call, step->copied & pointers);
	return err ? err : enc_marshal_note(call, call->passed);
}

/* What those do that copy, but for the arguments in done, which are copied already. */
static inline __attribute__((always_inline)) long run_copying(struct encase_call *call,
							      unsigned done)
{
	const struct enc_step *step = call->step;
	int err = enc_unlikely(step->nulled | step->deep)
			  ? enc_hop_fetch(call)
			  : enc_marshal_fetch(call, step->copied & ~done);

	if (err) {
		call->made &=
			(uint8_t) ~ENC_MADE_WRITES; /* also where the result cannot tell of an error */
		return encase_fail(call, -err);
	}
	if (step->bare)
		return enc_run_bare(call);
	if (step->raw)
		return ((encase_raw_fn *) step->handler)(call);
	return enc_call_libc(call, step->thunk, step->handler);
}

long enc_run_copying(struct encase_call *call)
{
	return run_copying(call, 0);
}

long enc_run_gathering(struct encase_call *call)
{
	unsigned mask = call->step->copied & enc_desc(call)->pointers, theirs = call->theirs;

	enc_gather(call, mask);
	return run_copying(call, theirs & ~(unsigned) call->theirs);
}

/* Goes on with the next step, as if this one were not there. */
static long go_on(struct encase_call *call, const struct enc_flight *flight,
		  const encase_word *words)
{
	bool looked;
	long result = enc_hop(call->step + 1, flight, words, call->theirs, &looked);

	call->error = enc_hop_error(flight->desc, result, looked);
	return result;
}

bool enc_verdict_holds(const struct encase_call *call)
{
	const struct encase_condition *where = call->step->verdict->where;
	const struct encase_desc *desc = enc_desc(call);

	for (unsigned i = 0; where && i < enc_most_args(desc); i++) {
		encase_word word = encase_widen(encase_arg_type(desc, i), call->words[i]);

		if ((word & where[i].mask) != where[i].value)
			return false;
	}
	return true;
}

long enc_run_verdict(struct encase_call *call)
{
	const struct encase_rule *rule = call->step->verdict;

	if (!enc_verdict_holds(call))
		return go_on(call, call->flight, call->words);
	if (rule->verdict->error)
		return encase_fail(call, rule->verdict->error);
	return (long) rule->verdict->value;
}

long enc_run_shaped(struct encase_call *call)
{
	struct encase_desc shape;
	struct enc_flight flight = { .desc = &shape, .stack = call->flight->stack };

	for (unsigned i = 0; i < enc_desc(call)->nargs; i++)
		call->own[i] = call->words[i];
	encase_shape(enc_desc(call), call->own, &shape);
	return go_on(call, &flight, call->own);
}

long enc_run_refused(struct encase_call *call)
{
	return encase_fail(call, call->flight->stack->refuse);
}

long enc_run_ended(struct encase_call *call)
{
	return encase_fail(call, ESRCH);
}

long enc_run_unknown(struct encase_call *call)
{
	return encase_fail(call, ENOSYS);
}

long enc_hop_end(struct encase_call *call, long result)
{
	const struct encase_desc *desc = enc_desc(call);

	if (!enc_is_plain(call, result))
		result = enc_result_check(desc, call->words, result);
	result = enc_shadows_settle(call, result);
	if (desc->result == ENCASE_OVERLAPS)
		enc_thread.failed = enc_error_of(desc, result, call->error);
	return result;
}

long enc_plain_end(struct encase_call *call, long result)
{
	result = enc_from_libc(call, result, *enc_thread.here);
	*enc_thread.here = 0;
	return enc_hop_end(call, result);
}
