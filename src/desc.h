/* SPDX-License-Identifier: MIT */
/* Call descriptors by place; by name and number they are public, see encase/desc.h. */
#ifndef ENC_DESC_H
#define ENC_DESC_H

#include "enc.h"

static inline unsigned enc_kind(const struct encase_arg *arg)
{
	return arg->kind & ENCASE_KIND;
}

/* Goes through the set bits of mask (a variable, consumed), lowest first. */
#define ENC_FOREACH_BIT(i, mask) \
	for (unsigned i; (mask) && (i = (unsigned) __builtin_ctz(mask), true); (mask) &= (mask) -1)

#endif
