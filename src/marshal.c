/* SPDX-License-Identifier: MIT */
/* Fetching, and use in place; see marshal.h. */
#include "marshal.h"

#include <string.h>

#include "extent.h"
#include "fetch.h"
#include "gather.h"
#include "memory.h"
#include "nested.h"
#include "self.h"
#include "shadows.h"
#include "strings.h"
#include "traffic.h"
#include "vector.h"

static int fetch_string(struct encase_call *call, unsigned i)
{
	const struct encase_arg *arg = &enc_desc(call)->arg[i];
	struct enc_shadow *s;
	long n;

	s = enc_fetch_shadow(call, i, arg->size);
	if (!s)
		return -ENOMEM;
	n = enc_memory_read_string(call->flight->stack->home, s->home, s->data, arg->size);
	if (n < 0) {
		enc_shadow_drop(s);
		if (n != -E2BIG)
			return (int) n;
		return enc_kind(arg) == ENCASE_PATH ? -ENAMETOOLONG : -EINVAL;
	}
	enc_shadow_shrink(s, (size_t) n);
	enc_traffic_add(call->flight->stack->meter, (uint64_t) n, 0);
	enc_fetch_settle(call, i, s->data);
	return 0;
}

/* Rules 3.2 and 3.3, for an extent that is too large: whether its count is to be clamped. */
static int clamp_transfer(const struct encase_call *call, unsigned i, size_t *n)
{
	const struct encase_desc *desc = enc_desc(call);
	unsigned count = desc->arg[i].count;

	if (!encase_text(desc)->transfer || enc_kind(&desc->arg[i]) != ENCASE_BUF ||
	    count != desc->limit - 1U ||
	    enc_count(desc, count, call->words[count]) <= ENCASE_TRANSFER_MAX ||
	    __builtin_mul_overflow((size_t) ENCASE_TRANSFER_MAX, desc->arg[i].size, n) ||
	    *n > ENC_SHADOW_MAX)
		return -ENOMEM;
	return 0;
}

static int fetch_bytes(struct encase_call *call, unsigned i)
{
	const struct encase_arg *arg = &enc_desc(call)->arg[i];
	struct enc_home home = call->flight->stack->home;
	bool clamped = false;
	struct enc_shadow *s;
	size_t n;
	int err = enc_unlikely(call->step->deep) ? enc_shadows_extent(call, i, &n)
						 : enc_extent(enc_desc(call), i, call->words, &n);

	/* A read tells of a bad range by itself: no need to look first, unless it is costly. */
	if (!err && (!(arg->kind & ENCASE_IN) || n > ENC_SCRATCH))
		err = enc_memory_check(home, call->words[i], n);
	if (!err && enc_unlikely(n > ENC_SHADOW_MAX)) {
		err = clamp_transfer(call, i, &n);
		clamped = true;
	}
	if (enc_unlikely(err))
		return err;
	s = enc_fetch_shadow(call, i, n);
	if (enc_unlikely(!s))
		return enc_memory_check(home, call->words[i], n) ? -EFAULT : -ENOMEM;
	if (!(arg->kind & ENCASE_IN)) {
		enc_shadow_clear(s);
	} else {
		err = enc_memory_read(home, s->home, s->data, n);
		if (enc_unlikely(err)) {
			enc_shadow_drop(s);
			return err;
		}
		enc_traffic_add(call->flight->stack->meter, n, 0);
	}
	enc_fetch_settle(call, i, s->data);
	if (enc_unlikely(clamped))
		call->own[arg->count] = ENCASE_TRANSFER_MAX;
	return 0;
}

/* How many entries a vector has; of a negative count, more than there can be. */
static encase_word vector_count(const struct encase_call *call, unsigned i)
{
	const struct encase_desc *desc = enc_desc(call);
	unsigned count = desc->arg[i].count;

	return encase_widen(desc->arg[count].type, call->words[count]);
}

/* Rule 2.5: a null, wherever it comes from. */
static int fetch_null(const struct encase_call *call, unsigned i)
{
	const struct encase_arg *arg = &enc_desc(call)->arg[i];
	size_t n = 1;

	if (arg->kind & ENCASE_NULLABLE)
		return 0;
	if (enc_is_vector(arg) && vector_count(call, i) > ENC_VECTOR_MAX)
		return -EINVAL;
	if (enc_kind(arg) > ENCASE_PATH && enc_shadows_extent(call, i, &n))
		return -EFAULT;
	return n ? -EFAULT : 0;
}

