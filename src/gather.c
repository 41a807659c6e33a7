/* SPDX-License-Identifier: MIT */
/* Reading many arguments at once; see gather.h. */
#include "gather.h"

#include <string.h>

#include "extent.h"
#include "fetch.h"
#include "memory.h"
#include "traffic.h"

#define PAGE 4096
/* So much of a string is read: most are shorter.  What is longer is read again, as a whole. */
#define STRING 256

/* What is being read, and of which arguments: a bit for each. */
struct batch {
	unsigned n, args, strings;
	size_t bytes;
};

/* These three are rare, and out of the way of what is not. */
#define RARELY static __attribute__((noinline))

/* Whether only the marshal can tell how far argument i reaches. */
RARELY bool is_deep(const struct encase_desc *desc, unsigned i)
{
	return enc_is_deep(desc, i);
}

/* How much of a string: of a page all is there, or nothing. */
static size_t string_length(const struct encase_arg *arg, encase_word at)
{
	size_t n = arg->size < STRING ? arg->size : STRING, page = PAGE - at % PAGE;

	return page < n ? page : n;
}

/* How much of argument i is to be read; 0: that is not known yet, or it is none of this. */
static inline size_t length(const struct encase_call *call, const struct encase_desc *desc,
			    unsigned i, struct encase_arg arg)
{
	encase_word at = call->own[i];
	size_t n;

	if (!at || !(arg.kind & ENCASE_IN))
		return 0;
	if (enc_kind(&arg) <= ENCASE_PATH)
		return string_length(&arg, at);
	if (enc_unlikely(call->step->deep >> i & 1) && is_deep(desc, i))
		return 0;
	return enc_extent(desc, i, call->own, &n) || n > ENC_SCRATCH ? 0 : n;
}

/* A shadow in the word's place, and what is to be read into it. */
static inline __attribute__((always_inline)) void add(struct encase_call *call,
						      const struct encase_desc *desc, unsigned i,
						      struct batch *batch,
						      struct encase_range *range)
{
	struct encase_arg arg = desc->arg[i];
	size_t n = length(call, desc, i, arg);
	struct enc_shadow *s = n ? enc_fetch_shadow(call, i, n) : NULL;

	if (enc_unlikely(!s))
		return;
	*range = (struct encase_range){ s->home, s->data, n };
	call->own[i] = (encase_word) (uintptr_t) s->data;
	batch->n++;
	batch->bytes += n;
	batch->args |= 1U << i;
	if (enc_unlikely(enc_kind(&arg) <= ENCASE_PATH))
		batch->strings |= 1U << i;
}

/* Where the data stands, there is its shadow. */
static struct enc_shadow *shadow_at(const void *data)
{
	return (struct enc_shadow *) ((const char *) data - offsetof(struct enc_shadow, data));
}

/* Nothing of it has come: all is as it was. */
RARELY void give_up(struct encase_call *call, const struct encase_range *ranges, unsigned n)
{
	while (n) {
		struct enc_shadow *s = shadow_at(ranges[--n].to);

		call->own[s->arg] = s->home;
		enc_shadow_drop(s);
	}
}

/* Strings end where they do; one whose end has not come is as it was, and its shadow nobody's. */
RARELY struct batch end_strings(struct encase_call *call, struct batch batch)
{
	ENC_FOREACH_BIT(i, batch.strings)
	{
		struct enc_shadow *s = shadow_at((const void *) call->own[i]);
		const char *nul = memchr(s->data, 0, s->size);

		batch.bytes -= s->size;
		if (nul) {
			s->size = (size_t) (nul - s->data) + 1;
			batch.bytes += s->size;
		} else {
			call->own[i] = s->home;
			batch.args &= ~(1U << i);
			s->arg = ENCASE_MAX_ARGS;
		}
	}
	return batch;
}

void enc_gather(struct encase_call *call, unsigned mask)
{
	const struct encase_desc *desc = enc_desc(call);
	struct encase_range ranges[ENCASE_MAX_ARGS];
	struct batch batch = { 0 };

	mask &= call->theirs;
	enc_fetch_words(call);
	ENC_FOREACH_BIT(i, mask)
	{
		add(call, desc, i, &batch, &ranges[batch.n]);
	}
	if (batch.n < 2 || enc_memory_gather(call->flight->stack->home, ranges, batch.n)) {
		give_up(call, ranges, batch.n);
		return;
	}
	if (batch.strings)
		batch = end_strings(call, batch);
	call->theirs &= (uint8_t) ~batch.args;
	enc_traffic_add(call->flight->stack->meter, batch.bytes, 0);
}
