/* SPDX-License-Identifier: MIT */
/*
 * The reference router: how bytes move.
 *
 * Extents, shadows, flushes and what the lower layer gets, one argument at a
 * time.  Nothing here is larger than the arrays of bytes that the scenarios use
 * for memory, so a buffer above the bounds of 3.2 and 3.3 has always been refused
 * by the memory before the bound matters.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hits.h"
#include "reference_private.h"

static struct ref_shadow *alive;

static bool is_string(const struct encase_desc *desc, unsigned i)
{
	return ref_kind(desc, i) == ENCASE_STR || ref_kind(desc, i) == ENCASE_PATH;
}

void ref_make_shadow(struct ref_call *call, unsigned i, const void *from, uint64_t len)
{
	struct ref_shadow *shadow = malloc(sizeof(*shadow));

	shadow->bytes = calloc(1, len + 1);
	shadow->len = len;
	shadow->next = alive;
	alive = shadow;
	if (from)
		memcpy(shadow->bytes, from, len);
	call->shadow[i] = shadow;
	call->seen[i] = (uintptr_t) shadow->bytes;
}

/* 2.5; 1 if there is something to fetch. */
int ref_look_at_null(const struct ref_call *call, unsigned i, uint64_t extent)
{
	if (call->arrived[i].word)
		return 1;
	if (extent && !(call->shape.arg[i].kind & ENCASE_NULLABLE)) {
		hit(HIT_NULL_EFAULT);
		return -EFAULT;
	}
	hit(HIT_NULL_FINE);
	return 0;
}

static int fetch_string(struct ref_call *call, unsigned i)
{
	const struct ref_memory *memory = &call->cage->memory;
	encase_word at = call->arrived[i].word;
	unsigned most = call->shape.arg[i].size, n = 0;
	int rc = ref_look_at_null(call, i, most);

	if (rc <= 0)
		return rc;
	for (;; n++) {
		if (n == most) {
			bool path = ref_kind(&call->shape, i) == ENCASE_PATH;

			hit(path ? HIT_ENAMETOOLONG : HIT_EINVAL_STRING);
			return path ? -ENAMETOOLONG : -EINVAL;
		}
		if (at + n < at || ref_refused(memory, at + n, 1)) {
			hit(HIT_EFAULT_STRING);
			return -EFAULT;
		}
		if (!*ref_bytes_at(memory, at + n))
			break;
	}
	if (at + n == memory->base + memory->size - 1)
		hit(HIT_LAST_BYTE);
	hit(HIT_COPIED);
	ref_make_shadow(call, i, ref_bytes_at(memory, at), n + 1);
	call->cage->traffic.from_cage += n + 1;
	return 0;
}

/* The extent's own error in section 3. */
static int extent_of_block(const struct ref_call *call, unsigned i, uint64_t *extent)
{
	const struct encase_desc *desc = &call->shape;
	const struct encase_arg *arg = &desc->arg[i];
	uint64_t count = 1, end;

	if (ref_length_of(desc, i) >= 0)
		count = call->was[arg->count];
	else if (ref_is_counted(desc, i))
		count = ref_count(desc, arg->count, call->arrived[arg->count].word);
	if (!ref_reaches(desc, i, count, extent) ||
	    __builtin_add_overflow(call->arrived[i].word, *extent, &end)) {
		hit(HIT_EFAULT_WRAPS);
		return -EFAULT;
	}
	return 0;
}

static void note_refusal(const struct ref_call *call, unsigned i, uint64_t extent)
{
	const struct encase_desc *desc = &call->shape;

	hit(HIT_EFAULT_RANGE);
	if (!(desc->arg[i].kind & ENCASE_IN))
		hit(HIT_EFAULT_OUT);
	if (call->desc && encase_text(call->desc)->transfer && extent > ENCASE_TRANSFER_MAX)
		hit(HIT_EFAULT_TRANSFER);
}

/* Section 3 for buffers and objects; 1 if there are bytes at the address. */
static int measure(const struct ref_call *call, unsigned i, uint64_t *extent)
{
	encase_word at = call->arrived[i].word;
	int rc;

	if (!at && call->shape.arg[i].kind & ENCASE_NULLABLE)
		return ref_look_at_null(call, i, 0);
	rc = extent_of_block(call, i, extent);
	if (!rc)
		rc = ref_look_at_null(call, i, *extent);
	if (rc <= 0)
		return rc;
	if (!*extent) {
		hit(HIT_EMPTY);
	} else if (ref_refused(&call->cage->memory, at, *extent)) {
		note_refusal(call, i, *extent);
		return -EFAULT;
	}
	return 1;
}

