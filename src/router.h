/* SPDX-License-Identifier: MIT */
/*
 * Router: moves a call into a cage's stack, and from one layer to the next.
 * Rules: docs/forwarding.md, sections 1 and 4.  Gates enter here.
 */
#ifndef ENC_ROUTER_H
#define ENC_ROUTER_H

#include "cage.h"
#include "enc.h"
#include "invoke.h"

/* ENCASE_NULL as a word. */
#define ENC_NULL_WORD ((encase_word) (uintptr_t) ENCASE_NULL)

/* A call of the cage's at the top of its stack; *error is its errno, or 0. */
static inline __attribute__((always_inline)) long enc_router_enter(const struct encase_cage *cage,
								   const struct encase_desc *desc,
								   const encase_word *words,
								   int *error)
{
	int failed = enc_thread.failed; /* which the thread may be about to look at */
	struct enc_flight flight = { desc, enc_cage_stack(cage) };
	const struct enc_step *step = enc_stack_chain(flight.stack, desc);
	bool looked;
	long result;

	if (enc_unlikely(!step)) {
		*error = ENOSYS;
		return -ENOSYS;
	}
	(void) enc_errno(); /* makes it known to the thread */
	result = enc_hop(step, &flight, words, ENC_ALL, &looked);
	*error = enc_hop_error(desc, result, looked);
	enc_thread.failed = failed;
	return result;
}

#endif
