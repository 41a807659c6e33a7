/* SPDX-License-Identifier: MIT */
/*
 * The reference router: the way down and the way up.
 *
 * A way down is ref_descend(): it looks for the next layer with a rule, shows its
 * handler the call, and settles what comes back.  An outcome says by a flag whether
 * the call failed; the conventions of 5.1 are applied where a handler or the lower
 * layer hands over, and nowhere else.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hits.h"
#include "reference_private.h"

#define MAX_ERRNO 4095

struct ref_call *ref_frame;
unsigned long hits_of_modes[HIT_KINDS][HIT_MODES][HIT_DEPTHS];

static bool is_errno(encase_word word)
{
	return (int64_t) word < 0 && (int64_t) word >= -MAX_ERRNO;
}

static struct ref_outcome success(encase_word word)
{
	return (struct ref_outcome){ .word = word };
}

/* What never was a call fails whatever its descriptor says of results. */
struct ref_outcome ref_refusal(int error)
{
	return (struct ref_outcome){ .failed = true, .error = error };
}

/* 5.5: what cannot fail has the errno for its result, as the kernel's convention writes it. */
struct ref_outcome ref_failure(const struct encase_desc *desc, int error)
{
	if (desc->result == ENCASE_NEVER) {
		hit(HIT_NEVER_FAILS);
		return success((encase_word) - (int64_t) error);
	}
	return ref_refusal(error);
}

bool ref_speaks(const struct ref_cage *cage, const struct encase_interface *interface)
{
	for (unsigned i = 0; cage->interfaces[i]; i++)
		if (cage->interfaces[i] == interface)
			return true;
	return false;
}

/* -- Results -------------------------------------------------------------- */

/* 5.2, 5.5, 5.6 */
static struct ref_outcome from_natural(const struct encase_desc *desc, encase_word word, int error)
{
	if (desc->result == ENCASE_NEVER)
		return success(word);
	if (desc->result == ENCASE_OVERLAPS && word == desc->fail && !error)
		hit(HIT_OVERLAPS_MINUS);
	if (word == desc->fail && (error || desc->result == ENCASE_FAILS)) {
		hit(HIT_FAILED);
		if (!error)
			hit(HIT_EIO_ZERO);
		else if (error < 0 || error > MAX_ERRNO)
			hit(HIT_EIO_ERRNO);
		return ref_failure(desc, error > 0 && error <= MAX_ERRNO ? error : EIO);
	}
	if (error)
		hit(HIT_SUCCEEDED_ERRNO);
	if (desc->result == ENCASE_FAILS && is_errno(word)) {
		hit(HIT_EIO_LIBC);
		return ref_failure(desc, EIO);
	}
	return success(word);
}

/* 5.1, 5.5, 5.6 */
static struct ref_outcome from_kernel(const struct ref_call *call, encase_word word)
{
	int error;

	if (call->shape.result == ENCASE_NEVER) {
		if (is_errno(word))
			hit(HIT_NEVER_ERRNO);
		return success(word);
	}
	if (!is_errno(word))
		return success(word);
	error = (int) -(int64_t) word;
	if (call->shape.result == ENCASE_OVERLAPS) {
		if (error != call->fail && error != call->failed) {
			hit(HIT_OVERLAPS_WORD);
			return success(word);
		}
		hit(error == call->fail ? HIT_OVERLAPS_FAILS : HIT_OVERLAPS_FORWARD);
	}
	return ref_failure(&call->shape, error);
}

/* 5.7: as a value of a signed type, is the result below 0? */
static bool negative(const struct encase_desc *desc, encase_word word)
{
	switch (desc->type) {
	case ENCASE_S8:
	case ENCASE_S16:
	case ENCASE_S64:
		return (int64_t) word < 0;
	case ENCASE_S32:
		return (int32_t) word < 0;
	default:
		return false;
	}
}

/* 5.7 */
static struct ref_outcome check(const struct ref_call *call, struct ref_outcome outcome)
{
	const struct encase_desc *desc = &call->shape;
	unsigned limit = desc->limit;

	if (outcome.failed || desc->result != ENCASE_FAILS)
		return outcome;
	if ((limit || desc->type == ENCASE_S32) && negative(desc, outcome.word))
		hit(HIT_EIO_NEGATIVE);
	else if (limit && outcome.word > ref_count(desc, limit - 1, call->arrived[limit - 1].word))
		hit(HIT_EIO_LIMIT);
	else
		return outcome;
	if (call->level == call->cage->nlayers)
		hit(HIT_EIO_LOWER);
	return ref_failure(desc, EIO);
}

/* 5.7 to 5.10 */
static struct ref_outcome settle(struct ref_call *call, struct ref_outcome outcome)
{
	outcome = check(call, outcome);
	if (!outcome.failed && !call->unreached) {
		if (ref_flush(call, outcome.word) < 0)
			outcome = ref_failure(&call->shape, EFAULT);
	} else {
		for (unsigned i = 0; i < call->shape.nargs; i++)
			if (call->shadow[i] && (call->shape.arg[i].kind & ENCASE_OUT))
				hit(HIT_NO_FLUSH);
		ref_flush_anyway(call);
	}
	ref_drop(call);
	return outcome;
}

/* -- The way down --------------------------------------------------------- */

/* 2.9 */
static void nullify(struct ref_call *call, unsigned i)
{
	if (call->arrived[i].word)
		hit(ref_bad_address(call, i) ? HIT_NULLIFIED_BAD : HIT_NULLIFIED);
	call->arrived[i] = (struct ref_word){ 0, REF_NOWHERE };
}

