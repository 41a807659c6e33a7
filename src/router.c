/* SPDX-License-Identifier: MIT */
/* Forwarding: what a handler sends down, and where to; see router.h. */
#include "router.h"

#include "desc.h"
#include "marshal.h"

/* The first step of desc's chain that stands below the layer of this frame; null: not spoken. */
static const struct enc_step *step_below(const struct encase_call *call,
					 const struct encase_desc *desc)
{
	const struct enc_step *step = enc_stack_chain(call->flight->stack, desc);

	while (step && step->depth >= call->step->depth)
		step++;
	return step;
}

/* Rule 4.4, for the argument that holds a count: whether the new one exceeds what arrived. */
static bool exceeds(const struct encase_call *call, unsigned count, const encase_word *words)
{
	const struct encase_desc *desc = enc_desc(call);

	return enc_count(desc, count, words[count]) > enc_count(desc, count, call->words[count]);
}

/* Rule 4.4 for passed arguments, of which words has what arrived. */
static bool passed_in_bounds(const struct encase_call *call, const encase_word *words)
{
	unsigned sized = enc_desc(call)->sized & call->passed;

	ENC_FOREACH_BIT(i, sized)
	{
		if (exceeds(call, enc_desc(call)->arg[i].count, words))
			return false;
	}
	return true;
}

/*
 * Rules 4.1 and 4.2: words becomes what goes down in a forward of the same call.
 * False: EINVAL.
 */
static bool merge(const struct encase_call *call, encase_word *words)
{
	unsigned passed = call->passed;

	ENC_FOREACH_BIT(i, passed)
	{
		if (words[i])
			return false;
		words[i] = call->words[i];
	}
	return passed_in_bounds(call, words);
}

/* Rule 4.4 for copied arguments, and 4.5 for all that the handler gave. */
static bool given_in_bounds(const struct encase_call *call, const struct encase_desc *desc,
			    const encase_word *words)
{
	unsigned given = desc->pointers, sized = 0;

	if (desc == enc_desc(call)) {
		given &= ~(unsigned) call->passed;
		sized = given & desc->sized;
	}
	ENC_FOREACH_BIT(i, sized)
	{
		if (words[i] == call->words[i] && exceeds(call, desc->arg[i].count, words))
			return false;
	}
	ENC_FOREACH_BIT(i, given)
	{
		if (!enc_marshal_in_bounds(desc, i, words))
			return false;
	}
	return true;
}

/* A forward that is refused before anything goes down. */
static encase_word refuse(const struct encase_desc *desc, int err)
{
	return enc_to_libc(desc, 0, err);
}

static encase_word answer(const struct encase_desc *desc, long result)
{
	return enc_to_libc(desc, result, enc_hop_error(desc, result, true));
}

/* A forward of the same call, or of another one, which starts below the layer of this frame. */
static __attribute__((noinline)) encase_word next_slowly(const struct encase_desc *desc,
							 encase_word *words)
{
	struct encase_call *call = enc_frame_of_handler();
	struct enc_flight flight = { desc, NULL };
	const struct enc_step *step;
	unsigned theirs = 0;
	bool looked;

	if (!call)
		return refuse(desc, EPERM);
	if (desc == enc_desc(call)) {
		step = call->step + 1;
		theirs = call->theirs & call->passed;
		if (!merge(call, words))
			return refuse(desc, EINVAL);
	} else {
		step = step_below(call, desc);
		if (!step)
			return refuse(desc, ENOSYS);
	}
	if (!given_in_bounds(call, desc, words))
		return refuse(desc, EINVAL);
	flight.stack = call->flight->stack;
	return answer(desc, enc_hop(step, &flight, words, theirs, &looked));
}

/* A plain forward in which a pointer was given for a passed one, or something was changed. */
static __attribute__((noinline)) encase_word next_changed(const struct encase_call *call,
							  const encase_word *words, bool given)
{
	const struct encase_desc *desc = enc_desc(call);
	bool looked;

	if (given || !passed_in_bounds(call, words) || !given_in_bounds(call, desc, words))
		return refuse(desc, EINVAL);
	return answer(desc, enc_hop(call->step + 1, call->flight, words,
				    call->theirs & call->passed, &looked));
}

/* The k-th passed argument: collects in *given and *changed what is not as it was. */
static inline void pass_by(const struct encase_call *call, unsigned k, encase_word *words,
			   encase_word *given, encase_word *changed)
{
	unsigned i = call->step->by[k].arg, count = call->step->by[k].count;

	*given |= words[i];
	words[i] = call->words[i];
	*changed |= words[count] ^ call->words[count];
}

/*
 * Section 4 as in next_slowly(), but for what is usual, in as few branches as can
 * be: the same call, nothing given for what is passed by, copies as they are.
 */
static inline __attribute__((always_inline)) encase_word next_plain(const struct encase_call *call,
								    encase_word *words, bool copies)
{
	const struct enc_step *step = call->step;
	encase_word given = 0, changed = 0;
	bool looked;
	long result;

	if (enc_likely(step->npassed)) {
		pass_by(call, 0, words, &given, &changed);
		for (unsigned k = 1; k < step->npassed; k++)
			pass_by(call, k, words, &given, &changed);
	}
	for (unsigned k = step->npassed; copies && k < step->npointers; k++) {
		unsigned i = step->by[k].arg, count = step->by[k].count;

		changed |= words[i] ^ call->words[i];
		changed |= words[count] ^ call->words[count];
	}
	if (enc_unlikely(given | changed))
		return next_changed(call, words, given);
	result = enc_hop(step + 1, call->flight, words, call->theirs, &looked);
	if (enc_unlikely(looked))
		return answer(enc_desc(enc_thread.top), result);
	return (encase_word) result;
}

static __attribute__((noinline)) encase_word next_copying(const struct encase_call *call,
							  encase_word *words)
{
	return next_plain(call, words, true);
}

encase_word encase_next(const struct encase_desc *desc, encase_word *words)
{
	const struct encase_call *call = enc_thread.top;

	if (enc_likely(call->step->plain == desc))
		return next_plain(call, words, false);
	if (call->step->copying == desc)
		return next_copying(call, words);
	return next_slowly(desc, words);
}

long encase_forward(struct encase_call *call)
{
	bool looked;
	long result;

	if (enc_unlikely(!call->step->push))
		return encase_fail(call, EPERM);
	result = enc_hop(call->step + 1, call->flight, call->words, call->theirs, &looked);
	if (enc_unlikely(looked) || enc_unlikely(call->error))
		call->error = enc_hop_error(enc_desc(call), result, looked);
	return result;
}

int encase_failed(const struct encase_call *call)
{
	return call->error;
}
