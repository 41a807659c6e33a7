/* SPDX-License-Identifier: MIT */
/*
 * The reference router: which rule of a layer a call meets, and which mode that
 * rule has for each argument; 1.2 and the head of section 2.
 */
#include "hits.h"
#include "reference_private.h"

static bool in_group(const struct encase_desc *desc, const struct encase_rule *rule)
{
	return rule->interface == desc->interface && !rule->desc &&
	       (encase_text(desc)->groups >> rule->group & 1);
}

/* 1.2 */
const struct encase_rule *ref_find_rule(const struct encase_layer *layer,
					const struct encase_desc *desc)
{
	const struct encase_rule *rule;

	for (rule = layer->rules; rule->handler; rule++)
		if (rule->desc == desc)
			return hit(HIT_RULE_CALL), rule;
	for (rule = layer->rules; rule->handler; rule++) {
		if (!in_group(desc, rule))
			continue;
		hit(HIT_RULE_GROUP);
		for (const struct encase_rule *later = rule + 1; later->handler; later++)
			if (in_group(desc, later))
				hit(HIT_RULE_LATER_GROUP);
		return rule;
	}
	for (rule = layer->rules; rule->handler; rule++)
		if (!rule->desc && !rule->interface)
			return hit(HIT_RULE_ANY), rule;
	return NULL;
}

/* Section 2, the head */
unsigned ref_mode(const struct encase_rule *rule, const struct encase_desc *desc, unsigned i)
{
	if (rule->desc && rule->policy[i])
		return rule->policy[i];
	if (rule->policy[rule->desc ? desc->nargs : 0])
		return rule->policy[rule->desc ? desc->nargs : 0];
	return rule->desc ? ENCASE_COPY : ENCASE_PASS;
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

bool ref_is_policy(const struct encase_rule *rule)
{
	const struct encase_desc *desc = rule->desc;
	unsigned every = rule->policy[desc ? desc->nargs : 0];

	if (!is_mode(every))
		return false;
	if (!desc)
		return every != ENCASE_NULLIFY;
	for (unsigned i = 0; i < desc->nargs; i++) {
		if (!ref_is_pointer(desc, i))
			continue;
		if (!is_mode(rule->policy[i]))
			return false;
		if (ref_mode(rule, desc, i) == ENCASE_NULLIFY &&
		    !(desc->arg[i].kind & ENCASE_NULLABLE))
			return false;
	}
	return true;
}
