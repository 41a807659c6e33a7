/* SPDX-License-Identifier: MIT */
/*
 * The reference router: what a handler may do.
 *
 * Looking at a call, and forwarding it or another one: sections 1.6 to 1.9, 2.6
 * and 4 of the document.  A forward first composes the words that go down, each
 * with its home, and is refused here if it must be; what comes back is told in the
 * convention of the function that the handler used.
 */
#include <errno.h>
#include <string.h>

#include "hits.h"
#include "reference_private.h"

static bool in_handler(void)
{
	return ref_frame && ref_frame->level < ref_frame->cage->nlayers;
}

void *ref_self(void)
{
	return in_handler() ? ref_frame->cage->state[ref_frame->level] : NULL;
}

struct encase_cage *ref_caller(void)
{
	return in_handler() ? (struct encase_cage *) ref_frame->cage : NULL;
}

/* -- Forwards ------------------------------------------------------------- */

/* 4.4: of the same call, is the length given above the one that arrived? */
static bool exceeds(const struct ref_call *call, const encase_word *words, unsigned i)
{
	const struct encase_desc *desc = call->desc;
	unsigned count = desc->arg[i].count;

	return ref_kind(desc, i) == ENCASE_BUF &&
	       ref_count(desc, count, words[count]) >
		       ref_count(desc, count, call->arrived[count].word);
}

/* 4.1, 4.2, 4.4: a passed argument of the same call; false if the forward is refused. */
static bool compose_passed(const struct ref_call *call, const encase_word *words, unsigned i,
			   struct ref_word *down)
{
	if (words[i]) {
		hit(HIT_EINVAL_PASSED);
		return false;
	}
	if (exceeds(call, words, i)) {
		hit(HIT_EINVAL_BOUND_PASS);
		return false;
	}
	hit(HIT_PASSED_DOWN);
	*down = call->arrived[i];
	return true;
}

/* 4.3 to 4.6: a pointer that is the handler's word alone. */
static bool compose_given(const struct ref_call *call, const struct encase_desc *desc,
			  const encase_word *words, unsigned i, struct ref_word *down)
{
	bool same = call->desc == desc;

	down->word = words[i];
	down->home = words[i] ? REF_LAYERS : REF_NOWHERE;
	if (!same && !words[i])
		hit(HIT_OTHER_NULL);
	if (same && words[i] != call->seen[i])
		hit(HIT_GIVEN);
	if (same && words[i] == call->seen[i] && exceeds(call, words, i)) {
		hit(HIT_EINVAL_BOUND_COPY);
		return false;
	}
	if (words[i] && ref_leaves(desc, words, i)) {
		hit(same ? HIT_EINVAL_SHADOW : HIT_EINVAL_SHADOW_OTHER);
		return false;
	}
	return true;
}

static bool compose(const struct ref_call *call, const struct encase_desc *desc,
		    const encase_word *words, struct ref_word *down)
{
	for (unsigned i = 0; i < desc->nargs; i++) {
		bool good = true;

		if (!ref_is_pointer(desc, i))
			down[i].word = words[i];
		else if (call->desc == desc && !call->copied[i])
			good = compose_passed(call, words, i, &down[i]);
		else
			good = compose_given(call, desc, words, i, &down[i]);
		if (!good)
			return false;
	}
	return true;
}

/* Counts how deep other calls are. */
static void note_other(const struct encase_desc *desc)
{
	const struct encase_desc *last = desc;
	unsigned changes = 0;
	bool again = false;

	hit(HIT_OTHER);
	for (const struct ref_call *call = ref_frame; call; call = call->outer) {
		changes += call->desc != last;
		again |= call->desc == desc;
		last = call->desc;
	}
	if (changes >= 3)
		hit(HIT_OTHER_DEEP);
	if (again)
		hit(HIT_SAME_AGAIN);
}

static struct ref_outcome next(const struct encase_desc *desc, const encase_word *words)
{
	struct ref_word down[ENCASE_MAX_ARGS] = { { 0, REF_NOWHERE } };
	struct ref_call *call = ref_frame;

