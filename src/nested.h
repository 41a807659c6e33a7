/* SPDX-License-Identifier: MIT */
/*
 * Nested: structures with pointers inside, ENCASE_PAIR, ENCASE_MESSAGE and ENCASE_MESSAGES.
 *
 * The structure is read once, and what it points to by that; the shadow holds a
 * structure of its own, whose pointers point to copies in the same shadow.  Where
 * the call writes, that goes back to where the cage's own structure pointed.
 */
#ifndef ENC_NESTED_H
#define ENC_NESTED_H

#include "messages.h"

static inline bool enc_is_nested(const struct encase_arg *arg)
{
	return enc_kind(arg) == ENCASE_DEEP &&
	       (enc_deep(arg) == ENCASE_PAIR || enc_deep(arg) == ENCASE_MESSAGE ||
		enc_deep(arg) == ENCASE_MESSAGES);
}

#define ENC_PAIR_MOST 4096 /* bytes that a pair may name */

/* Argument i, which is not null and in the cage's memory, gets a shadow. */
int enc_nested_fetch(struct encase_call *call, unsigned i);
/*
 * The ranges that a structure of ours points to, one of many messages; a vector's entries are
 * the first, and *vector tells so.
 */
unsigned enc_nested_ranges(const struct encase_arg *arg, const void *p, struct enc_range *ranges,
			   bool *vector);

#endif
