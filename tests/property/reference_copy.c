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

bool ref_is_pointer(const struct encase_desc *desc, unsigned i)
{
	return ref_kind(desc, i) >= ENCASE_STR;
}

unsigned ref_kind(const struct encase_desc *desc, unsigned i)
{
	return desc->arg[i].kind & ENCASE_KIND;
}

static bool is_string(const struct encase_desc *desc, unsigned i)
{
	return ref_kind(desc, i) == ENCASE_STR || ref_kind(desc, i) == ENCASE_PATH;
}

uint64_t ref_count(const struct encase_desc *desc, unsigned i, encase_word word)
{
	uint64_t value = encase_widen(desc->arg[i].type, word);

	switch (desc->arg[i].type) {
	case ENCASE_S8:
	case ENCASE_S16:
	case ENCASE_S32:
	case ENCASE_S64:
		if ((int64_t) value < 0) {
			hit(HIT_NEGATIVE_COUNT);
			return 0;
		}
		return value;
	default:
		return value;
	}
}

static bool overlap(uint64_t at, uint64_t n, uint64_t from, uint64_t size)
{
	return n && size && at < from + size && from < at + n;
}

static bool refused(const struct ref_memory *memory, encase_word at, uint64_t n)
{
	uint64_t offset = at - memory->base;

	if (memory->host)
		return false;
	if (at < memory->base || offset > memory->size || n > memory->size - offset)
		return true;
	return overlap(offset, n, memory->hole, memory->hole_size);
}

static bool refused_to_write(const struct ref_memory *memory, encase_word at, uint64_t n)
{
	return refused(memory, at, n) ||
	       (!memory->host && overlap(at - memory->base, n, memory->stone, memory->stone_size));
}

bool ref_bad_address(const struct ref_call *call, unsigned i)
{
	return call->arrived[i].home == REF_CAGE &&
	       refused(&call->cage->memory, call->arrived[i].word, 1);
}

static unsigned char *bytes_at(const struct ref_memory *memory, encase_word at)
{
	return memory->bytes + (at - memory->base);
}

