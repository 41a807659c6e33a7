/* SPDX-License-Identifier: MIT */
/*
 * Bare calls; see bare.h.  This file is compiled without vector registers, as all are whose functions
 * such a call comes by.
 */
#include "bare.h"

#include "encase/bare.h"

#include "result.h"
#include "wait.h"

struct flight {
	struct enc_flight flight;
	enc_bare_bottom *bottom;
	void *gate;
};

/* What no call could return is -EIO, as after any handler. */
static long look(const struct encase_call *call, long result)
{
	const struct enc_step *step = call->step;

	if (step->limit ? result >= 0 && (encase_word) result <= call->words[step->limit - 1]
			: (encase_word) result <= step->most)
		return result;
	return enc_result_check(enc_desc(call), call->words, result);
}

static long hop(const struct enc_step *step, const struct enc_flight *flight,
		const encase_word *words)
{
	struct encase_call call;

	if (!step->push) {
		const struct flight *bare = (const struct flight *) (const void *) flight;

		return bare->bottom(bare->gate);
	}
	call.flight = flight;
	call.step = step;
	call.words = words;
	call.start = ENC_ALL | step->start | (uint64_t) ENC_ODD_BARE << ENC_ODD_SHIFT;
	return look(&call,
		    ((encase_bare_fn *) step->handler)((struct encase_bare *) (void *) &call));
}

enum enc_bare_end enc_bare_enter(struct enc_thread *t, const struct encase_cage *cage,
				 const struct encase_desc *desc, const encase_word *words,
				 enc_bare_bottom *bottom, void *gate, long *result)
{
	struct flight flight = { { .desc = desc }, bottom, gate };
	enum enc_bare_end end = ENC_BARE_NOT;
	struct enc_slot *slot = &t->slot[0];
	const struct enc_step *step;

	if (enc_unlikely(slot->base))
		return ENC_BARE_NOT;
	enc_slot_enter(slot, (uintptr_t) __builtin_frame_address(0), cage);
	flight.flight.stack = enc_cage_stack(cage);
	step = enc_stack_chain(flight.flight.stack, flight.flight.desc);
	if (step && step->all_bare) {
		*result = hop(step->push || !step->depth ? step : step + 1, &flight.flight, words);
		end = ENC_BARE_DONE;
	}
	__atomic_store_n(&slot->base, 0, __ATOMIC_RELEASE);
	enc_settled(); /* see enc_slot_leave() */
	if (enc_unlikely(__atomic_load_n(&slot->first, __ATOMIC_RELAXED)))
		return end == ENC_BARE_DONE ? ENC_BARE_LEFT : end;
	return end;
}

/* -- For handlers ------------------------------------------------------------------ */

static const struct encase_call *call_of(const struct encase_bare *bare)
{
	return (const struct encase_call *) (const void *) bare;
}

long encase_bare_forward(struct encase_bare *bare)
{
	struct encase_call *call = (struct encase_call *) (void *) bare;

	if (enc_likely(call->odd & ENC_ODD_BARE))
		return hop(call->step + 1, call->flight, call->words);
	return encase_forward(call);
}

const struct encase_desc *encase_bare_desc(const struct encase_bare *bare)
{
	return encase_call_desc(call_of(bare));
}

long encase_bare_number(const struct encase_bare *bare)
{
	return encase_call_number(call_of(bare));
}

encase_word encase_bare_word(const struct encase_bare *bare, unsigned i)
{
	return encase_arg_word(call_of(bare), i);
}

void *encase_bare_self(const struct encase_bare *bare)
{
	return call_of(bare)->step->push->state;
}
