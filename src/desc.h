/* SPDX-License-Identifier: MIT */
/* Call descriptors by place; by name and number they are public, see encase/desc.h. */
#ifndef ENC_DESC_H
#define ENC_DESC_H

#include "enc.h"

/* Whether a descriptor is that of all calls of unknown numbers of its interface. */
static inline bool enc_is_unknown(const struct encase_desc *desc)
{
	return desc->index == desc->interface->ncalls;
}

/* How many arguments a call has at most, whatever its shape. */
static inline unsigned enc_most_args(const struct encase_desc *desc)
{
	return enc_is_unknown(desc) ? desc->nargs : desc->interface->calls[desc->index]->nargs;
}

/* Whether two descriptors are of the same call: one may be the shape of the other. */
static inline bool enc_is_same(const struct encase_desc *a, const struct encase_desc *b)
{
	return a == b || (a->interface == b->interface && a->index == b->index);
}

/* How calls of this descriptor get their shape; null: they have it. */
static inline encase_shape_fn *enc_shaper(const struct encase_desc *desc)
{
	return enc_is_unknown(desc) ? NULL : encase_text(desc)->shape;
}

/* What stands for a descriptor where a call's number is in no table. */
struct enc_unknown {
	struct encase_desc desc;
	long number;
};
struct enc_unknown enc_unknown(const struct encase_interface *interface, long number);

static inline unsigned enc_kind(const struct encase_arg *arg)
{
	return arg->kind & ENCASE_KIND;
}

/* Goes through the set bits of mask (a variable, consumed), lowest first. */
#define ENC_FOREACH_BIT(i, mask) \
	for (unsigned i; (mask) && (i = (unsigned) __builtin_ctz(mask), true); (mask) &= (mask) -1)

#endif