static int fetch_block(struct ref_call *call, unsigned i)
{
	uint64_t extent;
	int rc = measure(call, i, &extent);

	if (rc <= 0)
		return rc;
	if (!extent) {
		ref_make_shadow(call, i, NULL, 0);
	} else if (call->shape.arg[i].kind & ENCASE_IN) {
		hit(HIT_COPIED);
		ref_make_shadow(call, i, ref_bytes_at(&call->cage->memory, call->arrived[i].word),
				extent);
		call->cage->traffic.from_cage += extent;
	} else {
		hit(HIT_ZEROED);
		ref_make_shadow(call, i, NULL, extent);
	}
	return 0;
}

/* 3.6: is this the length of a buffer that is null, and may be? */
static bool is_unseen(const struct ref_call *call, unsigned i)
{
	int buffer = ref_buffer_of(&call->shape, i);

	if (buffer < 0 || call->arrived[buffer].word ||
	    !(call->shape.arg[buffer].kind & ENCASE_NULLABLE))
		return false;
	if (ref_is_anyway(call, i))
		hit(HIT_LENGTH_ANYWAY);
	return !ref_is_anyway(call, i);
}

static void note_length(struct ref_call *call, unsigned i)
{
	if (ref_buffer_of(&call->shape, i) < 0 || call->noted[i] || !call->seen[i])
		return;
	call->was[i] = ref_read_length(&call->shape, i, call->seen[i]);
	call->noted[i] = true;
}

static int fetch_bytes(struct ref_call *call, unsigned i)
{
	if (is_string(&call->shape, i))
		return fetch_string(call, i);
	if (ref_is_vector(&call->shape, i))
		return ref_fetch_vector(call, i, false);
	if (ref_is_nested(&call->shape, i))
		return ref_fetch_nested(call, i);
	return fetch_block(call, i);
}

/* 2.6: of the layers' memory, a buffer whose extent exceeds 64 bits */
static int overflows(const struct ref_call *call, unsigned i)
{
	const struct encase_arg *arg = &call->shape.arg[i];
	uint64_t extent, count = 1;

	if (ref_length_of(&call->shape, i) >= 0)
		count = call->was[arg->count];
	else if (ref_is_counted(&call->shape, i))
		count = ref_count(&call->shape, arg->count, call->arrived[arg->count].word);
	return ref_reaches(&call->shape, i, count, &extent) ? 0 : -EFAULT;
}

int ref_fetch(struct ref_call *call, unsigned i)
{
	int rc = 0;

	if (call->copied[i] || call->mode[i] == ENCASE_NULLIFY)
		return 0;
	if (is_unseen(call, i)) {
		hit(HIT_LENGTH_UNSEEN);
		call->arrived[i] = (struct ref_word){ 0, REF_NOWHERE };
		call->copied[i] = true;
		return 0;
	}
	if (ref_length_of(&call->shape, i) >= 0)
		rc = ref_fetch(call, call->shape.arg[i].count);
	if (rc) {
		hit(HIT_LENGTH_FAILS);
		return rc;
	}
	if (call->arrived[i].home == REF_LAYERS) {
		hit(HIT_OF_LAYERS);
		call->seen[i] = call->arrived[i].word;
		if (call->mode[i] != ENCASE_COPY)
			rc = overflows(call, i);
	} else {
		rc = fetch_bytes(call, i);
	}
	if (rc)
		return rc;
	call->copied[i] = true;
	note_length(call, i);
	return 0;
}

/* 6.1: of a buffer that is there; a null is not for the lower layer to judge. */
static int translate_length(struct ref_call *call, unsigned i)
{
	if (!call->arrived[i].word && !(call->shape.arg[i].kind & ENCASE_NULLABLE)) {
		hit(HIT_LOWER_NO_LENGTH);
		return -EFAULT;
	}
	return ref_translate(call, i);
}

