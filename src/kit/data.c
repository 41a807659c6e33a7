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

/* A scalar's word as a count: what is negative counts nothing. */
static size_t as_count(unsigned type, encase_word word)
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

int enc_kit_extent(const struct encase_test *t, const struct encase_desc *desc, unsigned i,
		   const encase_word *words, size_t *n)
{
	const struct encase_arg *arg = &desc->arg[i];
	const char *p = (const char *) (uintptr_t) words[i];
	size_t count = 1, size;

	switch (arg->kind & ENCASE_KIND) {
	case ENCASE_STR:
	case ENCASE_PATH:
		return string_extent(t, arg, p, n);
	case ENCASE_BUF:
		count = as_count(desc->arg[arg->count].type, words[arg->count]);
		break;
	}
	if (__builtin_mul_overflow(count, arg->size, &size))
		return EFAULT;
	if (size && enc_kit_is_bad(t, p, size))
		return EFAULT;
	*n = size;
	return 0;
}

static void keep(struct encase_test_call *note, unsigned i, size_t n)
{
	note->data[i].n = n < ENC_KIT_KEPT ? n : ENC_KIT_KEPT;
	free(note->data[i].bytes);
	note->data[i].bytes =
		enc_kit_copy((const void *) (uintptr_t) note->words[i], note->data[i].n);
}

int enc_kit_keep_in(const struct encase_test *t, struct encase_test_call *note)
{
	int first = 0;

	for (unsigned i = 0; i < note->desc->nargs && !t->blind; i++) {
		const void *p = (const void *) (uintptr_t) note->words[i];
		int error;

		if (!(note->desc->pointers >> i & 1) || !p || p == ENCASE_ANYTHING)
			continue;
		error = enc_kit_extent(t, note->desc, i, note->words, &note->data[i].extent);
		if (!error && note->desc->arg[i].kind & ENCASE_IN)
			keep(note, i, note->data[i].extent);
		if (!first)
			first = error;
	}
	return first;
}

void enc_kit_keep_out(const struct encase_test *t, struct encase_test_call *note)
{
	const struct encase_desc *desc = note->desc;

	for (unsigned i = 0; i < desc->nargs && !note->error && !t->blind; i++) {
		const struct encase_arg *arg = &desc->arg[i];
		size_t n, filled;

		if (!(desc->pointers >> i & 1) || !(arg->kind & ENCASE_OUT) || !note->words[i] ||
		    arg->kind & ENCASE_IN || enc_kit_extent(t, desc, i, note->words, &n))
			continue;
		filled = as_count(desc->type, note->result);
		if (arg->kind & ENCASE_FILLED && filled < n / arg->size)
			n = filled * arg->size;
		keep(note, i, n);
	}
}

void enc_kit_forget(struct encase_test_call *note)
{
	for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++)
		free(note->data[i].bytes);
	memset(note, 0, sizeof(*note));
}

bool enc_kit_same(const struct encase_test *t, const struct encase_test_call *call, unsigned i)
{
	const struct encase_test_call *expected = &t->expected;
	const void *p = (const void *) (uintptr_t) expected->words[i];

	if (!(call->desc->pointers >> i & 1))
		return expected->words[i] == call->words[i];
	if (p == ENCASE_ANYTHING)
		return true;
	if (!p || !call->words[i])
		return !p && !call->words[i];
	if (expected->words[i] == call->words[i] && !call->data[i].bytes)
		return true;
	if (!(call->desc->arg[i].kind & ENCASE_IN))
		return !t->blind;
	if (!expected->data[i].bytes || !call->data[i].bytes)
		return false;
	return expected->data[i].extent == call->data[i].extent &&
	       !memcmp(expected->data[i].bytes, call->data[i].bytes, call->data[i].n);
}
