/* SPDX-License-Identifier: MIT */
/*
 * The reference router: pairs, strings, what tells itself how far it reaches, and what
 * nobody has described.
 *
 * What has pointers inside has one shadow: the structure, then all that it points to.
 * Lengths and pointers are read once, from the cage, and used from there on.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hits.h"
#include "reference_message.h"

#define SELF_MOST    4096      /* what tells itself how far it reaches */
#define PAIR_MOST    4096      /* bytes that a pair names */
#define STRING_MOST  131072    /* bytes of a string of many, with its NUL */
#define STRINGS_MOST (6 << 20) /* bytes of all, and of their pointers */

bool ref_is_message(const struct encase_desc *shape, unsigned i)
{
	return ref_deep(shape, i) == ENCASE_MESSAGE || ref_deep(shape, i) == ENCASE_MESSAGES;
}

bool ref_is_nested(const struct encase_desc *shape, unsigned i)
{
	return ref_deep(shape, i) >= ENCASE_MESSAGES;
}

/* -- What tells itself how far it reaches --------------------------------- */

static uint64_t least_of(const struct encase_desc *shape, unsigned i)
{
	return (uint64_t) (shape->arg[i].size >> 8) * 8;
}

/* By the number that stands in it; its least bytes are there. */
static uint64_t self_extent(const struct encase_desc *shape, unsigned i, const unsigned char *at)
{
	uint64_t least = least_of(shape, i);
	uint32_t number;

	memcpy(&number, at + shape->arg[i].count, sizeof(number));
	if (number > SELF_MOST) {
		hit(HIT_SELF_MORE);
		return least;
	}
	if (ref_deep(shape, i) == ENCASE_TRAILED)
		return least + number;
	if (number < least)
		hit(HIT_SELF_LESS);
	return number < least ? least : number;
}

static int fetch_self(struct ref_call *call, unsigned i)
{
	const struct ref_memory *memory = &call->cage->memory;
	uint64_t least = least_of(&call->shape, i), extent;
	encase_word at = call->arrived[i].word;
	int rc = ref_look_at_null(call, i, least);

	if (rc <= 0)
		return rc;
	if (ref_refused(memory, at, least)) {
		hit(HIT_SELF_EFAULT);
		return -EFAULT;
	}
	extent = self_extent(&call->shape, i, ref_bytes_at(memory, at));
	if (ref_refused(memory, at, extent)) {
		hit(HIT_SELF_EFAULT_REST);
		return -EFAULT;
	}
	hit(ref_deep(&call->shape, i) == ENCASE_SIZED ? HIT_SIZED : HIT_TRAILED);
	ref_make_shadow(call, i, ref_bytes_at(memory, at), extent);
	call->cage->traffic.from_cage += extent;
	return 0;
}

static bool self_leaves(const struct encase_desc *shape, encase_word at, unsigned i)
{
	const unsigned char *bytes = (const unsigned char *) (uintptr_t) at;

	return ref_range_leaves(at, least_of(shape, i)) ||
	       ref_range_leaves(at, self_extent(shape, i, bytes));
}

/* -- Pairs ---------------------------------------------------------------- */

static int fetch_pair(struct ref_call *call, unsigned i)
{
	const struct ref_memory *memory = &call->cage->memory;
	encase_word at = call->arrived[i].word;
	int rc = ref_look_at_null(call, i, sizeof(struct ref_range));
	struct ref_range own, shown;
	uint64_t n;

	if (rc <= 0)
		return rc;
	if (ref_refused(memory, at, sizeof(own))) {
		hit(HIT_PAIR_EFAULT);
		return -EFAULT;
	}
	memcpy(&own, ref_bytes_at(memory, at), sizeof(own));
	call->cage->traffic.from_cage += sizeof(own);
	n = own.len = own.base ? own.len : 0;
	if (n > PAIR_MOST) {
		hit(HIT_PAIR_LONG);
		return -EINVAL;
	}
	if (n && ref_refused(memory, own.base, n)) {
		hit(HIT_PAIR_RANGE);
		return -EFAULT;
	}
	hit(own.base ? HIT_PAIR : HIT_PAIR_NULL);
	ref_make_shadow(call, i, NULL, sizeof(own) + n);
	shown = own;
	if (own.base)
		shown.base = call->seen[i] + sizeof(own);
	memcpy(call->shadow[i]->bytes, &shown, sizeof(shown));
	if (n)
		memcpy(call->shadow[i]->bytes + sizeof(own), ref_bytes_at(memory, own.base), n);
	call->cage->traffic.from_cage += n;
	return 0;
}

