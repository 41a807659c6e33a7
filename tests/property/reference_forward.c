/* SPDX-License-Identifier: MIT */
/*
 * The reference router: what goes down, section 4.
 *
 * A forward is words that a handler gives.  For each pointer it is first chosen
 * what goes down and where its home is, by the argument's mode; then lengths are
 * held against their bounds.  Either may refuse the forward.
 */
#include <errno.h>
#include <string.h>

#include "hits.h"
#include "reference_private.h"

/* What a handler gives for a pointer; a null that is meant is no pointer. */
static bool is_null_meant(encase_word word)
{
	return word == (uintptr_t) ENCASE_NULL;
}

/* A forward that is being composed. */
struct sending {
	const struct ref_call *call;
	bool same;                /* the call itself, not another one */
	struct encase_desc shape; /* by the words given */
	const encase_word *words; /* as they were given */
	struct ref_word *down;    /* as they go down */
};

/* 4.4: the length given, and the one that arrived; false: there are none to be compared. */
static bool lengths(const struct sending *s, unsigned i, uint64_t *given, uint64_t *arrived)
{
	const struct ref_call *call = s->call;
	const struct encase_desc *shape = &call->shape;
	unsigned count = shape->arg[i].count;

	if (!ref_is_counted(shape, i) && !ref_is_vector(shape, i) &&
	    ref_deep(shape, i) != ENCASE_MESSAGES)
		return false;
	if (ref_length_of(shape, i) < 0) {
		*given = ref_count(shape, count, s->words[count]);
		*arrived = ref_count(shape, count, call->arrived[count].word);
		return true;
	}
	if (!call->noted[count] || !s->down[count].word || s->down[count].home != REF_LAYERS)
		return false;
	*given = ref_read_length(shape, count, s->down[count].word);
	*arrived = call->was[count];
	return true;
}

static bool exceeds(const struct sending *s, unsigned i)
{
	uint64_t given, arrived;

	return s->same && lengths(s, i, &given, &arrived) && given > arrived;
}

/* 4.4: does the word that goes down have the bound of the one that arrived? */
static bool bounded(const struct ref_call *call, unsigned i, encase_word down)
{
	return down == (call->copied[i] ? call->seen[i] : call->arrived[i].word);
}

/* 4.5: what need not be looked at again: as it arrived, or a copy as it is seen. */
static bool unchanged(const struct sending *s, unsigned i)
{
	const struct encase_arg *now = &s->shape.arg[i], *then = &s->call->shape.arg[i];

	if (!s->same || !ref_is_pointer(&s->call->shape, i) || now->kind != then->kind ||
	    now->size != then->size || now->count != then->count)
		return false;
	if (ref_kind(&s->shape, i) == ENCASE_DEEP || ref_length_of(&s->shape, i) >= 0)
		return false;
	if (!s->call->copied[i])
		return !s->words[i];
	return s->words[i] == s->call->seen[i];
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

static void note_replaced(const struct ref_call *call, unsigned i)
{
	hit(HIT_REPLACED);
	if (call->arrived[i].word && call->shape.arg[i].kind & ENCASE_OUT)
		hit(HIT_REPLACED_WRITTEN);
}

/* 1.9: was the argument a pointer when the call arrived, and is this still that call? */
static bool arrived_as_pointer(const struct sending *s, unsigned i)
{
	return s->same && i < s->call->shape.nargs && ref_is_pointer(&s->call->shape, i);
}

/* 4.1 to 4.3: the word and its home; false if the forward is refused. */
static bool choose(const struct sending *s, unsigned i)
{
	const struct ref_call *call = s->call;
	encase_word word = s->words[i];

	s->down[i] = (struct ref_word){ 0, REF_NOWHERE };
	if (is_null_meant(word)) {
		note_null_meant(call, true, i);
		return true;
	}
	if (!ref_may_give(call, i, word)) {
		hit(call->mode[i] & ENCASE_PASS ? HIT_EINVAL_PASSED : HIT_EINVAL_NULLIFIED);
		return false;
	}
	if (word) {
		if (ref_is_passed(call, i))
			note_replaced(call, i);
		s->down[i] = (struct ref_word){ word, REF_LAYERS };
	} else if (ref_is_passed(call, i)) {
		if (!(call->mode[i] & ENCASE_ONCE) || !call->spent) {
			hit(call->mode[i] & ENCASE_ONCE ? HIT_ONCE_FIRST : HIT_PASSED_DOWN);
			s->down[i] = call->arrived[i];
		} else if (call->arrived[i].word) {
			hit(HIT_ONCE_SPENT);
		}
	}
	return true;
}

/* 1.9, 4.3 and 4.6: a pointer of a handler's own in what was none, or in another call. */
static void choose_new(const struct sending *s, unsigned i)
{
	encase_word word = s->words[i];

	if (s->same)
		hit(HIT_SHAPE_NEW_POINTER);
	else if (is_null_meant(word))
		note_null_meant(s->call, false, i);
	else if (!word)
		hit(HIT_OTHER_NULL);
	if (is_null_meant(word))
		word = 0;
	s->down[i] = (struct ref_word){ word, word ? REF_LAYERS : REF_NOWHERE };
}

static void note_bound(const struct sending *s, unsigned i)
{
	const struct ref_call *call = s->call;

	if (ref_is_vector(&call->shape, i))
		hit(HIT_EINVAL_BOUND_VECTOR);
	else if (ref_is_message(&call->shape, i))
		hit(HIT_EINVAL_BOUND_MESSAGES);
	else if (ref_length_of(&call->shape, i) >= 0)
		hit(HIT_EINVAL_BOUND_LENGTH);
	else if (call->mode[i] == ENCASE_NULLIFY)
		hit(HIT_EINVAL_BOUND_NULLIFIED);
	else if (ref_is_passed(call, i))
		hit(s->words[i] ? HIT_EINVAL_BOUND_ARRIVED : HIT_EINVAL_BOUND_PASS);
	else
		hit(HIT_EINVAL_BOUND_COPY);
}

static void note_left(const struct sending *s, unsigned i)
{
	if (!s->same)
		hit(HIT_EINVAL_SHADOW_OTHER);
	else if (ref_is_vector(&s->shape, i))
		hit(HIT_EINVAL_SHADOW_VECTOR);
	else if (ref_length_of(&s->shape, i) >= 0)
		hit(HIT_EINVAL_SHADOW_LENGTH);
	else if (ref_is_nested(&s->shape, i))
		hit(HIT_EINVAL_SHADOW_NESTED);
	else if (!s->words[i] || s->words[i] == s->call->seen[i])
		hit(HIT_EINVAL_SHADOW_SHAPE);
	else
		hit(HIT_EINVAL_SHADOW);
}

/* 4.4 */
static bool bounds_hold(const struct sending *s, unsigned i)
{
	const struct ref_call *call = s->call;
	encase_word down = s->down[i].word;

	if (call->copied[i] && s->words[i] != call->seen[i])
		hit(HIT_GIVEN);
	if (!exceeds(s, i))
		return true;
	if (bounded(call, i, down)) {
		note_bound(s, i);
		return false;
	}
	hit(down ? HIT_LARGER : HIT_LARGER_NULL);
	if (down && ref_is_passed(call, i))
		hit(HIT_REPLACED_LARGER);
	if (down && ref_length_of(&call->shape, i) >= 0)
		hit(HIT_LARGER_LENGTH);
	return true;
}

/* 4.5: may this pointer go down? */
static bool within(const struct sending *s, unsigned i)
{
	if (s->down[i].home != REF_LAYERS || unchanged(s, i))
		return true;
	if (!ref_leaves(&s->shape, s->down, i))
		return true;
	note_left(s, i);
	return false;
}

/* 1.9: of the same call, is it another shape that goes down? */
static void note_shape(const struct sending *s)
{
	if (s->same && (s->shape.nargs != s->call->shape.nargs ||
			memcmp(s->shape.arg, s->call->shape.arg, sizeof(s->shape.arg)) != 0))
		hit(HIT_SHAPE_CHANGED);
}

/* 1.9: a pointer as the call arrived, and as it goes down. */
static bool stays_pointer(const struct sending *s, unsigned i)
{
	return i < s->shape.nargs && ref_is_pointer(&s->shape, i) && arrived_as_pointer(s, i);
}

/* 4.1 to 4.4, by the shape in which the call arrived. */
static bool hand_over(struct sending *s)
{
	for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++)
		if (stays_pointer(s, i) && !choose(s, i))
			return false;
	for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++)
		if (stays_pointer(s, i) && !bounds_hold(s, i))
			return false;
	return true;
}

