/* SPDX-License-Identifier: MIT */
/*
 * The reference router: what goes up to the cage, 5.8 to 5.10.
 *
 * Shadows are flushed in the order of their arguments; the first that the memory
 * refuses ends it.
 */
#include <errno.h>
#include <string.h>

#include "hits.h"
#include "reference_private.h"

/* 5.8: how many objects of argument i the call has written. */
static uint64_t objects_written(const struct ref_call *call, unsigned i, encase_word result)
{
	const struct encase_desc *desc = &call->shape;
	encase_word objects = encase_widen(desc->type, result);
	int length = ref_length_of(desc, i);

	if (length >= 0) {
		objects = ref_read_length(desc, (unsigned) length, call->seen[length]);
		if (objects > call->was[length])
			hit(HIT_LENGTH_ABOVE);
		else if (objects < call->was[length])
			hit(HIT_LENGTH_BELOW);
		return objects;
	}
	if ((int64_t) objects < 0 && (desc->type == ENCASE_S8 || desc->type == ENCASE_S16 ||
				      desc->type == ENCASE_S32 || desc->type == ENCASE_S64))
		return 0;
	return objects;
}

/* How much of a shadow the call has written. */
static size_t written(const struct ref_call *call, unsigned i, encase_word result)
{
	const struct encase_arg *arg = &call->shape.arg[i];
	bool deep = ref_deep(&call->shape, i) >= 0;
	size_t room = call->shadow[i]->len, unit = deep ? 1 : arg->size;
	uint64_t objects;

	if (!(arg->kind & ENCASE_FILLED))
		return room;
	objects = objects_written(call, i, result);
	if (ref_deep(&call->shape, i) == ENCASE_LETTER && objects < UINT64_MAX - 8)
		objects += 8;
	if (objects > room / unit) {
		hit(HIT_FLUSHED_ROOM);
		return room;
	}
	if (objects < room / unit)
		hit(HIT_FLUSHED_PART);
	return objects * unit;
}

int ref_put(struct ref_call *call, encase_word to, const void *from, size_t n, bool *flushed)
{
	const struct ref_memory *memory = &call->cage->memory;

	if (!n)
		return 0;
	if (ref_refused_to_write(memory, to, n)) {
		hit(*flushed ? HIT_FLUSH_EFAULT_SECOND : HIT_FLUSH_EFAULT);
		return -EFAULT;
	}
	hit(HIT_FLUSHED);
	*flushed = true;
	memcpy(ref_bytes_at(memory, to), from, n);
	return 0;
}

static int flush_block(struct ref_call *call, unsigned i, size_t n, bool *flushed)
{
	int rc = ref_put(call, call->arrived[i].word, call->shadow[i]->bytes, n, flushed);

	if (!rc)
		call->cage->traffic.to_cage += n;
	return rc;
}

int ref_flush(struct ref_call *call, encase_word result)
{
	bool flushed = false;
	int rc = 0;

	for (unsigned i = 0; i < call->shape.nargs && !call->out_of_reach && !rc; i++) {
		if (!call->shadow[i] || !(call->shape.arg[i].kind & ENCASE_OUT))
			continue;
		if (ref_is_vector(&call->shape, i))
			rc = ref_flush_vector(call, i, result, &flushed);
		else if (ref_is_message(&call->shape, i))
			rc = ref_flush_messages(call, i, result, &flushed);
		else
			rc = flush_block(call, i, written(call, i, result), &flushed);
	}
	return rc;
}

bool ref_is_anyway(const struct ref_call *call, unsigned i)
{
	static const unsigned both = ENCASE_IN | ENCASE_OUT;

	if (!call->desc || !(encase_text(call->desc)->anyway >> i & 1))
		return false;
	if ((call->shape.arg[i].kind & (both | ENCASE_FILLED)) == both)
		return true;
	if (call->shape.arg[i].kind & ENCASE_OUT)
		hit(HIT_ANYWAY_SHAPE);
	return false;
}

/* A memory that refuses ends it, and does not change the error. */
void ref_flush_anyway(struct ref_call *call)
{
	bool flushed = false;
	int rc = 0;

	for (unsigned i = 0; i < call->shape.nargs && !call->out_of_reach && !rc; i++) {
		if (!call->shadow[i] || !(call->shape.arg[i].kind & ENCASE_OUT) ||
		    !ref_is_anyway(call, i))
			continue;
		rc = flush_block(call, i, call->shadow[i]->len, &flushed);
		hit(rc ? HIT_ANYWAY_REFUSED : HIT_ANYWAY);
	}
}