static bool pair_leaves(encase_word at)
{
	struct ref_range own;

	if (ref_range_leaves(at, sizeof(own)))
		return true;
	memcpy(&own, (const void *) (uintptr_t) at, sizeof(own));
	if (!ref_range_leaves(own.base, own.len))
		return false;
	hit(HIT_PAIR_NAMES);
	return true;
}

/* -- Strings -------------------------------------------------------------- */

/* How many pointers there are before the null. */
static int count_strings(const struct ref_memory *memory, encase_word at, size_t *n)
{
	encase_word string = 1;

	for (*n = 0; string; (*n)++) {
		if (ref_refused(memory, at + *n * sizeof(string), sizeof(string))) {
			hit(HIT_STRINGS_EFAULT);
			return -EFAULT;
		}
		memcpy(&string, ref_bytes_at(memory, at + *n * sizeof(string)), sizeof(string));
		if (*n * sizeof(string) > STRINGS_MOST)
			return -E2BIG;
	}
	(*n)--;
	return 0;
}

/* Its length with its NUL. */
static int measure_string(const struct ref_memory *memory, encase_word at, size_t left, size_t *n)
{
	for (*n = 0; *n < STRING_MOST && *n < left; (*n)++) {
		if (ref_refused(memory, at + *n, 1)) {
			hit(HIT_STRINGS_RANGE);
			return -EFAULT;
		}
		if (!*ref_bytes_at(memory, at + *n)) {
			(*n)++;
			return 0;
		}
	}
	hit(*n < left ? HIT_STRINGS_LONG : HIT_STRINGS_MOST);
	return -E2BIG;
}

/* The shadow: pointers, and the strings one after another. */
static void fill_strings(struct ref_call *call, unsigned i, const encase_word *own,
			 const size_t *length, size_t n)
{
	unsigned char *bytes = call->shadow[i]->bytes;
	size_t at = (n + 1) * sizeof(*own);

	for (size_t k = 0; k < n; k++) {
		encase_word shown = (uintptr_t) bytes + at;

		memcpy(bytes + k * sizeof(shown), &shown, sizeof(shown));
		memcpy(bytes + at, ref_bytes_at(&call->cage->memory, own[k]), length[k]);
		at += length[k];
	}
}

static int copy_strings(struct ref_call *call, unsigned i, const encase_word *own, size_t *length,
			size_t n)
{
	size_t total = (n + 1) * sizeof(*own);

	for (size_t k = 0; k < n; k++) {
		int rc = measure_string(&call->cage->memory, own[k], STRINGS_MOST - total,
					&length[k]);

		if (rc)
			return rc;
		total += length[k];
	}
	hit(n ? HIT_STRINGS : HIT_STRINGS_NONE);
	call->nrange[i] = n + 1;
	ref_make_shadow(call, i, NULL, total);
	fill_strings(call, i, own, length, n);
	call->cage->traffic.from_cage += total;
	return 0;
}