/* 1.9 and 4.5: the shape of what goes down, and what it makes of the words. */
static bool reshape(struct sending *s, const struct encase_desc *desc)
{
	encase_word words[ENCASE_MAX_ARGS] = { 0 };

	for (unsigned i = 0; i < (desc ? desc->nargs : 6U); i++)
		words[i] = s->down[i].word;
	s->shape = ref_shape(desc, words);
	note_shape(s);
	for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++) {
		if (!ref_is_pointer(&s->shape, i))
			s->down[i] = (struct ref_word){ words[i], REF_NOWHERE };
		else if (!arrived_as_pointer(s, i))
			choose_new(s, i);
	}
	for (unsigned i = 0; i < s->shape.nargs; i++)
		if (ref_is_pointer(&s->shape, i) && !within(s, i))
			return false;
	return true;
}

static bool compose(struct sending *s, const struct encase_desc *desc)
{
	encase_word words[ENCASE_MAX_ARGS];

	for (unsigned i = 0; i < (desc ? desc->nargs : 6U); i++)
		s->down[i].word = s->words[i];
	memcpy(words, s->words, sizeof(words));
	s->shape = ref_shape(desc, words);
	if (s->same && !hand_over(s))
		return false;
	return reshape(s, desc);
}

/* 4.1: has the call a word to send only once? */
static bool has_once(const struct ref_call *call)
{
	for (unsigned i = 0; i < call->shape.nargs; i++)
		if (ref_is_passed(call, i) && call->mode[i] & ENCASE_ONCE && call->arrived[i].word)
			return true;
	return false;
}

/* A forward of values: of the same call, or of another one. */
struct ref_outcome ref_send(struct ref_call *call, const struct encase_desc *desc,
			    const encase_word *words)
{
	struct ref_call next = {
		.cage = call->cage, .desc = desc, .number = call->number, .level = call->level + 1
	};
	encase_word given[ENCASE_MAX_ARGS] = { 0 };
	struct sending sending = { .call = call, .same = call->desc == desc, .down = next.arrived };
	struct ref_outcome outcome;
	bool first = sending.same && !call->spent && has_once(call);

	memcpy(given, words, (desc ? desc->nargs : 6) * sizeof(*given));
	sending.words = given;
	if (!compose(&sending, desc)) {
		if (first)
			hit(HIT_ONCE_REFUSED);
		return ref_refusal(EINVAL);
	}
	if (sending.same)
		call->spent = true;
	next.shape = sending.shape;
	outcome = ref_descend(&next);
	if (first && outcome.failed)
		hit(HIT_ONCE_FAILED);
	return outcome;
}
