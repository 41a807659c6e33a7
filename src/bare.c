/* SPDX-License-Identifier: MIT */
/*
 * Bare calls; see bare.h.  This file is compiled without vector registers, as all are whose functions
 * such a call comes by.
 */
#include "bare.h"

#include "result.h"

/* What no call could return is -EIO, as after any handler. */
static long look(const struct enc_bare *bare, const struct enc_step *step, long result)
{
	const encase_word *words = bare->is.words;

	if (step->limit ? result >= 0 && (encase_word) result <= words[step->limit - 1]
			: (encase_word) result <= step->most)
		return result;
	return enc_result_check(bare->is.desc, words, result);
}

long enc_bare_hop(struct enc_bare *bare, const struct enc_step *step)
{
	bare->step = step;
	bare->is.self = step->push->state;
	return look(bare, step, ((encase_bare_fn *) step->handler)(&bare->is));
}

long enc_bare_forward(struct encase_bare *call)
{
	struct enc_bare *bare = (struct enc_bare *) (void *) call;
	const struct enc_step *step = bare->step;
	long result;

	if (enc_likely(!step[1].push))
		return bare->bottom(bare->gate);
	result = enc_bare_hop(bare, step + 1);
	bare->step = step;
	bare->is.self = step->push->state;
	return result;
}
