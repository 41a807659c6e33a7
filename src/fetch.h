/* SPDX-License-Identifier: MIT */
/* Fetch: what all that fetch an argument do, whatever its kind: a shadow for it, in its word's place. */
#ifndef ENC_FETCH_H
#define ENC_FETCH_H

#include "desc.h"
#include "enc.h"
#include "scratch.h"

/* The frame's own list of words, to be changed.  Not by memcpy(): for so few it is slow. */
static inline encase_word *enc_fetch_words(struct encase_call *call)
{
	unsigned i = enc_desc(call)->nargs;

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

/* A shadow that no handler sees, and nothing flushes. */
static inline struct enc_shadow *enc_fetch_hidden(struct encase_call *call, unsigned i, size_t size)
{
	struct enc_shadow *s = enc_shadow_new(size);

	if (!s)
		return NULL;
	s->call = call;
	s->arg = i;
	s->out = false;
	s->parts = NULL;
	return s;
}

static inline struct enc_shadow *enc_fetch_shadow(struct encase_call *call, unsigned i, size_t size)
{
	struct enc_shadow *s = enc_fetch_hidden(call, i, size);

	if (!s)
		return NULL;
	s->out = enc_desc(call)->arg[i].kind & ENCASE_OUT;
	call->writes |= s->out;
	s->home = call->words[i];
	return s;
}

#endif
