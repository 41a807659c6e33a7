/* SPDX-License-Identifier: MIT */
/*
 * The reference router: what a call's arguments are, which rule of a layer it meets,
 * and which mode that rule has for each argument; 1.2, 1.9 and the head of section 2.
 */
#include "hits.h"
#include "reference_private.h"

/* 1.9 and 1.11 */
struct encase_desc ref_shape(const struct encase_desc *desc, encase_word *words)
{
	struct encase_desc shape = { .type = ENCASE_S64, .nargs = 6, .result = ENCASE_FAILS };

	for (unsigned i = 0; !desc && i < 6; i++)
		shape.arg[i].type = ENCASE_U64;
	if (!desc)
		return shape;
	shape = *desc;
	for (unsigned i = 0; i < desc->nargs; i++) {
		if (ref_kind(desc, i) != ENCASE_VARIES)
			continue;
		shape.arg[i] = (struct encase_arg){ ENCASE_NUM, { ENCASE_U64 }, 0 };
		shape.pointers &= (uint8_t) ~(1U << i);
	}
	if (encase_text(desc)->shape)
		encase_text(desc)->shape(&shape, words);
	for (unsigned i = 0; i < desc->nargs; i++) {
		if (i >= shape.nargs) {
			hit(HIT_SHAPE_SHORT);
			shape.pointers &= (uint8_t) ~(1U << i);
			words[i] = 0;
		} else if (ref_kind(desc, i) == ENCASE_VARIES) {
			hit(ref_is_pointer(&shape, i) ? HIT_SHAPE_POINTER : HIT_SHAPE_NUMBER);
		}
	}
	return shape;
}

/* 1.2: is the rule for this call, for a group that it is in, for any? */
static bool is_for(const struct encase_rule *rule, const struct encase_desc *desc, unsigned order)
{
	switch (order) {
	case 0:
		return desc && rule->desc == desc;
	case 1:
		return desc && rule->interface == desc->interface && !rule->desc &&
		       (encase_text(desc)->groups >> rule->group & 1);
	default:
		return !rule->desc && !rule->interface;
	}
}

/* 1.2 */
static bool where_holds(const struct encase_rule *rule, const struct ref_call *call)
{
	for (unsigned i = 0; rule->where && i < call->desc->nargs; i++) {
		encase_word word = 0;

		if (i < call->shape.nargs)
			word = call->arrived[i].word;
		else if (rule->where[i].mask)
			hit(HIT_VERDICT_ABSENT);
		if (i < call->shape.nargs && !ref_is_pointer(&call->shape, i))
			word = encase_widen(call->shape.arg[i].type, word);
		if ((word & rule->where[i].mask) != rule->where[i].value)
			return false;
		if (rule->where[i].mask && ref_is_pointer(&call->shape, i))
			hit(HIT_VERDICT_POINTER);
	}
	return true;
}

static void note_order(const struct encase_rule *rule, const struct encase_desc *desc,
		       unsigned order)
{
	static const enum hit classes[] = { HIT_RULE_CALL, HIT_RULE_GROUP, HIT_RULE_ANY };

	hit(classes[order]);
	for (const struct encase_rule *later = rule + 1; order == 1 && !encase_is_end(later);
	     later++)
		if (is_for(later, desc, 1))
			hit(HIT_RULE_LATER_GROUP);
}

const struct encase_rule *ref_find_rule(const struct encase_layer *layer,
					const struct ref_call *call)
{
	bool over = false;

	for (unsigned order = 0; order < 3; order++) {
		for (const struct encase_rule *rule = layer->rules; !encase_is_end(rule); rule++) {
			if (!is_for(rule, call->desc, order))
				continue;
			if (rule->verdict && !where_holds(rule, call)) {
				over = true;
				continue;
			}
			if (rule->handler && over)
				hit(HIT_VERDICT_OVER);
			note_order(rule, call->desc, order);
			return rule;
		}
	}
	if (over)
		hit(HIT_VERDICT_ALONE);
	return NULL;
}

