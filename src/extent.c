/* SPDX-License-Identifier: MIT */
/*
 * Extents of arguments that are neither objects nor so many of them: enum
 * encase_deep, docs/forwarding.md, section 3.  Sources: Linux's fs/select.c,
 * mm/mempolicy.c, mm/mincore.c, ipc/msg.c, include/linux/uaccess.h.
 */
#include "extent.h"

#define PAGE       ((size_t) 4096) /* of x86-64, and the largest structure that tells its size */
#define NODES_MAX  (PAGE * 8)
#define WORD_BYTES sizeof(encase_word)

/* Whole words for so many bits. */
static size_t words_for(size_t bits)
{
	return (bits / 64 + !!(bits % 64)) * WORD_BYTES;
}

/* Linux takes one node off, and looks at nothing where there are too many. */
static size_t nodes(size_t count)
{
	return count && count - 1 <= NODES_MAX ? words_for(count - 1) : 0;
}

size_t enc_extent_self(const struct encase_arg *arg, const void *p)
{
	size_t least = ENC_SELF_LEAST(arg);
	uint32_t said;

	if (!p || enc_deep(arg) > ENCASE_TRAILED)
		return least;
	memcpy(&said, (const char *) p + arg->count, sizeof(said));
	if (said > PAGE)
		return least;
	if (enc_deep(arg) == ENCASE_TRAILED)
		return least + said;
	return said > least ? said : least;
}

int enc_extent_deep(const struct encase_desc *desc, unsigned i, const encase_word *words, size_t *n)
{
	const struct encase_arg *arg = &desc->arg[i];
	size_t count = 0;

	if (!enc_is_self(arg))
		count = enc_count(desc, arg->count, words[arg->count]);
	switch (enc_deep(arg)) {
	case ENCASE_IOVEC:
		return __builtin_mul_overflow(count, 2 * WORD_BYTES, n) ? -EFAULT : 0;
	case ENCASE_BITS:
		*n = words_for(count);
		return 0;
	case ENCASE_NODES:
		*n = nodes(count);
		return 0;
	case ENCASE_PAGES:
		*n = count / PAGE + !!(count % PAGE);
		return 0;
	case ENCASE_LETTER:
		return __builtin_add_overflow(count, WORD_BYTES, n) ? -EFAULT : 0;
	case ENCASE_MESSAGES:
		return __builtin_mul_overflow(count, ENC_MESSAGES_EACH, n) ? -EFAULT : 0;
	default:
		*n = enc_extent_self(arg, (const void *) (uintptr_t) words[i]);
		return 0;
	}
}
