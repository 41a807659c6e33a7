/* SPDX-License-Identifier: MIT */
/*
 * The only conversion between errno conventions: kernel (-4095..-1 is -errno)
 * on the one side, libc (failure value and errno) on the other, and the check
 * that a result is one.  Rules: docs/forwarding.md, section 5.
 */
#ifndef ENC_RESULT_H
#define ENC_RESULT_H

#include "enc.h"

#define ENC_ERRNO_MAX 4095

/* Whether a kernel word may be -errno. */
static inline bool enc_is_error(long word)
{
	return (unsigned long) word > (unsigned long) -ENC_ERRNO_MAX - 1;
}

/* Whether a call ended in failure, given its result and the frame's error field. */
static inline int enc_error_of(const struct encase_desc *desc, long word, int error)
{
	if (enc_likely(desc->result == ENCASE_FAILS))
		return enc_is_error(word) ? (int) -word : 0;
	if (desc->result == ENCASE_NEVER)
		return 0;
	return error && word == -error ? error : 0;
}

/* A word of a type as a count: cut to the type; negative is 0. */
static inline size_t enc_as_count(unsigned type, encase_word word)
{
	if (enc_likely(type == ENCASE_U64))
		return word;
	word = encase_widen(type, word);
	return (type == ENCASE_S64 || type == ENCASE_S32 || type == ENCASE_S16 ||
		type == ENCASE_S8) &&
			       (int64_t) word < 0
		       ? 0
		       : word;
}

/* The same of scalar argument i. */
static inline size_t enc_count(const struct encase_desc *desc, unsigned i, encase_word word)
{
	return enc_as_count(desc->arg[i].type, word);
}

/*
 * What a C function that speaks libc returned, as the kernel would: its failure
 * value is -errno, and what would read as an error without being one is -EIO.
 */
long enc_from_libc(struct encase_call *call, long word, int e);

/*
 * Calls such a function, by a thunk of its prototype, with the frame's words, hiding the
 * passed ones; errno stays as it was.
 */
static inline long enc_call_libc(struct encase_call *call, encase_thunk *thunk, encase_fn *fn)
{
	int *here = enc_thread.here, saved = *here;
	long word;

	*here = 0;
	if (enc_likely(thunk))
		word = (long) thunk(fn, call->words, call->passed);
	else
		word = (long) encase_text(enc_desc(call))
			       ->call(enc_desc(call), fn, call->words, call->passed);
	if (enc_unlikely(*here) || enc_unlikely((encase_word) word == enc_desc(call)->fail) ||
	    enc_unlikely(enc_is_error(word)))
		word = enc_from_libc(call, word, *here);
	*here = saved;
	return word;
}

/* A kernel result as libc's, given its errno or 0: sets errno on failure, and only then. */
encase_word enc_to_libc(const struct encase_desc *desc, long word, int e);

/* The bound of results that need no second look: see struct enc_step; *limit likewise. */
encase_word enc_result_most(const struct encase_desc *desc, uint8_t *limit);
/* That second look: the result, or -EIO for one that the call could not have; words as arrived. */
long enc_result_check(const struct encase_desc *desc, const encase_word *words, long word);

#endif
