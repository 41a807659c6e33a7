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
	if (!ref_frame)
		return NULL;
	return in_handler() ? ref_frame->cage->state[ref_frame->level] : ref_frame->cage->self;
}

struct encase_cage *ref_caller(void)
{
	return ref_frame ? (struct encase_cage *) ref_frame->cage : NULL;
}

/* -- Forwards ------------------------------------------------------------- */

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
	return ref_send(call, desc, words);
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

/* Section 4, the head: what a raw handler gives, and did it change anything? */
static bool as_it_stands(const struct ref_call *call, encase_word *words)
{
	bool changed = false;

	for (unsigned i = 0; i < (call->desc ? call->desc->nargs : 6U); i++) {
		changed |= call->set[i];
		if (call->set[i])
			words[i] = call->given[i];
		else if (ref_is_pointer(&call->shape, i))
			words[i] = call->seen[i];
		else
			words[i] = call->arrived[i].word;
	}
	return changed;
}

long ref_forward(struct encase_call *handle)
{
	struct ref_call *call = (struct ref_call *) handle;
	encase_word words[ENCASE_MAX_ARGS] = { 0 };
	struct ref_outcome outcome;
	bool changed = as_it_stands(call, words), before = call->spent;

	outcome = ref_send(call, call->desc, words);
	call->failed = outcome.failed ? outcome.error : 0;
	if (changed && outcome.failed && outcome.error == EINVAL && call->spent == before)
		hit(HIT_EINVAL_RAW);
	return outcome.failed ? -outcome.error : (long) outcome.word;
}

/* 4.2, 4.7 */
int ref_set_arg(struct encase_call *handle, unsigned i, encase_word word)
{
	struct ref_call *call = (struct ref_call *) handle;

	if (call->level == call->cage->nlayers) {
		hit(HIT_SET_LOWER);
		return -EPERM;
	}
	if (i >= (call->desc ? call->desc->nargs : 6U)) {
		hit(HIT_SET_NONE);
		return -EINVAL;
	}
	if (!ref_is_pointer(&call->shape, i)) {
		hit(HIT_SET_SCALAR);
		if (encase_widen(call->shape.arg[i].type, word) != word)
			hit(HIT_SET_CUT);
		word = encase_widen(call->shape.arg[i].type, word);
	} else if (!ref_may_give(call, i, word)) {
		hit(ref_is_passed(call, i) ? HIT_SET_PASSED : HIT_SET_NULLIFIED);
		return -EINVAL;
	} else {
		hit(HIT_SET_POINTER);
		if (!word && ref_is_passed(call, i) && call->set[i] && call->given[i])
			hit(HIT_SET_BACK);
	}
	call->set[i] = true;
	call->given[i] = word;
	return 0;
}

/* -- Looking at a call ---------------------------------------------------- */

const struct encase_desc *ref_call_desc(const struct encase_call *handle)
{
	return ((const struct ref_call *) handle)->desc;
}

long ref_call_number(const struct encase_call *handle)
{
	const struct ref_call *call = (const struct ref_call *) handle;

	return call->desc ? encase_text(call->desc)->number : call->number;
}

const struct encase_desc *ref_call_shape(const struct encase_call *handle)
{
	return &((const struct ref_call *) handle)->shape;
}

void *ref_arg(const struct encase_call *handle, unsigned i)
{
	const struct ref_call *call = (const struct ref_call *) handle;

	if (i >= call->shape.nargs || !ref_is_pointer(&call->shape, i))
		return NULL;
	return (void *) (uintptr_t) call->seen[i];
}

encase_word ref_arg_word(const struct encase_call *handle, unsigned i)
{
	const struct ref_call *call = (const struct ref_call *) handle;
	encase_word word = call->copied[i] ? call->seen[i] : call->arrived[i].word;

	return ref_is_pointer(&call->shape, i) ? word : encase_widen(call->shape.arg[i].type, word);
}

static size_t length(const struct ref_call *call, unsigned i)
{
	const struct encase_arg *arg = &call->shape.arg[i];
	int behind = ref_length_of(&call->shape, i);

	switch (ref_kind(&call->shape, i)) {
	case ENCASE_STR:
	case ENCASE_PATH:
		return strlen((const char *) (uintptr_t) call->seen[i]);
	case ENCASE_BUF:
		if (behind >= 0)
			return arg->size * call->was[behind];
		return arg->size *
		       ref_count(&call->shape, arg->count, call->arrived[arg->count].word);
	case ENCASE_DEEP:
		if (ref_is_nested(&call->shape, i))
			return ref_nested_length(call, i);
		if (!ref_is_vector(&call->shape, i)) {
			uint64_t count =
				ref_count(&call->shape, arg->count, call->arrived[arg->count].word);
			uint64_t extent = 0;

			ref_reaches(&call->shape, i, count, &extent);
			return extent;
		}
		return sizeof(struct ref_range) *
		       ref_count(&call->shape, arg->count, call->arrived[arg->count].word);
	default:
		return arg->size;
	}
}

/* 2.6: the length that was fetched for a buffer that could not be is as it was. */
static void undo(struct ref_call *call, unsigned i)
{
	hit(HIT_DATA_UNDONE);
	call->copied[i] = false;
	call->seen[i] = 0;
	ref_drop_one(call, i);
}

/* 2.6, 3.6 */
static int fetch_whole(struct ref_call *call, unsigned i)
{
	int length = ref_length_of(&call->shape, i);
	bool fresh = length >= 0 && !call->copied[length];
	int rc = ref_fetch(call, i);

	if (!fresh || !call->copied[length])
		return rc;
	if (rc)
		undo(call, (unsigned) length);
	else
		call->set[length] = false; /* 4.7 */
	return rc;
}

int ref_arg_data(struct encase_call *handle, unsigned i, void **data, size_t *len)
{
	struct ref_call *call = (struct ref_call *) handle;
	int rc;

	if (i >= call->shape.nargs || !ref_is_pointer(&call->shape, i))
		return -EINVAL;
	if (call->mode[i] == ENCASE_NULLIFY)
		hit(HIT_DATA_NULLIFIED);
	else
		hit(call->copied[i] ? HIT_DATA_AGAIN : HIT_DATA);
	rc = fetch_whole(call, i);
	if (rc) {
		hit(call->set[i] ? HIT_DATA_FAILS_SET : HIT_DATA_FAILS);
		return rc;
	}
	if (call->set[i])
		hit(HIT_SET_DATA);
	call->set[i] = false; /* 4.7 */
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

	for (unsigned i = 0; i < call->shape.nargs; i++) {
		int rc = ref_is_pointer(&call->shape, i) ? ref_translate(call, i) : 0;

		if (rc) {
			hit(HIT_LOWER_FAILS);
			call->unreached = true;
			call->out_of_reach = true;
			return rc;
		}
	}
	return 0;
}