/* 4.4: the length of a passed buffer is remembered, where it is the layers'. */
static void remember_length(struct ref_call *call, unsigned i)
{
	int length = ref_length_of(&call->shape, i);

	if (length < 0 || !call->arrived[i].word || !call->arrived[length].word ||
	    call->arrived[length].home != REF_LAYERS)
		return;
	call->was[length] =
		ref_read_length(&call->shape, (unsigned) length, call->arrived[length].word);
	call->noted[length] = true;
}

static void note_mode(const struct ref_call *call, unsigned i)
{
	static const uint8_t modes[HIT_MODES] = { ENCASE_COPY,
						  ENCASE_PASS,
						  ENCASE_PASS | ENCASE_ONCE,
						  ENCASE_PASS | ENCASE_REPLACE,
						  ENCASE_PASS | ENCASE_ONCE | ENCASE_REPLACE,
						  ENCASE_NULLIFY };
	int deep = ref_deep(&call->shape, i);
	unsigned kind = deep < 0 ? ref_kind(&call->shape, i) - ENCASE_STR : 4U + (unsigned) deep;
	unsigned depth = call->cage->nlayers < HIT_DEPTHS ? call->cage->nlayers : HIT_DEPTHS;

	for (unsigned m = 0; m < HIT_MODES; m++)
		hits_of_modes[kind][m][depth - 1] += call->mode[i] == modes[m];
}

/* 2.2 to 2.7, 2.9 */
static int show(struct ref_call *call, const struct encase_rule *rule)
{
	for (unsigned i = 0; i < call->shape.nargs; i++) {
		if (!ref_is_pointer(&call->shape, i))
			continue;
		call->mode[i] = ref_mode(rule, &call->shape, i);
		note_mode(call, i);
		if (call->mode[i] & ENCASE_PASS)
			hit(ref_bad_address(call, i) ? HIT_PASSED_BAD : HIT_PASSED);
		else if (call->mode[i] == ENCASE_NULLIFY)
			nullify(call, i);
	}
	for (unsigned i = 0; i < call->shape.nargs; i++)
		if (ref_is_pointer(&call->shape, i) && call->mode[i] & ENCASE_PASS)
			remember_length(call, i);
	for (unsigned i = 0; i < call->shape.nargs; i++) {
		int rc = call->mode[i] == ENCASE_COPY ? ref_fetch(call, i) : 0;

		if (!rc)
			continue;
		for (unsigned j = 0; j < i; j++)
			if (call->shadow[j])
				hit(HIT_FETCH_SECOND);
		return rc;
	}
	return 0;
}

static struct ref_outcome run_handler(struct ref_call *call, const struct encase_rule *rule)
{
	encase_word words[ENCASE_MAX_ARGS] = { 0 }, word;
	int before = errno, after;

	if (rule->form) {
		word = (encase_word) ((encase_raw_fn *) rule->handler)((struct encase_call *) call);
		return from_kernel(call, word);
	}
	for (unsigned i = 0; i < call->shape.nargs; i++) {
		if (!ref_is_pointer(&call->shape, i))
			words[i] = call->arrived[i].word;
		else if (call->copied[i])
			words[i] = call->seen[i];
	}
	errno = 0;
	word = call->desc->thunk(rule->handler, words, 0);
	after = errno;
	errno = before;
	return from_natural(&call->shape, word, after);
}

static struct ref_outcome run_lower(struct ref_call *call)
{
	const struct encase_lower *lower = call->cage->lower;
	unsigned visited = 0;

	for (const struct ref_call *outer = call->outer; outer; outer = outer->outer)
		visited += outer->cage == call->cage && outer->desc == call->desc;
	if (visited >= 6)
		hit(HIT_DEEP);
	return from_kernel(call, (encase_word) lower->call(call->cage->below, NULL,
							   (struct encase_call *) call));
}

static struct ref_outcome visit(struct ref_call *call, const struct encase_rule *rule)
{
	struct ref_outcome outcome;
	int rc = rule ? show(call, rule) : 0;

	if (rc) {
		ref_drop(call);
		return ref_failure(&call->shape, -rc);
	}
	call->outer = ref_frame;
	ref_frame = call;
	outcome = rule ? run_handler(call, rule) : run_lower(call);
	ref_frame = call->outer;
	return settle(call, outcome);
}

/* 1.2, 5.7: what a verdict says is a layer's result as any other. */
static struct ref_outcome judge(struct ref_call *call, const struct encase_verdict *verdict)
{
	if (!verdict->error) {
		hit(HIT_VERDICT_RETURNS);
		return check(call, from_kernel(call, verdict->value));
	}
	hit(HIT_VERDICT_FAILS);
	return ref_failure(&call->shape, verdict->error);
}

struct ref_outcome ref_descend(struct ref_call *call)
{
	const struct encase_rule *rule = NULL;

	for (; call->level < call->cage->nlayers; call->level++) {
		rule = ref_find_rule(call->cage->layer[call->level], call);
		if (rule)
			break;
		hit(HIT_SKIPPED);
	}
	if (rule && rule->verdict)
		return judge(call, rule->verdict);
	if (!rule && !call->desc && !call->cage->unknown) {
		hit(HIT_UNKNOWN_ENOSYS);
		return ref_refusal(ENOSYS);
	}
	if (!call->desc)
		hit(rule ? HIT_UNKNOWN_SEEN : HIT_UNKNOWN_LOWER);
	return visit(call, rule);
}
