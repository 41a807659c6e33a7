/* SPDX-License-Identifier: MIT */
/* Pairs, and what all structures with pointers inside have in common; see nested.h. */
#include "nested.h"

#include <string.h>

#include "fetch.h"
#include "memory.h"
#include "traffic.h"

/* A pointer with a length. */
struct pair {
	encase_word base, len;
};

static int fetch_pair(struct encase_call *call, unsigned i)
{
	struct enc_home home = call->flight->stack->home;
	struct enc_shadow *s;
	struct pair pair;

	if (enc_memory_read(home, call->words[i], &pair, sizeof(pair)))
		return -EFAULT;
	if (!pair.base)
		pair.len = 0;
	enc_traffic_add(call->flight->stack->meter, sizeof(pair), 0);
	if (pair.len > ENC_PAIR_MOST)
		return -EINVAL;
	s = enc_fetch_shadow(call, i, sizeof(pair) + pair.len);
	if (!s)
		return -ENOMEM;
	if (pair.len && enc_memory_read(home, pair.base, s->data + sizeof(pair), pair.len))
		return -EFAULT;
	enc_traffic_add(call->flight->stack->meter, pair.len, 0);
	pair.base = pair.base ? (encase_word) (uintptr_t) (s->data + sizeof(pair)) : 0;
	memcpy(s->data, &pair, sizeof(pair));
	enc_fetch_settle(call, i, s->data);
	return 0;
}

int enc_nested_fetch(struct encase_call *call, unsigned i)
{
	return enc_deep(&enc_desc(call)->arg[i]) == ENCASE_PAIR ? fetch_pair(call, i)
								: enc_messages_fetch(call, i);
}

unsigned enc_nested_ranges(const struct encase_arg *arg, const void *p, struct enc_range *ranges,
			   bool *vector)
{
	struct pair pair;

	*vector = enc_deep(arg) != ENCASE_PAIR;
	if (*vector) {
		enc_messages_ranges(p, ranges);
		return ENC_RANGES;
	}
	memcpy(&pair, p, sizeof(pair)); /* it may stand anywhere */
	ranges[0] = (struct enc_range){ (const void *) pair.base, pair.len };
	return 1;
}
