/* SPDX-License-Identifier: MIT */
/*
 * Invoke: one hop of a call, from its arrival at a step to the result that goes
 * up from there.  All of the call path comes through enc_hop(), once per layer,
 * so it is inlined where it is used, and what is rare is kept out of it.
 */
#ifndef ENC_INVOKE_H
#define ENC_INVOKE_H

#include "enc.h"
#include "frame.h"
#include "result.h"

/* What struct enc_step.run is for natural handlers that are not plain, and for those that copy. */
long enc_run_natural(struct encase_call *call);
long enc_run_bare(struct encase_call *call);
long enc_run_copying(struct encase_call *call);
/* The same where many arguments can be read at once. */
long enc_run_gathering(struct encase_call *call);
/* The same for verdicts, and for the steps that stand before all layers' and below them. */
long enc_run_verdict(struct encase_call *call);
long enc_run_shaped(struct encase_call *call); /* finds the shape of calls that vary */
long enc_run_refused(struct encase_call *call);
long enc_run_ended(struct encase_call *call);
long enc_run_unknown(struct encase_call *call);
/*
 * What a step copies, where there is more to do than that: also for calls that vary, in which
 * what is no pointer this time is neither hidden nor copied.  0 or a negative errno.
 */
int enc_hop_fetch(struct encase_call *call);
/* Whether the conditions of a verdict's step hold. */
bool enc_verdict_holds(const struct encase_call *call);
/*
 * The second look at a hop's result, and the end of the frame's shadows.  For a
 * result that overlaps with errors, enc_thread.failed is its errno afterwards.
 */
long enc_hop_end(struct encase_call *call, long result);
/* The same for a plain step, whose handler returned this and left errno as it is. */
long enc_plain_end(struct encase_call *call, long result);

/* Whether a step's result is certainly one, and no error. */
static inline bool enc_is_plain(const struct encase_call *call, long result)
{
	const struct enc_step *step = call->step;

	if (step->limit)
		return result >= 0 && (encase_word) result <= call->words[step->limit - 1];
	return (encase_word) result <= step->most;
}

/*
 * Runs a step with what arrived; theirs has a bit for each pointer whose home is
 * the cage's memory.  Returns a kernel result, and in *looked whether that may be
 * an error.  After the step everything is read from the frame again: a register
 * kept across the call would cost a store, too.
 */
static inline __attribute__((always_inline)) long enc_hop(const struct enc_step *step,
							  const struct enc_flight *flight,
							  const encase_word *words, unsigned theirs,
							  bool *looked)
{
	struct encase_call call;
	long result;

	call.flight = flight;
	call.step = step;
	call.words = words;
	call.start = theirs | step->start;
	enc_frame_enter(&call);
	if (!step->run && enc_likely(!*enc_thread.here)) {
		result = (long) step->thunk(step->handler, words, step->passed);
		enc_frame_leave(&call);
		*looked = enc_unlikely(*enc_thread.here) ||
			  enc_unlikely(!enc_is_plain(&call, result));
		if (enc_unlikely(*looked))
			result = enc_plain_end(&call, result);
	} else {
		result = (step->run ? step->run : enc_run_natural)(&call);
		enc_frame_leave(&call);
		*looked = enc_unlikely(enc_thread.shadows) ||
			  enc_unlikely(!enc_is_plain(&call, result));
		if (enc_unlikely(*looked))
			result = enc_hop_end(&call, result);
	}
	return result;
}

/* The errno of a hop's result, or 0. */
static inline int enc_hop_error(const struct encase_desc *desc, long result, bool looked)
{
	if (enc_likely(!looked) || !enc_is_error(result))
		return 0;
	return enc_error_of(desc, result, enc_thread.failed);
}

#endif
