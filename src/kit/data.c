/* SPDX-License-Identifier: MIT */
/*
 * What arguments point to: how far it reaches, copies of it, comparing them.
 *
 * enc_kit_extent() alone knows how the bytes of an argument are found; all else
 * in the kit, what was read included, goes by what it says.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"

size_t enc_kit_count(unsigned type, encase_word word)
{
	bool is_signed =
		type == ENCASE_S8 || type == ENCASE_S16 || type == ENCASE_S32 || type == ENCASE_S64;

	word = encase_widen(type, word);
	return is_signed && (int64_t) word < 0 ? 0 : word;
}

static int string_extent(const struct encase_test *t, const struct encase_arg *arg, const char *p,
			 size_t *n)
{
	for (size_t i = 0; i < arg->size; i++) {
		if (enc_kit_is_bad(t, p + i, 1))
			return EFAULT;
		if (!p[i]) {
			*n = i + 1;
			return 0;
		}
	}
	return (arg->kind & ENCASE_KIND) == ENCASE_PATH ? ENAMETOOLONG : EINVAL;
}

/* The length behind a pointer, of 4 or 8 bytes; a null has none. */
static int pointed_length(const struct encase_test *t, const struct encase_desc *desc, unsigned i,
			  const encase_word *words, size_t *n)
{
	const void *p = (const void *) (uintptr_t) words[i];
	int64_t length = 0;
	int32_t narrow = 0;

	if (p && enc_kit_is_bad(t, p, desc->arg[i].size))
		return EFAULT;
	if (p && desc->arg[i].size == sizeof(narrow)) {
		memcpy(&narrow, p, sizeof(narrow));
		length = narrow;
	} else if (p) {
		memcpy(&length, p, sizeof(length));
	}
	*n = length < 0 ? 0 : (size_t) length;
	return 0;
}

/* How many objects a buffer has. */
static int buffer_count(const struct encase_test *t, const struct encase_desc *desc, unsigned i,
			const encase_word *words, size_t *n)
{
	unsigned count = desc->arg[i].count;

	if (enc_kit_points(desc, count))
		return pointed_length(t, desc, count, words, n);
	*n = enc_kit_count(desc->arg[count].type, words[count]);
	return 0;
}

int enc_kit_extent(const struct encase_test *t, const struct encase_desc *desc, unsigned i,
		   const encase_word *words, size_t *n)
{
	const struct encase_arg *arg = &desc->arg[i];
	const char *p = (const char *) (uintptr_t) words[i];
	size_t count = 1, size;
	int error = 0;

	switch (arg->kind & ENCASE_KIND) {
	case ENCASE_STR:
	case ENCASE_PATH:
		return string_extent(t, arg, p, n);
	case ENCASE_DEEP:
		return enc_kit_is_vector(desc, i) ? enc_kit_vector_extent(t, desc, i, words, n)
						  : enc_kit_deep_extent(t, desc, i, words, n);
	case ENCASE_BUF:
		error = buffer_count(t, desc, i, words, &count);
		break;
	}
	if (error)
		return error;
	if (__builtin_mul_overflow(count, arg->size, &size))
		return EFAULT;
	if (size && enc_kit_is_bad(t, p, size))
		return EFAULT;
	*n = size;
	return 0;
}

size_t enc_kit_touched(const struct enc_kit_ranges *ranges, const struct encase_desc *desc,
		       unsigned i, const encase_word *words, size_t n)
{
	const struct enc_kit_part *parts = (const struct enc_kit_part *) (uintptr_t) words[i];
	size_t sum = 0, entries;

	if (!enc_kit_is_vector(desc, i))
		return enc_kit_ranges_in(ranges, parts, n);
	entries = 1;
	if (desc->arg[i].size == ENCASE_IOVEC)
		entries = enc_kit_count(desc->arg[desc->arg[i].count].type,
					words[desc->arg[i].count]);
	for (size_t k = 0; k < entries; k++)
		sum += enc_kit_ranges_in(ranges, (const void *) (uintptr_t) parts[k].base,
					 parts[k].len);
	return sum + enc_kit_ranges_in(ranges, parts, entries * sizeof(*parts));
}

