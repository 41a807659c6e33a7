/* SPDX-License-Identifier: MIT */
/* What a handler may ask about its frame. */
#include "frame.h"

#include "desc.h"
#include "memory.h"
#include "result.h"

static const struct enc_step no_step;
static const struct enc_stack no_stack;
static const struct enc_flight no_flight = { .stack = &no_stack };
const struct encase_call enc_nobody = { .flight = &no_flight, .step = &no_step };

/* The frame of who runs: a handler, or what is below all layers. */
static const struct encase_call *running(void)
{
	const struct encase_call *call = enc_thread.top;

	return enc_frame_is_gone(call) ? &enc_nobody : call;
}

void *encase_self(void)
{
	const struct encase_call *call = running();

	return call->step->push ? call->step->push->state : call->flight->stack->self;
}

struct encase_cage *encase_caller(void)
{
	return running()->flight->stack->cage;
}

const struct encase_desc *encase_call_desc(const struct encase_call *call)
{
	const struct encase_desc *desc = enc_desc(call);

	return enc_is_unknown(desc) ? NULL : desc->interface->calls[desc->index];
}

const struct encase_desc *encase_call_shape(const struct encase_call *call)
{
	return enc_desc(call);
}

long encase_call_number(const struct encase_call *call)
{
	const struct encase_desc *desc = enc_desc(call);

	if (enc_is_unknown(desc))
		return ((const struct enc_unknown *) desc)->number;
	return encase_text(desc)->number;
}

/* A shown pointer is ours, or the host's; the lower layer's others are ours after encase_reach(). */
void *encase_arg(const struct encase_call *call, unsigned i)
{
	if (i >= enc_desc(call)->nargs || !(enc_desc(call)->pointers & ~call->passed & 1U << i))
		return NULL;
	if (call->theirs >> i & 1 && !enc_memory_is_own(call->flight->stack->home.memory))
		return NULL;
	return (void *) (uintptr_t) call->words[i];
}

encase_word encase_arg_word(const struct encase_call *call, unsigned i)
{
	const struct encase_desc *desc = enc_desc(call);

	if (i >= desc->nargs)
		return 0;
	return encase_widen(encase_arg_type(desc, i), call->words[i]);
}

long encase_fail(struct encase_call *call, int error)
{
	if (error <= 0 || error > ENC_ERRNO_MAX)
		error = EIO;
	call->error = error;
	return -(long) error;
}