	if (!in_handler()) {
		if (call)
			hit(HIT_EPERM_LOWER);
		return ref_refusal(EPERM);
	}
	if (!ref_speaks(call->cage, desc->interface)) {
		hit(HIT_ENOSYS_FORWARD);
		return ref_refusal(ENOSYS);
	}
	if (call->desc != desc)
		note_other(desc);
	if (!compose(call, desc, words, down))
		return ref_refusal(EINVAL);
	return ref_descend(call->cage, call->level + 1, desc, down);
}

encase_word ref_next(const struct encase_desc *desc, encase_word *words)
{
	struct ref_outcome outcome = next(desc, words);

	memset(words, 0xee, desc->nargs * sizeof(*words)); /* theirs to overwrite */
	if (!outcome.failed)
		return encase_widen(desc->type, outcome.word);
	errno = outcome.error;
	return desc->fail;
}

long ref_forward(struct encase_call *handle)
{
	struct ref_call *call = (struct ref_call *) handle;
	struct ref_word down[ENCASE_MAX_ARGS];
	struct ref_outcome outcome;

	memcpy(down, call->arrived, sizeof(down));
	for (unsigned i = 0; i < call->desc->nargs; i++) {
		if (!ref_is_pointer(call->desc, i))
			continue;
		if (!call->copied[i]) {
			hit(HIT_PASSED_DOWN);
			continue;
		}
		down[i].word = call->seen[i];
		down[i].home = call->seen[i] ? REF_LAYERS : REF_NOWHERE;
	}
	outcome = ref_descend(call->cage, call->level + 1, call->desc, down);
	call->failed = outcome.failed ? outcome.error : 0;
	return outcome.failed ? -outcome.error : (long) outcome.word;
}

/* -- Looking at a call ---------------------------------------------------- */

const struct encase_desc *ref_call_desc(const struct encase_call *handle)
{
	return ((const struct ref_call *) handle)->desc;
}

void *ref_arg(const struct encase_call *handle, unsigned i)
{
	const struct ref_call *call = (const struct ref_call *) handle;

	if (i >= call->desc->nargs || !ref_is_pointer(call->desc, i))
		return NULL;
	return (void *) (uintptr_t) call->seen[i];
}

encase_word ref_arg_word(const struct encase_call *handle, unsigned i)
{
	const struct ref_call *call = (const struct ref_call *) handle;
	encase_word word = call->arrived[i].word;

	return ref_is_pointer(call->desc, i) ? word : encase_widen(call->desc->arg[i].type, word);
}

static size_t length(const struct ref_call *call, unsigned i)
{
	const struct encase_arg *arg = &call->desc->arg[i];

	switch (ref_kind(call->desc, i)) {
	case ENCASE_STR:
	case ENCASE_PATH:
		return strlen((const char *) (uintptr_t) call->seen[i]);
	case ENCASE_BUF:
		return arg->size *
		       ref_count(call->desc, arg->count, call->arrived[arg->count].word);
	default:
		return arg->size;
	}
}

int ref_arg_data(struct encase_call *handle, unsigned i, void **data, size_t *len)
{
	struct ref_call *call = (struct ref_call *) handle;
	int rc;

	if (i >= call->desc->nargs || !ref_is_pointer(call->desc, i))
		return -EINVAL;
	hit(call->copied[i] ? HIT_DATA_AGAIN : HIT_DATA);
	rc = ref_fetch(call, i);
	if (rc) {
		hit(HIT_DATA_FAILS);
		return rc;
	}
	if (data)
		*data = (void *) (uintptr_t) call->seen[i];
	if (len)
		*len = call->seen[i] ? length(call, i) : 0;
	return 0;
}

long ref_fail(struct encase_call *call, int error)
{
	((struct ref_call *) call)->fail = error;
	return -error;
}

int ref_failed(const struct encase_call *call)
{
	return ((const struct ref_call *) call)->failed;
}

int ref_reach(struct encase_call *handle)
{
	struct ref_call *call = (struct ref_call *) handle;

	for (unsigned i = 0; i < call->desc->nargs; i++) {
		int rc = ref_is_pointer(call->desc, i) ? ref_translate(call, i) : 0;

		if (rc) {
			hit(HIT_LOWER_FAILS);
			call->unreached = true;
			call->out_of_reach = true;
			return rc;
		}
	}
	return 0;
}
