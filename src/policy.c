/* SPDX-License-Identifier: MIT */
/* From modes to masks; see policy.h. */
#include "policy.h"

#include "desc.h"

static bool is_mode(uint8_t mode)
{
	return mode == ENCASE_COPY || mode == ENCASE_PASS;
}

/*
 * A rule for one call has a mode per argument, then every; others have one mode.
 * Scalars' bytes are there to keep positions: they have no mode to be wrong.
 */
int enc_policy_check(const struct encase_rule *rule)
{
	const struct encase_desc *desc = rule->desc;
	unsigned mask;
	uint8_t every;

	if (!rule->policy || (!desc && !rule->raw))
		return -EINVAL;
	every = rule->policy[desc ? desc->nargs : 0];
	if (every && !is_mode(every))
		return -EINVAL;
	mask = desc ? desc->pointers : 0;
	ENC_FOREACH_BIT(i, mask)
	{
		if (rule->policy[i] && !is_mode(rule->policy[i]))
			return -EINVAL;
	}
	return 0;
}

struct enc_masks enc_policy_resolve(const struct encase_rule *rule, const struct encase_desc *desc)
{
	struct enc_masks masks = { 0, 0 };
	unsigned mask = desc->pointers;
	uint8_t every;

	if (rule->desc)
		every = rule->policy[desc->nargs] ? rule->policy[desc->nargs] : ENCASE_COPY;
	else
		every = rule->policy[0] ? rule->policy[0] : ENCASE_PASS;
	ENC_FOREACH_BIT(i, mask)
	{
		uint8_t mode = rule->desc && rule->policy[i] ? rule->policy[i] : every;

		if (mode == ENCASE_PASS)
			masks.passed |= (uint8_t) (1U << i);
		else
			masks.copied |= (uint8_t) (1U << i);
	}
	return masks;
}
