/* SPDX-License-Identifier: MIT */
/* The less common half of results: failures, and what is no result at all; see result.h. */
#include "result.h"

long enc_from_libc(struct encase_call *call, long word, int e)
{
	const struct encase_desc *desc = enc_desc(call);
	bool failed = (encase_word) word == desc->fail;

	if (desc->result == ENCASE_NEVER)
		return word;
	if (desc->result == ENCASE_OVERLAPS && !(failed && e))
		return word;
	if (!failed && !enc_is_error(word))
		return word;
	if (!failed || e <= 0 || e > ENC_ERRNO_MAX)
		e = EIO;
	return encase_fail(call, e);
}

encase_word enc_to_libc(const struct encase_desc *desc, long word, int e)
{
	if (!e)
		return (encase_word) word;
	errno = e;
	return desc->fail;
}

encase_word enc_result_most(const struct encase_desc *desc, uint8_t *limit)
{
	*limit = 0;
	if (desc->result == ENCASE_NEVER)
		return UINT64_MAX;
	if (desc->result == ENCASE_OVERLAPS)
		return INT64_MAX;
	if (desc->limit) {
		if (desc->arg[desc->limit - 1].type == ENCASE_U64 && desc->type == ENCASE_S64)
			*limit = desc->limit;
		return 0;
	}
	if (desc->type == ENCASE_S32 || desc->type == ENCASE_U32)
		return INT32_MAX;
	return (encase_word) -ENC_ERRNO_MAX - 1;
}

/* Whether a word is below 0 as a value of a type; of an int the low half counts. */
static bool is_negative(unsigned type, long word)
{
	if (type == ENCASE_S32)
		return (int32_t) word < 0;
	return word < 0 && (type == ENCASE_S64 || type == ENCASE_S16 || type == ENCASE_S8);
}

long enc_result_check(const struct encase_desc *desc, const encase_word *words, long word)
{
	unsigned i = desc->limit - 1U;

	if (desc->result != ENCASE_FAILS || enc_is_error(word))
		return word;
	if ((desc->limit || desc->type == ENCASE_S32) && is_negative(desc->type, word))
		return -EIO;
	if (desc->limit && (size_t) word > enc_count(desc, i, words[i]))
		return -EIO;
	return word;
}
