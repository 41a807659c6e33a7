/* SPDX-License-Identifier: MIT */
/* From modes to masks; see policy.h. */
#include "policy.h"

#include "extent.h"

static bool is_mode(uint8_t mode)
{
	return mode == ENCASE_COPY || mode == ENCASE_NULLIFY ||
	       (mode & ~(ENCASE_ONCE | ENCASE_REPLACE)) == ENCASE_PASS;
}

/*
 * A rule for one call has a mode per argument, then every; others have one mode.
 * Scalars' bytes are there to keep positions: they have no mode to be wrong.
 */
static uint8_t mode_of(const struct encase_rule *rule, const struct encase_desc *desc, unsigned i)
{
	if (!rule->desc)
		return rule->policy[0] ? rule->policy[0] : ENCASE_PASS;
	if (rule->policy[i])
		return rule->policy[i];
	if (rule->policy[desc->nargs])
		return rule->policy[desc->nargs];
	return rule->form == ENCASE_BARE ? ENCASE_PASS : ENCASE_COPY;
}

/*
 * Who is shown a buffer, or gives one, must be shown its length, and no other length may
 * be given for the cage's buffer than one that was seen.
 */
static int check_lengths(const struct encase_rule *rule, const struct encase_desc *desc)
{
	unsigned pointers = desc ? desc->pointers : 0;

	ENC_FOREACH_BIT(i, pointers)
	{
		uint8_t mode, length;

		if (!enc_is_pointed(desc, i))
			continue;
		mode = mode_of(rule, desc, i);
		length = mode_of(rule, desc, desc->arg[i].count);
		if (length & ENCASE_REPLACE)
			return -EINVAL;
		if ((mode == ENCASE_COPY || mode & ENCASE_REPLACE) && length != ENCASE_COPY)
			return -EINVAL;
		if (length == ENCASE_NULLIFY && mode != ENCASE_NULLIFY)
			return -EINVAL;
	}
	return 0;
}

int enc_policy_check(const struct encase_rule *rule)
{
	const struct encase_desc *desc = rule->desc;
	unsigned mask;
	uint8_t every;

	if (!rule->policy || (!desc && rule->form != ENCASE_RAW && rule->form != ENCASE_BARE))
		return -EINVAL;
	if (rule->form == ENCASE_VARIADIC && !encase_text(desc)->variadic)
		return -EINVAL;
	every = rule->policy[desc ? desc->nargs : 0];
	if (every && (!is_mode(every) || (!desc && every == ENCASE_NULLIFY)))
		return -EINVAL;
	if (every && rule->form == ENCASE_BARE && every != ENCASE_PASS)
		return -EINVAL;
	mask = desc ? desc->pointers : 0;
	ENC_FOREACH_BIT(i, mask)
	{
		uint8_t mode = mode_of(rule, desc, i);

		if (!is_mode(mode) || (rule->form == ENCASE_BARE && mode != ENCASE_PASS))
			return -EINVAL;
		if (mode == ENCASE_NULLIFY && !(desc->arg[i].kind & ENCASE_NULLABLE))
			return -EINVAL;
	}
	return check_lengths(rule, desc);
}

struct enc_masks enc_policy_resolve(const struct encase_rule *rule, const struct encase_desc *desc)
{
	struct enc_masks masks = { 0 };
	unsigned mask = desc->pointers, unseen = 0;

	ENC_FOREACH_BIT(i, mask)
	{
		uint8_t mode = mode_of(rule, desc, i), bit = (uint8_t) (1U << i);

		masks.passed |= mode & ENCASE_PASS ? bit : 0;
		masks.copied |= mode == ENCASE_COPY ? bit : 0;
		masks.nulled |= mode == ENCASE_NULLIFY ? bit : 0;
		masks.once |= mode & ENCASE_ONCE ? bit : 0;
		masks.replaceable |= mode & ENCASE_REPLACE ? bit : 0;
		if (!rule->desc && enc_is_pointed(desc, i)) /* its length would not be seen */
			unseen |= bit | 1U << desc->arg[i].count;
	}
	masks.replaceable &= (uint8_t) ~unseen;
	return masks;
}
