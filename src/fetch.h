/* SPDX-License-Identifier: MIT */
/* Fetch: what all that fetch an argument do, whatever its kind: a shadow for it, in its word's place. */
#ifndef ENC_FETCH_H
#define ENC_FETCH_H

#include "desc.h"
#include "enc.h"
#include "scratch.h"

/*
 * The frame's own list of words, to be changed; with those of arguments that are not
 * there this time, which thunks read.  Not by memcpy(): for so few it is slow.
 */
static inline encase_word *enc_fetch_words(struct encase_call *call)
{
	unsigned i = enc_desc(call)->nargs;

	if (enc_unlikely(call->step->deep)) /* as those of calls that vary are */
		i = enc_most_args(enc_desc(call));
	if (call->words != call->own) {
		while (i--) {
			call->own[i] = call->words[i];
			__asm__("" : "+r"(i));
		}
		call->words = call->own;
	}
	return call->own;
}

/* The argument's word is this pointer of ours from now on. */
static inline void enc_fetch_settle(struct encase_call *call, unsigned i, const void *p)
{
	enc_fetch_words(call)[i] = (encase_word) (uintptr_t) p;
	call->theirs &= (uint8_t) ~(1U << i);
}

/*
 * A shadow that no handler sees, and nothing flushes.  Before a frame's first one those
 * of a frame that stood in its place are dropped.
 */
static inline __attribute__((always_inline)) struct enc_shadow *
enc_fetch_hidden(struct encase_call *call, unsigned i, size_t size)
{
	struct enc_shadow *s;

	if (!call->made)
		enc_shadows_drop((uintptr_t) call);
	s = enc_shadow_new(size);
	if (!s)
		return NULL;
	call->made |= ENC_MADE_SOME;
	s->call = call;
	s->arg = (uint8_t) i;
	s->out = false;
	return s;
}

static inline __attribute__((always_inline)) struct enc_shadow *
enc_fetch_shadow(struct encase_call *call, unsigned i, size_t size)
{
	struct enc_shadow *s = enc_fetch_hidden(call, i, size);

	if (!s)
		return NULL;
	s->out = enc_desc(call)->arg[i].kind & ENCASE_OUT;
	if (s->out)
		call->made |= ENC_MADE_WRITES;
	s->home = call->words[i];
	return s;
}

#endif
