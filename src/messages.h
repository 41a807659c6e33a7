/* SPDX-License-Identifier: MIT */
/*
 * Messages: struct msghdr and arrays of struct mmsghdr, ENCASE_MESSAGE and ENCASE_MESSAGES.
 *
 * Structures and entries are read once, and what they point to by that; the shadow holds
 * structures of its own, whose pointers point to copies in the same shadow.  Where the call
 * writes, that goes back to where the cage's own structures pointed.
 */
#ifndef ENC_MESSAGES_H
#define ENC_MESSAGES_H

#include "extent.h"

/* A range that a structure of ours points to; at most these many and a vector's. */
struct enc_range {
	const void *at;
	size_t n;
};
#define ENC_RANGES 3

/* Argument i, which is not null and in the cage's memory, gets a shadow. */
int enc_messages_fetch(struct encase_call *call, unsigned i);
/* What a call with this result wrote goes to the cage. */
int enc_messages_flush(struct encase_call *call, const struct enc_shadow *s, long result);
/* The ENC_RANGES that a message of ours points to; its entries are the first. */
void enc_messages_ranges(const void *p, struct enc_range *ranges);

#endif
