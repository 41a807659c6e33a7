/* SPDX-License-Identifier: MIT */
/*
 * Shadows: what becomes of a frame's copies of arguments, once they are made.
 *
 * Rules: docs/forwarding.md, 4.4, 4.5 and 5.8 to 5.10.
 */
#ifndef ENC_SHADOWS_H
#define ENC_SHADOWS_H

#include "enc.h"

/*
 * The handler has returned: flushes what the call wrote if it succeeded, drops
 * the frame's shadows, if it has any.  Returns the call's result, which may have become -EFAULT.
 */
long enc_shadows_settle(struct encase_call *call, long result);
/*
 * Whether a pointer that a forward sends for argument i of desc, with these
 * words, stays within the shadow that it points into, if any does.
 */
bool enc_shadows_in_bounds(const struct encase_desc *desc, unsigned i, const encase_word *words);
/* Whether the length behind pointer i, which a forward sends, is not above what arrived there. */
bool enc_shadows_length_fits(const struct encase_call *call, unsigned i, const encase_word *words);
/* The frame's own shadow of argument i, or null. */
struct enc_shadow *enc_shadows_of(const struct encase_call *call, unsigned i);

/*
 * enc_extent() of an argument of this frame; that of a buffer whose length has been fetched, and
 * stands behind a pointer, by what that was then: its handler may have changed it.
 */
int enc_shadows_extent(const struct encase_call *call, unsigned i, size_t *n);

#endif
