/* SPDX-License-Identifier: MIT */
/*
 * Marshal: moving arguments between a cage's memory and the layers'.
 *
 * Rules: docs/forwarding.md, sections 2.4 to 3, 5.8 and 6.  All functions work
 * on a frame: they put shadows' addresses among its words, and leave the words
 * with which it arrived alone.
 */
#ifndef ENC_MARSHAL_H
#define ENC_MARSHAL_H

#include "enc.h"

/*
 * Makes shadows for the arguments in mask, in their order; those that need none
 * (null, or in the layers' memory already) stay as they are.  0 or a negative
 * errno; shadows made before an error await enc_shadows_settle().
 */
int enc_marshal_fetch(struct encase_call *call, unsigned mask);
/*
 * Forwards will look at those in mask that have their extent in memory, and go down as they
 * arrived: remembers lengths behind pointers of ours.  0 or -ENOMEM.
 */
int enc_marshal_note(struct encase_call *call, unsigned mask);
/* The arguments in mask are null from this frame on. */
void enc_marshal_nullify(struct encase_call *call, unsigned mask);
#endif
