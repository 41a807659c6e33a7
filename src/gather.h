/* SPDX-License-Identifier: MIT */
/*
 * Gather: what of a call's arguments can be read at once, in a memory of which each
 * read is a system call.
 *
 * Only what the call's words tell the place and length of; what it leaves is left to
 * the marshal, and so are errors: where anything is bad, all is.
 */
#ifndef ENC_GATHER_H
#define ENC_GATHER_H

#include "enc.h"

/* Whether the memory of a call's cage is such a one. */
static inline bool enc_gathers(const struct encase_call *call)
{
	return call->flight->stack->home.memory->gather;
}
/* Fetches those of the arguments in mask that can be, if these are more than one. */
void enc_gather(struct encase_call *call, unsigned mask);

#endif
