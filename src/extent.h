/* SPDX-License-Identifier: MIT */
/* Extents: how many bytes an argument reaches over, by the words of its call. */
#ifndef ENC_EXTENT_H
#define ENC_EXTENT_H

#include <string.h>

#include "desc.h"
#include "result.h"

/* Whether pointer i is a buffer whose length stands behind another pointer. */
static inline bool enc_is_pointed(const struct encase_desc *desc, unsigned i)
{
	return enc_kind(&desc->arg[i]) == ENCASE_BUF && desc->pointers >> desc->arg[i].count & 1;
}

/* The pointers that such lengths stand behind. */
static inline unsigned enc_lengths(const struct encase_desc *desc)
{
	unsigned pointers = desc->pointers, lengths = 0;

	ENC_FOREACH_BIT(i, pointers)
	{
		if (enc_is_pointed(desc, i))
			lengths |= 1U << desc->arg[i].count;
	}
	return lengths;
}

/* Which rule tells the extent of an argument of kind ENCASE_DEEP. */
static inline unsigned enc_deep(const struct encase_arg *arg)
{
	return arg->size & 0xff;
}

static inline bool enc_is_vector(const struct encase_arg *arg)
{
	return enc_kind(arg) == ENCASE_DEEP && enc_deep(arg) == ENCASE_IOVEC;
}

/* Whether an argument tells itself how far it reaches. */
static inline bool enc_is_self(const struct encase_arg *arg)
{
	return enc_kind(arg) == ENCASE_DEEP && enc_deep(arg) >= ENCASE_SIZED;
}

static inline bool enc_is_opaque(const struct encase_arg *arg)
{
	return enc_kind(arg) == ENCASE_DEEP && enc_deep(arg) == ENCASE_OPAQUE;
}

/*
 * Rule 3.6: whether i is a length of which there is no buffer: all are null that it is for, and
 * may be.  One that is written anyway is asked for by such calls.
 */
static inline bool enc_is_unseen(const struct encase_desc *desc, unsigned i,
				 const encase_word *words)
{
	unsigned pointers = desc->pointers;
	bool unseen = false;

	ENC_FOREACH_BIT(k, pointers)
	{
		if (!enc_is_pointed(desc, k) || desc->arg[k].count != i)
			continue;
		if (words[k] || !(desc->arg[k].kind & ENCASE_NULLABLE))
			return false;
		unseen = true;
	}
	return unseen && !(encase_text(desc)->anyway >> i & 1);
}

/*
 * Rule 5.9: the arguments that are written by calls that fail, too.  One that varies is not
 * where this call does not read it: what stands in its shadow are zeros.
 */
static inline unsigned enc_anyway(const struct encase_desc *desc)
{
	const unsigned both = ENCASE_IN | ENCASE_OUT;
	unsigned marked = encase_text(desc)->anyway, anyway = 0;

	ENC_FOREACH_BIT(i, marked)
	{
		if ((desc->arg[i].kind & both) == both && desc->pointers >> i & 1)
			anyway |= 1U << i;
	}
	return anyway;
}

/* How many bytes of an argument are written, of which so many objects, or bytes, are said to be. */
static inline size_t enc_extent_written(const struct encase_arg *arg, size_t said, size_t room)
{
	size_t unit = enc_kind(arg) == ENCASE_DEEP ? 1 : arg->size;

	if (said >= room / unit)
		return room;
	if (enc_unlikely(enc_kind(arg) == ENCASE_DEEP && enc_deep(arg) == ENCASE_LETTER))
		said += sizeof(encase_word); /* its type is not counted */
	return said >= room / unit ? room : said * unit;
}

/* struct mmsghdr; there are as many as struct iovec can be. */
#define ENC_MESSAGES_EACH ((size_t) 64)

static inline bool enc_is_messages(const struct encase_arg *arg)
{
	return enc_kind(arg) == ENCASE_DEEP && enc_deep(arg) == ENCASE_MESSAGES;
}

/* Whether what pointer i reaches over is told by memory, not by the call's words alone. */
static inline bool enc_is_deep(const struct encase_desc *desc, unsigned i)
{
	return enc_is_vector(&desc->arg[i]) || enc_is_messages(&desc->arg[i]) ||
	       enc_is_self(&desc->arg[i]) || enc_is_pointed(desc, i) || enc_lengths(desc) >> i & 1;
}

/* enc_extent() of an argument of kind ENCASE_DEEP; one that tells itself must be within reach. */
int enc_extent_deep(const struct encase_desc *desc, unsigned i, const encase_word *words,
		    size_t *n);
/* The bytes of an argument that tells itself, by its first bytes, ENC_SELF_LEAST() of them. */
size_t enc_extent_self(const struct encase_arg *arg, const void *p);
#define ENC_SELF_LEAST(arg) ((size_t) (arg)->size >> 8 << 3)
#define ENC_SELF_MOST       (UINT8_MAX << 3)

/* The length behind a pointer of ours, argument i; negative is 0, and so is none. */
static inline size_t enc_length(const struct encase_desc *desc, unsigned i, const void *p)
{
	int64_t n = 0;
	int32_t n32;

	if (!p)
		return 0;
	if (desc->arg[i].size == sizeof(n)) {
		memcpy(&n, p, sizeof(n));
	} else {
		memcpy(&n32, p, sizeof(n32));
		n = n32;
	}
	return n < 0 ? 0 : (size_t) n;
}

/*
 * How many bytes argument i reaches over, of a vector its entries' own, likewise of messages; -EFAULT: more
 * than there can be.  Not for strings.  A length behind a pointer must be within reach.
 */
static inline int enc_extent(const struct encase_desc *desc, unsigned i, const encase_word *words,
			     size_t *n)
{
	const struct encase_arg *arg = &desc->arg[i];
	size_t count = 1, size = arg->size;

	if (enc_unlikely(enc_kind(arg) == ENCASE_DEEP))
		return enc_extent_deep(desc, i, words, n);
	if (enc_unlikely(enc_is_pointed(desc, i)))
		count = enc_length(desc, arg->count, (const void *) words[arg->count]);
	else if (enc_kind(arg) != ENCASE_OBJ)
		count = enc_count(desc, arg->count, words[arg->count]);
	return __builtin_mul_overflow(count, size, n) ? -EFAULT : 0;
}

#endif