bool ref_has_rule(const struct encase_layer *layer, const struct encase_desc *desc)
{
	for (const struct encase_rule *rule = layer->rules; !encase_is_end(rule); rule++)
		for (unsigned order = 0; order < 3; order++)
			if (is_for(rule, desc, order))
				return true;
	return false;
}

static unsigned named_mode(const struct encase_rule *rule, unsigned i)
{
	unsigned every = rule->policy[rule->desc ? rule->desc->nargs : 0];

	if (rule->desc && rule->policy[i])
		return rule->policy[i];
	if (every)
		return every;
	return rule->desc ? ENCASE_COPY : ENCASE_PASS;
}

/* Section 2, the head, and 3.6 */
unsigned ref_mode(const struct encase_rule *rule, const struct encase_desc *shape, unsigned i)
{
	unsigned mode = named_mode(rule, i);

	if (rule->desc || (ref_length_of(shape, i) < 0 && ref_buffer_of(shape, i) < 0))
		return mode;
	if (mode & ENCASE_REPLACE)
		hit(HIT_LENGTH_NO_REPLACE);
	return mode & ~(unsigned) ENCASE_REPLACE;
}

/* Section 2, the head: is it one of the modes, or not named? */
static bool is_mode(unsigned mode)
{
	switch (mode) {
	case 0:
	case ENCASE_COPY:
	case ENCASE_PASS:
	case ENCASE_PASS | ENCASE_ONCE:
	case ENCASE_PASS | ENCASE_REPLACE:
	case ENCASE_PASS | ENCASE_ONCE | ENCASE_REPLACE:
	case ENCASE_NULLIFY:
		return true;
	default:
		return false;
	}
}

/* 3.6: may a length have this mode, beside its buffer's? */
static bool suits(unsigned length, unsigned buffer)
{
	if (length & ENCASE_REPLACE)
		return false;
	if (length != ENCASE_COPY && (buffer == ENCASE_COPY || buffer & ENCASE_REPLACE))
		return false;
	return length != ENCASE_NULLIFY || buffer == ENCASE_NULLIFY;
}

bool ref_is_policy(const struct encase_rule *rule)
{
	const struct encase_desc *desc = rule->desc;
	unsigned every = rule->policy[desc ? desc->nargs : 0];

	if (!is_mode(every))
		return false;
	if (!desc)
		return every != ENCASE_NULLIFY;
	for (unsigned i = 0; i < desc->nargs; i++) {
		unsigned mode = ref_mode(rule, desc, i);
		int buffer = ref_buffer_of(desc, i);

		if (!ref_is_pointer(desc, i))
			continue;
		if (!is_mode(rule->policy[i]))
			return false;
		if (mode == ENCASE_NULLIFY && !(desc->arg[i].kind & ENCASE_NULLABLE))
			return false;
		if (buffer >= 0 && !suits(mode, ref_mode(rule, desc, (unsigned) buffer))) {
			hit(HIT_EINVAL_POLICY_LENGTH);
			return false;
		}
	}
	return true;
}

/* 1.2, the end: may a call have that for its end? */
bool ref_is_verdict(const struct encase_rule *rule)
{
	unsigned result = rule->desc ? rule->desc->result : (unsigned) ENCASE_FAILS;
	int64_t value = (int64_t) rule->verdict->value;

	if (rule->verdict->error)
		return rule->verdict->error > 0 && rule->verdict->error <= 4095 &&
		       result != ENCASE_NEVER;
	return rule->desc && (result != ENCASE_FAILS || value >= 0 || value < -4095);
}

static bool decides(const struct encase_rule *rule)
{
	for (unsigned i = 0; rule->verdict && rule->where && i < rule->desc->nargs; i++)
		if (rule->where[i].mask || rule->where[i].value)
			return false;
	return true;
}

bool ref_is_hidden(const struct encase_rule *first, const struct encase_rule *rule)
{
	for (; first < rule; first++)
		if (first->desc == rule->desc && first->interface == rule->interface &&
		    first->group == rule->group && decides(first))
			return true;
	return false;
}
