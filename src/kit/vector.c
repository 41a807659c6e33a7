/* SPDX-License-Identifier: MIT */
/*
 * Vectors: an address in an entry is one of the cage's where the cage or its layers
 * see it, and one of this process where the kit and the test do.
 */
#include <errno.h>
#include <string.h>

#include "kit.h"

#define MOST      1024 /* entries */
#define PAIR_MOST 4096 /* bytes */

static struct enc_kit_part part(encase_word vector, size_t k)
{
	struct enc_kit_part one;

	memcpy(&one, (const char *) (uintptr_t) vector + k * sizeof(one), sizeof(one));
	return one;
}

static bool is_pair(const struct encase_desc *desc, unsigned i)
{
	return desc->arg[i].size != ENCASE_IOVEC;
}

int enc_kit_entries(const struct encase_test *t, const struct encase_desc *desc, unsigned i,
		    const encase_word *words, size_t *n)
{
	unsigned count = desc->arg[i].count;
	encase_word entries = 1;

	if (!is_pair(desc, i))
		entries = encase_widen(desc->arg[count].type, words[count]);
	if (entries > MOST)
		return EINVAL;
	if (entries && enc_kit_is_bad(t, (const void *) (uintptr_t) words[i],
				      entries * sizeof(struct enc_kit_part)))
		return EFAULT;
	*n = entries;
	return 0;
}

int enc_kit_vector_extent(const struct encase_test *t, const struct encase_desc *desc, unsigned i,
			  const encase_word *words, size_t *n)
{
	size_t entries = 0, sum = 0;
	int error = enc_kit_entries(t, desc, i, words, &entries);

	if (!error && is_pair(desc, i) && !part(words[i], 0).base)
		entries = 0;
	if (!error && is_pair(desc, i) && entries && part(words[i], 0).len > PAIR_MOST)
		error = EINVAL;
	for (size_t k = 0; k < entries && !error; k++)
		if (part(words[i], k).len > INT64_MAX)
			error = EINVAL;
	for (size_t k = 0; k < entries && !error; k++) {
		struct enc_kit_part one = part(words[i], k);

		if (one.len > ENCASE_TRANSFER_MAX - sum)
			one.len = ENCASE_TRANSFER_MAX - sum;
		if (one.len && enc_kit_is_bad(t, (const void *) (uintptr_t) one.base, one.len))
			error = EFAULT;
		sum += one.len;
	}
	if (!error)
		*n = sum;
	return error;
}

void *enc_kit_vector_copy(const struct encase_test *t, const struct encase_desc *desc, unsigned i,
			  const encase_word *words, bool of_cage)
{
	struct enc_kit_part *copy;
	size_t n = 0;

	if (enc_kit_entries(t, desc, i, words, &n))
		return NULL;
	copy = enc_kit_copy((const void *) (uintptr_t) words[i], n * sizeof(*copy));
	for (size_t k = 0; k < n; k++) {
		if (of_cage)
			copy[k].base = encase_test_address((const void *) (uintptr_t) copy[k].base);
		else if (copy[k].base)
			copy[k].base = (uintptr_t) enc_kit_pointer(copy[k].base);
	}
	return copy;
}

void enc_kit_gather(encase_word vector, char *to, size_t n)
{
	for (size_t k = 0; n; k++) {
		struct enc_kit_part one = part(vector, k);
		size_t m = one.len < n ? one.len : n;

		if (m)
			memcpy(to, (const void *) (uintptr_t) one.base, m);
		to += m;
		n -= m;
	}
}

void enc_kit_scatter(encase_word vector, const char *from, size_t n)
{
	for (size_t k = 0; n; k++) {
		struct enc_kit_part one = part(vector, k);
		size_t m = one.len < n ? one.len : n;

		if (m)
			memcpy((void *) (uintptr_t) one.base, from, m);
		from += m;
		n -= m;
	}
}
