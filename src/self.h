/* SPDX-License-Identifier: MIT */
/*
 * Self: arguments that tell themselves how far they reach, ENCASE_SIZED and those
 * after it.  What tells it is read once; a lower layer gets them through a shadow
 * as layers do, so that the cage cannot change it in between.
 */
#ifndef ENC_SELF_H
#define ENC_SELF_H

#include "enc.h"

/*
 * Argument i, which is not null and in the cage's memory, gets a shadow; one that is
 * ENCASE_OPAQUE stays as it is in the host's own memory, and is -ENOSYS elsewhere.
 */
int enc_self_fetch(struct encase_call *call, unsigned i);

#endif
