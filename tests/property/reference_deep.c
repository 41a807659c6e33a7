/* SPDX-License-Identifier: MIT */
/*
 * The reference router: vectors, and lengths behind pointers.
 *
 * A vector's shadow holds the entries first, then the bytes that each of them names, one
 * after another.  What the cage's own entries said is kept beside it: handlers may
 * write to those that they see.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hits.h"
#include "reference_private.h"

/* -- Lengths behind pointers ---------------------------------------------- */

int ref_length_of(const struct encase_desc *shape, unsigned i)
{
	unsigned count = shape->arg[i].count;

	if (ref_kind(shape, i) != ENCASE_BUF || !ref_is_pointer(shape, count))
		return -1;
	return (int) count;
}

int ref_buffer_of(const struct encase_desc *shape, unsigned i)
{
	for (unsigned j = 0; j < shape->nargs; j++)
		if (ref_length_of(shape, j) == (int) i)
			return (int) j;
	return -1;
}

uint64_t ref_read_length(const struct encase_desc *shape, unsigned i, encase_word word)
{
	const void *at = (const void *) (uintptr_t) word;
	int32_t half = 0;
	int64_t whole = 0;

	if (!at)
		return 0;
	if (shape->arg[i].size == sizeof(half)) {
		memcpy(&half, at, sizeof(half));
		whole = half;
	} else {
		memcpy(&whole, at, sizeof(whole));
	}
	if (whole < 0)
		hit(HIT_LENGTH_NEGATIVE);
	return whole < 0 ? 0 : (uint64_t) whole;
}

/* -- Other counts --------------------------------------------------------- */

bool ref_is_counted(const struct encase_desc *shape, unsigned i)
{
	int deep = ref_deep(shape, i);

	return ref_kind(shape, i) == ENCASE_BUF || (deep >= ENCASE_BITS && deep <= ENCASE_LETTER);
}

static uint64_t whole_words(uint64_t bits)
{
	return 8 * (bits / 64 + (bits % 64 > 0));
}

bool ref_reaches(const struct encase_desc *shape, unsigned i, uint64_t count, uint64_t *extent)
{
	switch (ref_deep(shape, i)) {
	case ENCASE_BITS:
		hit(HIT_BITS);
		*extent = whole_words(count);
		return true;
	case ENCASE_NODES:
		hit(count > 32769 ? HIT_NODES_MANY : HIT_NODES);
		*extent = !count || count > 32769 ? 0 : whole_words(count - 1);
		return true;
	case ENCASE_PAGES:
		hit(HIT_PAGES);
		*extent = count / 4096 + (count % 4096 > 0);
		return true;
	case ENCASE_LETTER:
		hit(HIT_LETTER);
		return !__builtin_add_overflow(count, 8, extent);
	default:
		return !__builtin_mul_overflow(count, shape->arg[i].size, extent);
	}
}

/* -- Vectors -------------------------------------------------------------- */

bool ref_is_vector(const struct encase_desc *shape, unsigned i)
{
	return ref_deep(shape, i) == ENCASE_IOVEC;
}

/* Section 3: the count, and whether the entries are there.  1: there are some. */
static int look_at_entries(const struct ref_call *call, unsigned i, size_t *n)
{
	const struct encase_desc *shape = &call->shape;
	unsigned counts = shape->arg[i].count, type = shape->arg[counts].type;
	encase_word at = call->arrived[i].word;
	encase_word count = encase_widen(type, call->arrived[counts].word);
	bool is_signed = type == ENCASE_S8 || type == ENCASE_S16 || type == ENCASE_S32;
	int rc;

	if (!at && shape->arg[i].kind & ENCASE_NULLABLE)
		return ref_look_at_null(call, i, 0);
	if (count > REF_ENTRIES) {
		hit(is_signed && (int64_t) count < 0 ? HIT_VECTOR_NEGATIVE : HIT_VECTOR_MANY);
		return -EINVAL;
	}
	*n = count;
	if (at + count * sizeof(struct ref_range) < at) {
		hit(HIT_EFAULT_WRAPS);
		return -EFAULT;
	}
	rc = ref_look_at_null(call, i, count);
	if (rc <= 0 || !count)
		return rc;
	if (ref_refused(&call->cage->memory, at, count * sizeof(struct ref_range))) {
		hit(HIT_VECTOR_EFAULT);
		return -EFAULT;
	}
	return 1;
}

int ref_look_at_lengths(const struct ref_range *range, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		if (range[k].len > INT64_MAX) {
			hit(HIT_VECTOR_LENGTH);
			return -EINVAL;
		}
	}
	return 0;
}

int ref_look_at_ranges(const struct ref_memory *memory, struct ref_range *range, size_t n)
{
	uint64_t left = ENCASE_TRANSFER_MAX;

	for (size_t k = 0; k < n; k++) {
		const struct ref_range *r = &range[k];

		if (!r->len) {
			hit(HIT_VECTOR_EMPTY);
			continue;
		}
		if (!r->base || r->base + r->len < r->base ||
		    ref_refused(memory, r->base, r->len)) {
			hit(r->len > ENCASE_TRANSFER_MAX ? HIT_VECTOR_RANGE_LONG
							 : HIT_VECTOR_RANGE);
			return -EFAULT;
		}
	}
	for (size_t k = 0; k < n; k++) {
		if (range[k].len > left)
			range[k].len = left;
		left -= range[k].len;
	}
	return 0;
}