int ref_translate(struct ref_call *call, unsigned i)
{
	static unsigned char nothing[1];
	const struct ref_memory *memory = &call->cage->memory;
	uint64_t extent;
	int rc;

	if (call->copied[i])
		return 0;
	if (!memory->host && call->arrived[i].home == REF_CAGE &&
	    ref_length_of(&call->shape, i) >= 0) {
		rc = translate_length(call, call->shape.arg[i].count);
		if (rc)
			return rc;
	}
	if (!memory->host && call->arrived[i].home == REF_CAGE && is_unseen(call, i))
		call->arrived[i] = (struct ref_word){ 0, REF_NOWHERE };
	call->seen[i] = call->arrived[i].word;
	if (!call->arrived[i].word) {
		hit(HIT_LOWER_NULL);
		return 0;
	}
	if (call->arrived[i].home == REF_LAYERS) {
		note_length(call, i);
		return 0;
	}
	if (memory->host) {
		hit(HIT_LOWER_HOST);
		return 0;
	}
	if (ref_is_vector(&call->shape, i)) {
		hit(HIT_LOWER_VECTOR);
		rc = ref_fetch_vector(call, i, memory->placed);
		call->copied[i] = !rc;
		return rc;
	}
	if (is_string(&call->shape, i) || ref_is_nested(&call->shape, i) ||
	    ref_buffer_of(&call->shape, i) >= 0 || !memory->placed) {
		hit(HIT_LOWER_SHADOW);
		rc = fetch_bytes(call, i);
		call->copied[i] = !rc;
		if (!rc)
			note_length(call, i);
		return rc;
	}
	rc = measure(call, i, &extent);
	if (rc < 0)
		return rc;
	hit(HIT_LOWER_PLACE);
	call->seen[i] =
		(uintptr_t) (extent ? ref_bytes_at(memory, call->arrived[i].word) : nothing);
	return 0;
}

void ref_drop_one(struct ref_call *call, unsigned i)
{
	struct ref_shadow *dead = call->shadow[i], **at = &alive;

	if (!dead)
		return;
	while (*at != dead)
		at = &(*at)->next;
	*at = dead->next;
	call->shadow[i] = NULL;
	free(call->range[i]);
	ref_drop_messages(call, i);
	free(dead->bytes);
	free(dead);
}

void ref_drop(struct ref_call *call)
{
	for (unsigned i = 0; i < call->shape.nargs; i++)
		ref_drop_one(call, i);
}

/* 4.5: a range that begins in a shadow that is alive, and ends outside of it */
bool ref_range_leaves(encase_word at, uint64_t extent)
{
	for (const struct ref_shadow *shadow = alive; shadow; shadow = shadow->next) {
		uintptr_t start = (uintptr_t) shadow->bytes;

		if (at < start || at > start + shadow->len)
			continue;
		hit(HIT_INSIDE);
		if (extent > shadow->len - (at - start))
			return true;
	}
	return false;
}

size_t ref_room_at(encase_word at)
{
	for (const struct ref_shadow *shadow = alive; shadow; shadow = shadow->next) {
		uintptr_t start = (uintptr_t) shadow->bytes;

		if (at >= start && at <= start + shadow->len)
			return shadow->len - (at - start);
	}
	return SIZE_MAX;
}

bool ref_string_leaves(encase_word at)
{
	for (const struct ref_shadow *shadow = alive; shadow; shadow = shadow->next) {
		uintptr_t start = (uintptr_t) shadow->bytes;

		if (at < start || at > start + shadow->len)
			continue;
		hit(HIT_INSIDE);
		if (memchr((const void *) (uintptr_t) at, 0, shadow->len - (at - start)))
			continue;
		hit(HIT_EINVAL_SHADOW_STRING);
		return true;
	}
	return false;
}

bool ref_leaves(const struct encase_desc *shape, const struct ref_word *down, unsigned i)
{
	const struct encase_arg *arg = &shape->arg[i];
	uint64_t count = 1, extent;

	if (is_string(shape, i))
		return ref_string_leaves(down[i].word);
	if (ref_is_vector(shape, i))
		return ref_vector_leaves(shape, down, i);
	if (ref_is_nested(shape, i))
		return ref_nested_leaves(shape, down, i);
	if (ref_length_of(shape, i) >= 0) {
		if (down[arg->count].home == REF_CAGE)
			return false;
		count = ref_read_length(shape, arg->count, down[arg->count].word);
	} else if (ref_is_counted(shape, i)) {
		count = ref_count(shape, arg->count, down[arg->count].word);
	}
	if (!ref_reaches(shape, i, count, &extent))
		extent = UINT64_MAX;
	return ref_range_leaves(down[i].word, extent);
}
