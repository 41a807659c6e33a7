/* SPDX-License-Identifier: MIT */
/*
 * Extents of what is told in other ways than by bytes or objects: enum encase_deep.
 * What has pointers inside is a structure here, and what it points to nobody's.
 */
#include <errno.h>
#include <string.h>

#include "kit.h"

#define PAGE       ((size_t) 4096)
#define WORD_BYTES sizeof(encase_word)

static size_t words_for(size_t bits)
{
	return (bits / 64 + !!(bits % 64)) * WORD_BYTES;
}

/* By a count: 0 or an errno. */
static int counted(unsigned which, size_t count, size_t *n)
{
	if (which == ENCASE_BITS)
		*n = words_for(count);
	else if (which == ENCASE_NODES)
		*n = count && count - 1 <= PAGE * 8 ? words_for(count - 1) : 0;
	else if (which == ENCASE_MESSAGES)
		return __builtin_mul_overflow(count, (size_t) 64, n) ? EFAULT : 0;
	else if (which == ENCASE_PAGES)
		*n = count / PAGE + !!(count % PAGE);
	else
		return __builtin_add_overflow(count, WORD_BYTES, n) ? EFAULT : 0;
	return 0;
}

/* By its least bytes, which can be read. */
static size_t told(const struct encase_arg *arg, const char *p, size_t least)
{
	uint32_t said;

	memcpy(&said, p + arg->count, sizeof(said));
	if (said > PAGE)
		return least;
	if ((arg->size & 0xff) == ENCASE_TRAILED)
		return least + said;
	return said > least ? said : least;
}

int enc_kit_deep_extent(const struct encase_test *t, const struct encase_desc *desc, unsigned i,
			const encase_word *words, size_t *n)
{
	const struct encase_arg *arg = &desc->arg[i];
	const char *p = (const char *) (uintptr_t) words[i];
	unsigned which = arg->size & 0xff;
	size_t least = (size_t) (arg->size >> 8) << 3, size = least;
	int error = 0;

	if (which < ENCASE_SIZED)
		error = counted(which, enc_kit_count(desc->arg[arg->count].type, words[arg->count]),
				&size);
	else if (enc_kit_is_bad(t, p, least))
		error = EFAULT;
	else if (which <= ENCASE_TRAILED)
		size = told(arg, p, least);
	if (error)
		return error;
	if (size && enc_kit_is_bad(t, p, size))
		return EFAULT;
	*n = size;
	return 0;
}
