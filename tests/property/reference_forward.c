/* SPDX-License-Identifier: MIT */
/*
 * The reference router: what goes down, section 4.
 *
 * A forward is words that a handler gives.  For each pointer it is first chosen
 * what goes down and where its home is, by the argument's mode; then lengths are
 * held against their bounds.  Either may refuse the forward.
 */
#include <errno.h>

#include "hits.h"
#include "reference_private.h"

/* What a handler gives for a pointer; a null that is meant is no pointer. */
static bool is_null_meant(encase_word word)
{
	return word == (uintptr_t) ENCASE_NULL;
}

/* 4.4: of the same call, is the length given above the one that arrived? */
static bool exceeds(const struct ref_call *call, const encase_word *words, unsigned i)
{
	const struct encase_desc *desc = call->desc;
	unsigned count = desc->arg[i].count;

	return ref_kind(desc, i) == ENCASE_BUF &&
	       ref_count(desc, count, words[count]) >
		       ref_count(desc, count, call->arrived[count].word);
}

/* 4.4: does the word that goes down have the bound of the one that arrived? */
static bool bounded(const struct ref_call *call, unsigned i, encase_word down)
{
	return down == (call->copied[i] ? call->seen[i] : call->arrived[i].word);
}

/* 4.5: a copy that is given on as it is seen */
static bool unchanged(const struct ref_call *call, const encase_word *words, unsigned i)
{
	return call->copied[i] && words[i] == call->seen[i];
}

bool ref_is_passed(const struct ref_call *call, unsigned i)
{
	return call->mode[i] & ENCASE_PASS && !call->copied[i];
}

/* 4.2: a pointer given where none may be */
bool ref_may_give(const struct ref_call *call, unsigned i, encase_word word)
{
	if (!word || is_null_meant(word))
		return true;
	return call->mode[i] != ENCASE_NULLIFY &&
	       (!ref_is_passed(call, i) || call->mode[i] & ENCASE_REPLACE);
}

static void note_null_meant(const struct ref_call *call, bool same, unsigned i)
{
	if (!same)
		hit(HIT_NULL_OTHER);
	else if (call->mode[i] == ENCASE_NULLIFY)
		hit(HIT_NULL_NULLIFIED);
	else if (!ref_is_passed(call, i))
		hit(HIT_NULL_COPIED);
	else if (call->mode[i] == ENCASE_PASS)
		hit(HIT_NULL_PASSED);
	else
		hit(call->mode[i] & ENCASE_REPLACE ? HIT_NULL_REPLACE : HIT_NULL_ONCE);
}

static void note_replaced(const struct ref_call *call, const encase_word *words, unsigned i)
{
	hit(HIT_REPLACED);
	if (exceeds(call, words, i))
		hit(HIT_REPLACED_LARGER);
	if (call->arrived[i].word && call->desc->arg[i].kind & ENCASE_OUT)
		hit(HIT_REPLACED_WRITTEN);
}

/* 4.1 to 4.3: the word and its home; false if the forward is refused. */
static bool choose(const struct ref_call *call, bool same, const encase_word *words, unsigned i,
		   struct ref_word *down)
{
	struct ref_word null = { 0, REF_NOWHERE }, own = { words[i], REF_LAYERS };

	*down = null;
	if (is_null_meant(words[i])) {
		note_null_meant(call, same, i);
		return true;
	}
	if (same && !ref_may_give(call, i, words[i])) {
		hit(call->mode[i] & ENCASE_PASS ? HIT_EINVAL_PASSED : HIT_EINVAL_NULLIFIED);
		return false;
	}
	if (words[i]) {
		if (same && ref_is_passed(call, i))
			note_replaced(call, words, i);
		*down = own;
	} else if (same && ref_is_passed(call, i)) {
		if (!(call->mode[i] & ENCASE_ONCE) || !call->spent) {
			hit(call->mode[i] & ENCASE_ONCE ? HIT_ONCE_FIRST : HIT_PASSED_DOWN);
			*down = call->arrived[i];
		} else if (call->arrived[i].word) {
			hit(HIT_ONCE_SPENT);
		}
	} else if (!same) {
		hit(HIT_OTHER_NULL);
	}
	return true;
}

static void note_bound(const struct ref_call *call, unsigned i)
{
	if (call->mode[i] == ENCASE_NULLIFY)
		hit(HIT_EINVAL_BOUND_NULLIFIED);
	else if (ref_is_passed(call, i))
		hit(HIT_EINVAL_BOUND_PASS);
	else
		hit(HIT_EINVAL_BOUND_COPY);
}

/* 4.1 to 4.5: a pointer argument; false if the forward is refused. */
static bool compose_pointer(const struct ref_call *call, const struct encase_desc *desc,
			    const encase_word *words, unsigned i, struct ref_word *down)
{
	bool same = call->desc == desc;

	if (!choose(call, same, words, i, down))
		return false;
	if (same && call->copied[i] && words[i] != call->seen[i])
		hit(HIT_GIVEN);
	if (same && exceeds(call, words, i)) {
		if (bounded(call, i, down->word)) {
			if (words[i] && ref_is_passed(call, i))
				hit(HIT_EINVAL_BOUND_ARRIVED);
			note_bound(call, i);
			return false;
		}
		hit(down->word ? HIT_LARGER : HIT_LARGER_NULL);
	}
	if (!words[i] || is_null_meant(words[i]) || (same && unchanged(call, words, i)))
		return true;
	if (ref_leaves(desc, words, i)) {
		hit(same ? HIT_EINVAL_SHADOW : HIT_EINVAL_SHADOW_OTHER);
		return false;
	}
	return true;
}

static bool compose(const struct ref_call *call, const struct encase_desc *desc,
		    const encase_word *words, struct ref_word *down)
{
	for (unsigned i = 0; i < desc->nargs; i++) {
		if (!ref_is_pointer(desc, i))
			down[i].word = words[i];
		else if (!compose_pointer(call, desc, words, i, &down[i]))
			return false;
	}
	return true;
}

/* 4.1: has the call a word to send only once? */
static bool has_once(const struct ref_call *call)
{
	for (unsigned i = 0; i < call->desc->nargs; i++)
		if (ref_is_passed(call, i) && call->mode[i] & ENCASE_ONCE && call->arrived[i].word)
			return true;
	return false;
}

/* A forward of values: of the same call, or of another one. */
struct ref_outcome ref_send(struct ref_call *call, const struct encase_desc *desc,
			    const encase_word *words)
{
	struct ref_word down[ENCASE_MAX_ARGS] = { { 0, REF_NOWHERE } };
	struct ref_outcome outcome;
	bool first = call->desc == desc && !call->spent && has_once(call);

	if (!compose(call, desc, words, down)) {
		if (first)
			hit(HIT_ONCE_REFUSED);
		return ref_refusal(EINVAL);
	}
	if (call->desc == desc)
		call->spent = true;
	outcome = ref_descend(call->cage, call->level + 1, desc, down);
	if (first && outcome.failed)
		hit(HIT_ONCE_FAILED);
	return outcome;
}