static void make_shadow(struct ref_call *call, unsigned i, const void *from, uint64_t len)
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
static int look_at_null(const struct ref_call *call, unsigned i, uint64_t extent)
{
	if (call->arrived[i].word)
		return 1;
	if (extent && !(call->desc->arg[i].kind & ENCASE_NULLABLE)) {
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
	unsigned most = call->desc->arg[i].size, n = 0;
	int rc = look_at_null(call, i, most);

	if (rc <= 0)
		return rc;
	for (;; n++) {
		if (n == most) {
			bool path = ref_kind(call->desc, i) == ENCASE_PATH;

			hit(path ? HIT_ENAMETOOLONG : HIT_EINVAL_STRING);
			return path ? -ENAMETOOLONG : -EINVAL;
		}
		if (at + n < at || refused(memory, at + n, 1)) {
			hit(HIT_EFAULT_STRING);
			return -EFAULT;
		}
		if (!*bytes_at(memory, at + n))
			break;
	}
	if (at + n == memory->base + memory->size - 1)
		hit(HIT_LAST_BYTE);
	hit(HIT_COPIED);
	make_shadow(call, i, bytes_at(memory, at), n + 1);
	call->cage->traffic.from_cage += n + 1;
	return 0;
}

/* The extent's own error in section 3. */
static int extent_of_block(const struct ref_call *call, unsigned i, uint64_t *extent)
{
	const struct encase_desc *desc = call->desc;
	const struct encase_arg *arg = &desc->arg[i];
	uint64_t count = 1, end;

	if (ref_kind(desc, i) == ENCASE_BUF)
		count = ref_count(desc, arg->count, call->arrived[arg->count].word);
	if (__builtin_mul_overflow(count, arg->size, extent) ||
	    __builtin_add_overflow(call->arrived[i].word, *extent, &end)) {
		hit(HIT_EFAULT_WRAPS);
		return -EFAULT;
	}
	return 0;
}

static void note_refusal(const struct ref_call *call, unsigned i, uint64_t extent)
{
	const struct encase_desc *desc = call->desc;

	hit(HIT_EFAULT_RANGE);
	if (!(desc->arg[i].kind & ENCASE_IN))
		hit(HIT_EFAULT_OUT);
	if (encase_text(desc)->transfer && extent > ENCASE_TRANSFER_MAX)
		hit(HIT_EFAULT_TRANSFER);
}

/* Section 3 for buffers and objects; 1 if there are bytes at the address. */
static int measure(const struct ref_call *call, unsigned i, uint64_t *extent)
{
	encase_word at = call->arrived[i].word;
	int rc;

	if (!at && call->desc->arg[i].kind & ENCASE_NULLABLE)
		return look_at_null(call, i, 0);
	rc = extent_of_block(call, i, extent);
	if (!rc)
		rc = look_at_null(call, i, *extent);
	if (rc <= 0)
		return rc;
	if (!*extent) {
		hit(HIT_EMPTY);
	} else if (refused(&call->cage->memory, at, *extent)) {
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
		make_shadow(call, i, NULL, 0);
	} else if (call->desc->arg[i].kind & ENCASE_IN) {
		hit(HIT_COPIED);
		make_shadow(call, i, bytes_at(&call->cage->memory, call->arrived[i].word), extent);
		call->cage->traffic.from_cage += extent;
	} else {
		hit(HIT_ZEROED);
		make_shadow(call, i, NULL, extent);
	}
	return 0;
}

int ref_fetch(struct ref_call *call, unsigned i)
{
	int rc = 0;

	if (call->copied[i] || call->mode[i] == ENCASE_NULLIFY)
		return 0;
	if (call->arrived[i].home == REF_LAYERS) {
		hit(HIT_OF_LAYERS);
		call->seen[i] = call->arrived[i].word;
	} else if (is_string(call->desc, i)) {
		rc = fetch_string(call, i);
	} else {
		rc = fetch_block(call, i);
	}
	if (!rc)
		call->copied[i] = true;
	return rc;
}

int ref_translate(struct ref_call *call, unsigned i)
{
	static unsigned char nothing[1];
	const struct ref_memory *memory = &call->cage->memory;
	uint64_t extent;
	int rc;

	call->seen[i] = call->arrived[i].word;
	if (!call->arrived[i].word) {
		hit(HIT_LOWER_NULL);
		return 0;
	}
	if (call->arrived[i].home == REF_LAYERS)
		return 0;
	if (memory->host) {
		hit(HIT_LOWER_HOST);
		return 0;
	}
	if (is_string(call->desc, i) || !memory->placed) {
		hit(HIT_LOWER_SHADOW);
		return ref_fetch(call, i);
	}
	rc = measure(call, i, &extent);
	if (rc < 0)
		return rc;
	hit(HIT_LOWER_PLACE);
	call->seen[i] = (uintptr_t) (extent ? bytes_at(memory, call->arrived[i].word) : nothing);
	return 0;
}

/* How much of a shadow the call has written. */
static size_t written(const struct ref_call *call, unsigned i, encase_word result)
{
	const struct encase_desc *desc = call->desc;
	size_t room = call->shadow[i]->len, unit = desc->arg[i].size;
	encase_word objects = encase_widen(desc->type, result);

	if (!(desc->arg[i].kind & ENCASE_FILLED))
		return room;
	if ((int64_t) objects < 0 && (desc->type == ENCASE_S8 || desc->type == ENCASE_S16 ||
				      desc->type == ENCASE_S32 || desc->type == ENCASE_S64))
		objects = 0;
	if (objects > room / unit) {
		hit(HIT_FLUSHED_ROOM);
		return room;
	}
	if (objects < room / unit)
		hit(HIT_FLUSHED_PART);
	return objects * unit;
}

int ref_flush(struct ref_call *call, encase_word result)
{
	const struct ref_memory *memory = &call->cage->memory;
	bool flushed = false;

	for (unsigned i = 0; i < call->desc->nargs && !call->out_of_reach; i++) {
		encase_word to = call->arrived[i].word;
		size_t n;

		if (!call->shadow[i] || !(call->desc->arg[i].kind & ENCASE_OUT))
			continue;
		n = written(call, i, result);
		if (!n)
			continue;
		if (refused_to_write(memory, to, n)) {
			hit(flushed ? HIT_FLUSH_EFAULT_SECOND : HIT_FLUSH_EFAULT);
			return -EFAULT;
		}
		hit(HIT_FLUSHED);
		flushed = true;
		memcpy(bytes_at(memory, to), call->shadow[i]->bytes, n);
		call->cage->traffic.to_cage += n;
	}
	return 0;
}

void ref_drop(struct ref_call *call)
{
	for (unsigned i = 0; i < call->desc->nargs; i++) {
		struct ref_shadow *dead = call->shadow[i], **at = &alive;

		if (!dead)
			continue;
		while (*at != dead)
			at = &(*at)->next;
		*at = dead->next;
		free(dead->bytes);
		free(dead);
	}
}

/* Does a pointer with what follows it by the argument's extent leave this shadow? */
static bool leaves(const struct ref_shadow *shadow, const struct encase_desc *desc,
		   const encase_word *words, unsigned i)
{
	const struct encase_arg *arg = &desc->arg[i];
	const char *at = (const char *) (uintptr_t) words[i];
	uint64_t room = shadow->len - (words[i] - (uintptr_t) shadow->bytes);
	uint64_t count = 1, extent;

	if (is_string(desc, i)) {
		if (memchr(at, 0, room))
			return false;
		hit(HIT_EINVAL_SHADOW_STRING);
		return true;
	}
	if (ref_kind(desc, i) == ENCASE_BUF)
		count = ref_count(desc, arg->count, words[arg->count]);
	return __builtin_mul_overflow(count, arg->size, &extent) || extent > room;
}

bool ref_leaves(const struct encase_desc *desc, const encase_word *words, unsigned i)
{
	for (const struct ref_shadow *shadow = alive; shadow; shadow = shadow->next) {
		uintptr_t start = (uintptr_t) shadow->bytes;

		if (words[i] < start || words[i] > start + shadow->len)
			continue;
		hit(HIT_INSIDE);
		if (leaves(shadow, desc, words, i))
			return true;
	}
	return false;
}
