/* SPDX-License-Identifier: MIT */
/* Forwarding: what a handler sends down, and where to; see router.h. */
#include "router.h"

#include <string.h>

#include "extent.h"
#include "shadows.h"

struct enc_outcome enc_router_enter_slowly(const struct encase_cage *cage,
					   const struct encase_desc *desc, const encase_word *words,
					   unsigned theirs, uintptr_t here)
{
	struct enc_outcome outcome;
	struct enc_nested nested;

	if (enc_thread_clear(here)) {
		enc_slot_enter(&enc_thread.slot[0], here, cage);
		outcome = enc_router_run(cage, desc, words, theirs);
		enc_thread_leave(&enc_thread);
	} else {
		enc_thread_nest(here, cage, &nested);
		outcome = enc_router_run(cage, desc, words, theirs);
		enc_thread_unnest(&nested);
	}
	return outcome;
}

/* The first step of desc's chain that stands below the layer of this frame; null: not spoken. */
static const struct enc_step *step_below(const struct encase_call *call,
					 const struct encase_desc *desc)
{
	const struct enc_step *step = enc_stack_chain(call->flight->stack, desc);

	while (step && step->depth >= call->step->depth)
		step++;
	return step;
}

/* Rule 4.4, for pointer i: whether its length exceeds the one that arrived. */
static bool exceeds(const struct encase_call *call, unsigned i, const encase_word *words)
{
	const struct encase_desc *desc = enc_desc(call);
	unsigned count = desc->arg[i].count;

	return enc_count(desc, count, words[count]) > enc_count(desc, count, call->words[count]);
}

/* The same for lengths behind pointers; those in hidden are the cage's own. */
static bool lengths_fit(const struct encase_call *call, const encase_word *words, unsigned hidden)
{
	unsigned pointers = enc_desc(call)->pointers;

	ENC_FOREACH_BIT(i, pointers)
	{
		unsigned count = enc_desc(call)->arg[i].count;

		if (!enc_is_pointed(enc_desc(call), i) || words[i] != call->words[i])
			continue;
		if (!(hidden >> count & 1) && !enc_shadows_length_fits(call, count, words))
			return false;
	}
	return true;
}

/* Rule 4.5, for the pointers in mask, which are ours; those in theirs are the cage's. */
static bool in_bounds(const struct encase_desc *desc, unsigned mask, const encase_word *words,
		      unsigned theirs)
{
	ENC_FOREACH_BIT(i, mask)
	{
		if (enc_is_pointed(desc, i) && theirs >> desc->arg[i].count & 1)
			continue;
		if (!enc_shadows_in_bounds(desc, i, words))
			return false;
	}
	return true;
}

/* Rules 4.1 to 4.3 for pointer i: whether it goes down as it arrived; -EINVAL: it must not. */
static int merge_one(const struct encase_call *call, unsigned i, encase_word *words)
{
	unsigned bit = 1U << i;

	if (!words[i] && call->passed & bit) {
		if (call->step->once & bit && call->odd & ENC_ODD_SPENT)
			return 0;
		words[i] = call->words[i];
		return 1;
	}
	if (words[i] == ENC_NULL_WORD)
		words[i] = 0;
	else if (words[i] && call->step->nulled & bit)
		return -EINVAL;
	else if (call->passed & ~(unsigned) call->step->replaceable & bit)
		return -EINVAL;
	return 0;
}

/* Nulls that are meant become null, among the pointers in mask. */
static void take_nulls(unsigned mask, encase_word *words)
{
	ENC_FOREACH_BIT(i, mask)
	{
		if (words[i] == ENC_NULL_WORD)
			words[i] = 0;
	}
}

/* The forwarded call's own shape, if its kind varies, becomes the flight's descriptor. */
static void find_shape(struct enc_flight *flight, struct encase_desc *shape, encase_word *words)
{
	const struct encase_desc *desc = flight->desc;

	if (enc_likely(!enc_shaper(desc)))
		return;
	encase_shape(desc->interface->calls[desc->index], words, shape);
	flight->desc = shape;
}

/*
 * Those of the pointers in mask that need no look: their extents are what they were, or less. A
 * smaller count may reach farther where a larger one is none: ENCASE_NODES.
 */
static unsigned unchanged(const struct encase_desc *desc, const struct encase_desc *now,
			  unsigned mask)
{
	unsigned same = 0;

	ENC_FOREACH_BIT(i, mask)
	{
		if (!enc_is_deep(desc, i) && enc_kind(&desc->arg[i]) != ENCASE_DEEP &&
		    !memcmp(&desc->arg[i], &now->arg[i], sizeof(now->arg[i])))
			same |= 1U << i;
	}
	return same;
}

int enc_router_merge(struct encase_call *call, struct enc_flight *flight, struct encase_desc *shape,
		     encase_word *words, unsigned *theirs)
{
	const struct encase_desc *desc = enc_desc(call);
	unsigned pointers, sized = desc->sized, arrived = 0, as_seen = 0, look;

	find_shape(flight, shape, words);
	pointers = desc->pointers & flight->desc->pointers;
	sized &= pointers;
	ENC_FOREACH_BIT(i, pointers)
	{
		int as_arrived = merge_one(call, i, words);

		if (as_arrived < 0)
			return as_arrived;
		arrived |= (unsigned) as_arrived << i;
		as_seen |= (unsigned) (words[i] == call->words[i]) << i;
	}
	ENC_FOREACH_BIT(i, sized)
	{
		if (words[i] == call->words[i] && exceeds(call, i, words))
			return -EINVAL;
	}
	if (enc_unlikely(call->odd & ENC_ODD_DEEP) &&
	    !lengths_fit(call, words, arrived & call->theirs))
		return -EINVAL;
	take_nulls(flight->desc->pointers & ~desc->pointers, words);
	*theirs = call->theirs & arrived & flight->desc->pointers;
	look = flight->desc->pointers & ~*theirs;
	look &= ~unchanged(desc, flight->desc, arrived | (as_seen & ~(unsigned) call->passed));
	if (!in_bounds(flight->desc, look, words, *theirs))
		return -EINVAL;
	if (call->odd & ENC_ODD_ONCE)
		call->odd |= ENC_ODD_SPENT;
	return 0;
}