/* The entries of a vector, as the cage has them, in a shadow that no handler sees. */
static int fetch_parts(struct encase_call *call, unsigned i, struct enc_part **parts, size_t *n,
		       size_t *bytes)
{
	encase_word count = vector_count(call, i);
	struct enc_home home = call->flight->stack->home;
	struct enc_shadow *s;
	int err;

	if (count > ENC_VECTOR_MAX)
		return -EINVAL;
	*n = count;
	s = enc_fetch_hidden(call, ENCASE_MAX_ARGS, count * sizeof(**parts));
	if (!s)
		return -ENOMEM;
	err = enc_memory_read(home, call->words[i], s->data, s->size);
	if (err)
		return err;
	enc_traffic_add(call->flight->stack->meter, s->size, 0);
	*parts = (struct enc_part *) s->data;
	return enc_vector_cut(*parts, *n, bytes);
}

/* A vector's shadow: entries that a handler sees, and behind them the bytes that they name. */
static int fetch_vector(struct encase_call *call, unsigned i)
{
	const struct encase_arg *arg = &enc_desc(call)->arg[i];
	struct enc_home home = call->flight->stack->home;
	struct enc_part *parts = NULL;
	size_t n = 0, bytes = 0, head;
	struct enc_shadow *s;
	int err = fetch_parts(call, i, &parts, &n, &bytes);

	if (!err)
		err = enc_vector_check(home, parts, n);
	if (err)
		return err;
	head = n * sizeof(*parts);
	s = enc_fetch_shadow(call, i, head + bytes);
	if (!s)
		return -ENOMEM;
	s->parts = parts;
	s->nparts = n;
	if (arg->kind & ENCASE_IN) {
		struct enc_reads reads;

		enc_reads_begin(&reads, home);
		err = enc_vector_read(&reads, parts, n, s->data + head);
		if (!err)
			err = enc_reads_end(&reads);
		if (err)
			return err;
		enc_traffic_add(call->flight->stack->meter, bytes, 0);
	} else {
		enc_shadow_clear(s);
	}
	memcpy(s->data, parts, head);
	enc_vector_lay((struct enc_part *) s->data, n, s->data + head);
	enc_fetch_settle(call, i, s->data);
	return 0;
}

static int fetch_self(struct encase_call *call, unsigned i)
{
	const struct encase_arg *arg = &enc_desc(call)->arg[i];

	if (enc_is_nested(arg))
		return enc_nested_fetch(call, i);
	return enc_is_strings(arg) ? enc_strings_fetch(call, i) : enc_self_fetch(call, i);
}

static int fetch_one(struct encase_call *call, unsigned i);

/* Remembers how long a length is that has just arrived, in its shadow or else one for that. */
static int note_length(struct encase_call *call, unsigned i)
{
	struct enc_shadow *s = enc_shadows_of(call, i);

	if (!s)
		s = enc_fetch_hidden(call, i, 0);
	if (!s)
		return -ENOMEM;
	s->said = enc_length(enc_desc(call), i, (const void *) (uintptr_t) call->words[i]);
	return 0;
}

static int fetch_deep(struct encase_call *call, unsigned i)
{
	const struct encase_desc *desc = enc_desc(call);
	bool noted = !(enc_lengths(desc) >> i & 1) || enc_shadows_of(call, i);
	int err = 0;

	call->odd |= ENC_ODD_DEEP;
	if (enc_is_unseen(desc, i, call->words)) {
		enc_fetch_settle(call, i, NULL);
		return 0;
	}
	if (enc_is_pointed(desc, i)) /* first its length */
		err = fetch_one(call, desc->arg[i].count);
	if (err)
		return err;
	if (!call->words[i])
		return fetch_null(call, i);
	if (!(call->theirs >> i & 1))
		err = 0;
	else if (enc_is_self(&desc->arg[i]) || enc_is_messages(&desc->arg[i]))
		err = fetch_self(call, i);
	else
		err = enc_is_vector(&desc->arg[i]) ? fetch_vector(call, i) : fetch_bytes(call, i);
	if (!err && !noted)
		err = note_length(call, i);
	return err;
}

