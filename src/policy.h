/* SPDX-License-Identifier: MIT */
/*
 * Policies: a rule's modes, resolved for one call into masks of arguments.
 * Rules: docs/forwarding.md, section 2.
 */
#ifndef ENC_POLICY_H
#define ENC_POLICY_H

#include "enc.h"

struct enc_masks {
	uint8_t passed, copied, nulled; /* every pointer is in one of them */
	uint8_t once, replaceable;      /* of the passed ones */
};

/* Whether a rule is well formed: 0 or -EINVAL. */
int enc_policy_check(const struct encase_rule *rule);
/* The masks of a well-formed rule that applies to desc. */
struct enc_masks enc_policy_resolve(const struct encase_rule *rule, const struct encase_desc *desc);

#endif