static void keep(struct encase_test_call *note, unsigned i, size_t n)
{
	note->data[i].n = n < ENC_KIT_KEPT ? n : ENC_KIT_KEPT;
	free(note->data[i].bytes);
	if (enc_kit_is_vector(&note->shape, i)) {
		note->data[i].bytes = enc_kit_alloc(note->data[i].n);
		enc_kit_gather(note->words[i], note->data[i].bytes, note->data[i].n);
		return;
	}
	note->data[i].bytes =
		enc_kit_copy((const void *) (uintptr_t) note->words[i], note->data[i].n);
}

int enc_kit_keep_in(const struct encase_test *t, struct encase_test_call *note)
{
	int first = 0;

	for (unsigned i = 0; i < note->shape.nargs && !t->blind; i++) {
		const void *p = (const void *) (uintptr_t) note->words[i];
		int error;

		if (!enc_kit_points(&note->shape, i) || !p || p == ENCASE_ANYTHING)
			continue;
		error = enc_kit_extent(t, &note->shape, i, note->words, &note->data[i].extent);
		if (!error && note->shape.arg[i].kind & ENCASE_IN)
			keep(note, i, note->data[i].extent);
		if (!first)
			first = error;
	}
	return first;
}

/* How much of its room the call has written, as the result says, or the length as it is now. */
static size_t written(const struct encase_test *t, const struct encase_test_call *note, unsigned i)
{
	const struct encase_desc *desc = &note->shape;
	const struct encase_arg *arg = &desc->arg[i];
	size_t room = note->data[i].extent, unit = arg->size, filled = 0;

	if (!(arg->kind & ENCASE_FILLED))
		return room;
	if ((arg->kind & ENCASE_KIND) == ENCASE_DEEP)
		unit = 1;
	if ((arg->kind & ENCASE_KIND) != ENCASE_BUF || !enc_kit_points(desc, arg->count))
		filled = enc_kit_count(desc->type, note->result);
	else if (pointed_length(t, desc, arg->count, note->words, &filled))
		return 0;
	if ((arg->kind & ENCASE_KIND) == ENCASE_DEEP && arg->size == ENCASE_LETTER && filled < room)
		filled += sizeof(encase_word); /* its type is not counted */
	return filled < room / unit ? filled * unit : room;
}

void enc_kit_keep_out(const struct encase_test *t, struct encase_test_call *note)
{
	const struct encase_desc *desc = &note->shape;

	for (unsigned i = 0; i < desc->nargs && !note->error && !t->blind; i++) {
		const struct encase_arg *arg = &desc->arg[i];
		size_t now;

		if (!enc_kit_points(desc, i) || !(arg->kind & ENCASE_OUT) || !note->words[i] ||
		    arg->kind & ENCASE_IN)
			continue;
		/* Where there was no room when it came, there is nothing, whatever its length is now. */
		if (note->data[i].extent || !enc_kit_extent(t, desc, i, note->words, &now))
			keep(note, i, written(t, note, i));
	}
}

void enc_kit_forget(struct encase_test_call *note)
{
	for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++) {
		free(note->data[i].bytes);
		if (note->owned >> i & 1)
			free((void *) (uintptr_t) note->words[i]);
	}
	memset(note, 0, sizeof(*note));
}

bool enc_kit_same(const struct encase_test *t, const struct encase_test_call *call, unsigned i)
{
	const struct encase_test_call *expected = &t->expected;
	const void *p = (const void *) (uintptr_t) expected->words[i];

	if (enc_kit_points(&expected->shape, i) != enc_kit_points(&call->shape, i))
		return false;
	if (!enc_kit_points(&call->shape, i))
		return expected->words[i] == call->words[i];
	if (p == ENCASE_ANYTHING)
		return true;
	if (!p || !call->words[i])
		return !p && !call->words[i];
	if (expected->words[i] == call->words[i] && !call->data[i].bytes)
		return true;
	if (!(call->shape.arg[i].kind & ENCASE_IN))
		return !t->blind;
	if (!expected->data[i].bytes || !call->data[i].bytes)
		return false;
	return expected->data[i].extent == call->data[i].extent &&
	       !memcmp(expected->data[i].bytes, call->data[i].bytes, call->data[i].n);
}
