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

/* What is being read. */
struct batch {
	unsigned n;
	struct enc_shadow *shadow[ENCASE_MAX_ARGS];
	struct encase_range range[ENCASE_MAX_ARGS];
};

/* How much of argument i is to be read; 0: that is not known yet, or it is none of this. */
static size_t length(const struct encase_call *call, unsigned i)
{
	const struct encase_desc *desc = enc_desc(call);
	const struct encase_arg *arg = &desc->arg[i];
	encase_word at = call->words[i];
	size_t n = STRING;

	if (!at || !(call->theirs >> i & 1) || !(arg->kind & ENCASE_IN))
		return 0;
	if (enc_kind(arg) <= ENCASE_PATH) { /* of a page all is there, or nothing */
		n = arg->size < n ? arg->size : n;
		return PAGE - at % PAGE < n ? PAGE - at % PAGE : n;
	}
	if (call->step->deep >> i & 1 && enc_is_deep(desc, i))
		return 0;
	if (enc_extent(desc, i, call->words, &n))
		return 0;
	return n <= ENC_SCRATCH ? n : 0;
}

static void add(struct encase_call *call, unsigned i, struct batch *batch)
{
	size_t n = length(call, i);
	struct enc_shadow *s;

	if (!n)
		return;
	s = enc_fetch_shadow(call, i, n);
	if (!s)
		return;
	batch->shadow[batch->n] = s;
	batch->range[batch->n++] = (struct encase_range){ s->home, s->data, n };
}

/* It has been read; a string whose end has not is nobody's shadow.  How much counts. */
static size_t settle(struct encase_call *call, struct enc_shadow *s)
{
	if (enc_kind(&enc_desc(call)->arg[s->arg]) <= ENCASE_PATH) {
		const char *nul = memchr(s->data, 0, s->size);

		if (!nul) {
			s->arg = ENCASE_MAX_ARGS;
			return 0;
		}
		s->size = (size_t) (nul - s->data) + 1;
	}
	enc_fetch_settle(call, s->arg, s->data);
	return s->size;
}

void enc_gather(struct encase_call *call, unsigned mask)
{
	struct batch batch;
	size_t bytes = 0;

	batch.n = 0;
	ENC_FOREACH_BIT(i, mask)
	{
		add(call, i, &batch);
	}
	if (batch.n < 2 || enc_memory_gather(call->flight->stack->home, batch.range, batch.n)) {
		while (batch.n)
			enc_shadow_drop(batch.shadow[--batch.n]);
		return;
	}
	for (unsigned k = 0; k < batch.n; k++)
		bytes += settle(call, batch.shadow[k]);
	enc_traffic_add(call->flight->stack->meter, bytes, 0);
}
