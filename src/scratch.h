/* SPDX-License-Identifier: MIT */
/*
 * Scratch: the memory in which shadows live, a stack for each thread.
 *
 * The first ENC_SCRATCH bytes are made once per thread; what does not fit gets
 * a mapping of its own, and up to ENC_SPARE_MAX bytes of such are kept for the
 * next.  Shadows are dropped in the opposite order of their making, also when a
 * signal's handler makes calls between any two instructions.
 */
#ifndef ENC_SCRATCH_H
#define ENC_SCRATCH_H

#include "enc.h"

#define ENC_SCRATCH    ((size_t) 64 << 10)
#define ENC_SPARE_MAX  ((size_t) 16 << 20)
#define ENC_SHADOW_MAX ((size_t) ENCASE_TRANSFER_MAX)

/* A shadow with size bytes of data, contents unspecified, on top of the thread's; null: no memory. */
struct enc_shadow *enc_shadow_new(size_t size);
/* The thread's newest shadow turned out smaller. */
void enc_shadow_shrink(struct enc_shadow *shadow, size_t size);
/* The thread's newest shadow dies. */
void enc_shadow_drop(struct enc_shadow *shadow);
/* The shadow of this thread in which p lies (its end counts), or null. */
const struct enc_shadow *enc_shadow_at(const void *p);

#endif
