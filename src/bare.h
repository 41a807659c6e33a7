/* SPDX-License-Identifier: MIT */
/*
 * Bare: calls whose handlers are all bare, made with nothing that is thread-local; see encase/bare.h.
 */
#ifndef ENC_BARE_H
#define ENC_BARE_H

#include "cage.h"
#include "enc.h"

/* Where such a call ends: what the gate has below all layers; it finds what is to be made in its own data. */
typedef long enc_bare_bottom(void *gate);

/* How it ended. */
enum enc_bare_end {
	ENC_BARE_NOT, /* there are other handlers, or it is not the thread's only call: nothing was done */
	ENC_BARE_DONE, /* *result is the call's */
	ENC_BARE_LEFT, /* likewise, and enc_slot_left() is to be called of t's first slot */
};
enum enc_bare_end enc_bare_enter(struct enc_thread *t, const struct encase_cage *cage,
				 const struct encase_desc *desc, const encase_word *words,
				 enc_bare_bottom *bottom, void *gate, long *result);

#endif