static int fetch_strings(struct ref_call *call, unsigned i)
{
	const struct ref_memory *memory = &call->cage->memory;
	encase_word at = call->arrived[i].word, *own;
	int rc = ref_look_at_null(call, i, sizeof(*own));
	size_t n, *length;

	if (rc <= 0)
		return rc;
	rc = count_strings(memory, at, &n);
	if (rc)
		return rc;
	own = calloc(n + 1, sizeof(*own));
	length = calloc(n + 1, sizeof(*length));
	memcpy(own, ref_bytes_at(memory, at), n * sizeof(*own));
	rc = copy_strings(call, i, own, length, n);
	free(own);
	free(length);
	return rc;
}

static bool strings_leave(encase_word at)
{
	encase_word string;

	for (;; at += sizeof(string)) {
		if (ref_range_leaves(at, sizeof(string)))
			return true;
		memcpy(&string, (const void *) (uintptr_t) at, sizeof(string));
		if (!string)
			return false;
		if (ref_string_leaves(string)) {
			hit(HIT_STRINGS_NAMES);
			return true;
		}
	}
}

/* -- All of them ---------------------------------------------------------- */

/* 3.9 */
static int fetch_opaque(struct ref_call *call, unsigned i)
{
	if (call->arrived[i].word && !call->cage->memory.host) {
		hit(HIT_OPAQUE_ENOSYS);
		return -ENOSYS;
	}
	if (call->arrived[i].word)
		hit(HIT_OPAQUE);
	call->seen[i] = call->arrived[i].word;
	return 0;
}

int ref_fetch_nested(struct ref_call *call, unsigned i)
{
	switch (ref_deep(&call->shape, i)) {
	case ENCASE_SIZED:
	case ENCASE_TRAILED:
		return fetch_self(call, i);
	case ENCASE_PAIR:
		return fetch_pair(call, i);
	case ENCASE_STRINGS:
		return fetch_strings(call, i);
	case ENCASE_OPAQUE:
		return fetch_opaque(call, i);
	default:
		return ref_fetch_messages(call, i);
	}
}

bool ref_nested_leaves(const struct encase_desc *shape, const struct ref_word *down, unsigned i)
{
	switch (ref_deep(shape, i)) {
	case ENCASE_SIZED:
	case ENCASE_TRAILED:
		return self_leaves(shape, down[i].word, i);
	case ENCASE_PAIR:
		return pair_leaves(down[i].word);
	case ENCASE_STRINGS:
		return strings_leave(down[i].word);
	case ENCASE_OPAQUE:
		return false;
	default:
		return ref_messages_leave(shape, down, i);
	}
}

/* 2.6: of strings of the layers' the pointers with the null, no more than there is room for. */
static size_t strings_at(encase_word at)
{
	size_t room = ref_room_at(at), n = 0;
	encase_word string;

	do {
		memcpy(&string, (const void *) (uintptr_t) (at + n), sizeof(string));
		n += sizeof(string);
	} while (string && n + sizeof(string) <= room);
	return n;
}

/* 2.6: the same of what says how far it reaches. */
static size_t self_at(const struct encase_desc *shape, encase_word at, unsigned i)
{
	uint64_t extent = self_extent(shape, i, (const unsigned char *) (uintptr_t) at);

	return extent < ref_room_at(at) ? extent : ref_room_at(at);
}

size_t ref_nested_length(const struct ref_call *call, unsigned i)
{
	const struct encase_desc *shape = &call->shape;
	unsigned count = shape->arg[i].count;

	switch (ref_deep(shape, i)) {
	case ENCASE_SIZED:
	case ENCASE_TRAILED:
		return call->shadow[i] ? call->shadow[i]->len : self_at(shape, call->seen[i], i);
	case ENCASE_STRINGS:
		if (call->shadow[i])
			return sizeof(encase_word) * call->nrange[i];
		return strings_at(call->seen[i]);
	case ENCASE_MESSAGES:
		return REF_MANY_SIZE * ref_count(shape, count, call->arrived[count].word);
	default: /* of what nobody has described: 0 */
		return least_of(shape, i);
	}
}