/* The shadow: entries, and what they name unless that is used where it is. */
static void fill(struct ref_call *call, unsigned i, bool in_place)
{
	const struct ref_memory *memory = &call->cage->memory;
	size_t n = call->nrange[i], at = n * sizeof(struct ref_range), total = at;
	bool in = call->shape.arg[i].kind & ENCASE_IN;
	unsigned char *bytes;

	for (size_t k = 0; k < n && !in_place; k++)
		total += call->range[i][k].len;
	ref_make_shadow(call, i, NULL, total);
	bytes = call->shadow[i]->bytes;
	for (size_t k = 0; k < n; k++) {
		struct ref_range own = call->range[i][k];
		unsigned char *from = own.len ? ref_bytes_at(memory, own.base) : NULL;

		own.base = (uintptr_t) (in_place ? from : bytes + at);
		memcpy(bytes + k * sizeof(own), &own, sizeof(own));
		if (in_place)
			continue;
		if (own.len && in)
			memcpy(bytes + at, from, own.len);
		at += own.len;
	}
	if (in && !in_place)
		call->cage->traffic.from_cage += total - n * sizeof(struct ref_range);
}

int ref_fetch_vector(struct ref_call *call, unsigned i, bool in_place)
{
	size_t n = 0;
	int rc = look_at_entries(call, i, &n);

	if (rc < 0 || !call->arrived[i].word)
		return rc;
	call->range[i] = calloc(n + 1, sizeof(struct ref_range));
	call->nrange[i] = n;
	if (n)
		memcpy(call->range[i], ref_bytes_at(&call->cage->memory, call->arrived[i].word),
		       n * sizeof(struct ref_range));
	call->cage->traffic.from_cage += n * sizeof(struct ref_range);
	rc = ref_look_at_lengths(call->range[i], n);
	if (!rc)
		rc = ref_look_at_ranges(&call->cage->memory, call->range[i], n);
	if (rc) {
		free(call->range[i]);
		call->range[i] = NULL;
		return rc;
	}
	hit(call->shape.arg[i].kind & ENCASE_IN ? HIT_VECTOR_IN : HIT_VECTOR_OUT);
	fill(call, i, in_place);
	if (in_place)
		call->nrange[i] = 0; /* nothing to be flushed */
	return 0;
}

int ref_flush_vector(struct ref_call *call, unsigned i, encase_word result, bool *flushed)
{
	const struct ref_memory *memory = &call->cage->memory;
	encase_word left = encase_widen(call->shape.type, result);
	const unsigned char *from = call->shadow[i]->bytes;
	uint64_t total = 0;
	unsigned type = call->shape.type;

	if ((int64_t) left < 0 &&
	    (type == ENCASE_S8 || type == ENCASE_S16 || type == ENCASE_S32 || type == ENCASE_S64))
		left = 0;
	if (!(call->shape.arg[i].kind & ENCASE_FILLED))
		left = UINT64_MAX;
	from += call->nrange[i] * sizeof(struct ref_range);
	for (size_t k = 0; k < call->nrange[i] && left; k++) {
		const struct ref_range *r = &call->range[i][k];
		size_t n = r->len < left ? r->len : left;

		left -= n;
		if (n && ref_refused_to_write(memory, r->base, n)) {
			hit(HIT_VECTOR_FLUSH_EFAULT);
			return -EFAULT;
		}
		if (!n)
			continue;
		hit(n < r->len ? HIT_VECTOR_FLUSHED_PART : HIT_VECTOR_FLUSHED);
		*flushed = true;
		memcpy(ref_bytes_at(memory, r->base), from, n);
		total += n;
		from += r->len;
	}
	call->cage->traffic.to_cage += total;
	return 0;
}

bool ref_vector_leaves(const struct encase_desc *shape, const struct ref_word *down, unsigned i)
{
	unsigned counts = shape->arg[i].count;

	return ref_entries_leave(down[i].word, ref_count(shape, counts, down[counts].word));
}

bool ref_entries_leave(encase_word word, uint64_t n)
{
	const unsigned char *at = (const unsigned char *) (uintptr_t) word;
	uint64_t extent;

	if (__builtin_mul_overflow(n, sizeof(struct ref_range), &extent))
		extent = UINT64_MAX;
	if (ref_range_leaves(word, extent) || n > REF_ENTRIES)
		return true;
	for (uint64_t k = 0; k < n; k++) {
		struct ref_range own;

		memcpy(&own, at + k * sizeof(own), sizeof(own));
		if (ref_range_leaves(own.base, own.len)) {
			hit(HIT_VECTOR_NAMES);
			return true;
		}
	}
	return false;
}