int enc_router_take(struct enc_flight *flight, struct encase_desc *shape, encase_word *words)
{
	find_shape(flight, shape, words);
	take_nulls(flight->desc->pointers, words);
	return in_bounds(flight->desc, flight->desc->pointers, words, 0) ? 0 : -EINVAL;
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
	struct enc_flight flight = { .desc = desc };
	const struct enc_step *step;
	struct encase_desc shape;
	unsigned theirs = 0;
	bool looked;
	int err;

	if (!call)
		return refuse(desc, EPERM);
	if (enc_is_same(desc, enc_desc(call))) {
		step = call->step + 1;
		err = enc_router_merge(call, &flight, &shape, words, &theirs);
	} else {
		step = step_below(call, desc);
		err = step ? enc_router_take(&flight, &shape, words) : -ENOSYS;
	}
	if (err)
		return refuse(desc, -err);
	flight.stack = call->flight->stack;
	return answer(desc, enc_hop(step, &flight, words, theirs, &looked));
}

/* A short forward in which something is not as it was: undoes pass_by(), and looks at all of it. */
static __attribute__((noinline)) encase_word next_changed(const struct encase_call *call,
							  encase_word *words)
{
	for (unsigned k = 0; k < call->step->npassed; k++) {
		unsigned i = call->step->by[k].arg;

		words[i] -= call->words[i];
	}
	return next_slowly(enc_desc(call), words);
}

/*
 * The k-th passed argument: collects in *given and *changed what is not as it was.
 * To a null the word that arrived is added, so that another pointer is not lost.
 */
static inline void pass_by(const struct encase_call *call, unsigned k, encase_word *words,
			   encase_word *given, encase_word *changed)
{
	unsigned i = call->step->by[k].arg, count = call->step->by[k].count;

	*given |= words[i];
	words[i] += call->words[i];
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
		return next_changed(call, words);
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

ENC_ON_A_LINE encase_word encase_next(const struct encase_desc *desc, encase_word *words)
{
	const struct encase_call *call = enc_thread.top;

	/* The words usually stand below the frame; if they do not, that needs a look. */
	if (enc_unlikely((uintptr_t) call < (uintptr_t) words))
		return next_slowly(desc, words);
	if (enc_likely(call->step->plain == desc))
		return next_plain(call, words, false);
	if (call->step->copying == desc)
		return next_copying(call, words);
	return next_slowly(desc, words);
}

/* A forward of a call as it arrived. */
static inline long forward_plainly(struct encase_call *call)
{
	bool looked;
	long result = enc_hop(call->step + 1, call->flight, call->words, call->theirs, &looked);

	if (enc_unlikely(looked) || enc_unlikely(call->error))
		call->error = enc_hop_error(enc_desc(call), result, looked);
	return result;
}

/* A forward of a call that is not as it arrived, or is not a layer's. */
static __attribute__((noinline)) long forward_oddly(struct encase_call *call)
{
	struct enc_flight flight = *call->flight;
	encase_word words[ENCASE_MAX_ARGS];
	struct encase_desc shape;
	unsigned theirs;
	bool looked;
	long result;
	int err;

	if (call->odd & ENC_ODD_LOWER)
		return encase_fail(call, EPERM);
	if (call->odd == ENC_ODD_DEEP && !(call->step->deep & ~(unsigned) call->theirs))
		return forward_plainly(call); /* what stands in memory does so in the cage's */
	for (unsigned i = 0; i < enc_most_args(enc_desc(call)); i++) {
		words[i] = call->passed >> i & 1 ? 0 : call->words[i];
		if (call->odd & ENC_ODD_SET)
			words[i] = call->sent[i];
	}
	err = enc_router_merge(call, &flight, &shape, words, &theirs);
	if (err)
		return encase_fail(call, -err);
	result = enc_hop(call->step + 1, &flight, words, theirs, &looked);
	call->error = enc_hop_error(enc_desc(call), result, looked);
	return result;
}

ENC_ON_A_LINE long encase_forward(struct encase_call *call)
{
	return enc_unlikely(call->odd) ? forward_oddly(call) : forward_plainly(call);
}

int encase_set_arg(struct encase_call *call, unsigned i, encase_word word)
{
	const struct encase_desc *desc = enc_desc(call);

	if (call->odd & ENC_ODD_LOWER)
		return -EPERM;
	if (i >= enc_most_args(desc))
		return -EINVAL;
	if (desc->pointers >> i & 1 && word && word != ENC_NULL_WORD &&
	    (call->step->nulled | (call->passed & ~call->step->replaceable)) >> i & 1)
		return -EINVAL;
	if (!(call->odd & ENC_ODD_SET))
		for (unsigned k = 0; k < enc_most_args(desc); k++)
			call->sent[k] = call->passed >> k & 1 ? 0 : call->words[k];
	call->odd |= ENC_ODD_SET;
	call->sent[i] = encase_widen(encase_arg_type(desc, i), word);
	return 0;
}

int encase_failed(const struct encase_call *call)
{
	return call->error;
}