static int fetch_one(struct encase_call *call, unsigned i)
{
	if (enc_unlikely(call->step->deep >> i & 1) && enc_is_deep(enc_desc(call), i))
		return fetch_deep(call, i);
	if (enc_unlikely(!call->words[i]))
		return fetch_null(call, i);
	if (!(call->theirs >> i & 1))
		return 0;
	return enc_kind(&enc_desc(call)->arg[i]) <= ENCASE_PATH ? fetch_string(call, i)
								: fetch_bytes(call, i);
}

int enc_marshal_note(struct encase_call *call, unsigned mask)
{
	const struct encase_desc *desc = enc_desc(call);
	int err = 0;

	ENC_FOREACH_BIT(i, mask)
	{
		unsigned count = desc->arg[i].count;

		if (!enc_is_deep(desc, i))
			continue;
		call->odd |= ENC_ODD_DEEP;
		if (!err && enc_is_pointed(desc, i) && call->words[i] && call->words[count] &&
		    !(call->theirs >> count & 1))
			err = note_length(call, count);
	}
	return err;
}

void enc_marshal_nullify(struct encase_call *call, unsigned mask)
{
	ENC_FOREACH_BIT(i, mask)
	{
		enc_fetch_settle(call, i, NULL);
	}
}

int enc_marshal_fetch(struct encase_call *call, unsigned mask)
{
	ENC_FOREACH_BIT(i, mask)
	{
		int err = fetch_one(call, i);

		if (err)
			return err;
	}
	return 0;
}

/* A vector whose bytes are used in place; its entries cannot be. */
static int reach_vector(struct encase_call *call, unsigned i)
{
	struct enc_home home = call->flight->stack->home;
	struct enc_part *parts = NULL;
	size_t n = 0, bytes;
	int err;

	if (!enc_memory_has_place(home))
		return fetch_vector(call, i);
	err = fetch_parts(call, i, &parts, &n, &bytes);
	if (!err)
		err = enc_vector_place(home, parts, n);
	if (!err)
		enc_fetch_settle(call, i, parts);
	return err;
}

/* Argument i in place, or through a shadow where that cannot be. */
static int reach_one(struct encase_call *call, unsigned i)
{
	const struct encase_desc *desc = enc_desc(call);
	struct enc_home home = call->flight->stack->home;
	void *p;
	size_t n;
	int err = 0;

	if (enc_is_unseen(desc, i, call->words))
		enc_fetch_settle(call, i, NULL);
	if (enc_is_pointed(desc, i) && call->words[i])
		err = fetch_one(call, desc->arg[i].count);
	if (err || !call->words[i] || !(call->theirs >> i & 1))
		return err;
	if (enc_kind(&desc->arg[i]) <= ENCASE_PATH)
		return fetch_string(call, i);
	if (enc_is_self(&desc->arg[i]) || enc_is_messages(&desc->arg[i]))
		return fetch_self(call, i);
	if (enc_is_vector(&desc->arg[i]))
		return reach_vector(call, i);
	if (enc_lengths(desc) >> i & 1)
		return fetch_one(call, i);
	err = enc_shadows_extent(call, i, &n);
	if (err)
		return err;
	if (!n || !enc_memory_has_place(home))
		return fetch_bytes(call, i);
	p = enc_memory_place(home, call->words[i], n);
	if (!p)
		return -EFAULT;
	enc_fetch_settle(call, i, p);
	return 0;
}

int encase_reach(struct encase_call *call)
{
	unsigned mask = enc_desc(call)->pointers & call->theirs;

	if (call->step->push)
		return -EPERM;
	if (enc_memory_is_own(call->flight->stack->home.memory))
		return 0;
	if (enc_gathers(call))
		enc_gather(call, mask);
	ENC_FOREACH_BIT(i, mask)
	{
		int err = reach_one(call, i);

		if (err) {
			call->made &= (uint8_t) ~ENC_MADE_WRITES;
			return err;
		}
	}
	return 0;
}
