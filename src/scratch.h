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

#include <string.h>

#include "enc.h"

#define ENC_SCRATCH    ((size_t) 64 << 10)
#define ENC_SPARE_MAX  ((size_t) 16 << 20)
#define ENC_SHADOW_MAX ((size_t) ENCASE_TRANSFER_MAX)

#define ENC_SHADOW_SIZE(n) (sizeof(struct enc_shadow) + ((n) + 63) / 64 * 64)

/* enc_shadow_new(), where the thread's scratch is full or not made yet. */
struct enc_shadow *enc_shadow_new_slowly(size_t size);
/* enc_shadow_drop() of a mapping. */
void enc_shadow_unmap(struct enc_shadow *shadow, size_t mapped);

/* The shadow is the thread's newest from now on; it is not of the frame that stood here before. */
static inline void enc_shadow_link(struct enc_shadow *s)
{
	s->call = NULL;
	s->next = enc_thread.shadows;
	enc_settled();
	enc_thread.shadows = s;
}

/* A shadow with size bytes of data, contents unspecified, on top of the thread's; null: no memory. */
static inline struct enc_shadow *enc_shadow_new(size_t size)
{
	struct enc_thread *t = &enc_thread;
	struct enc_shadow *s;

	if (enc_unlikely(ENC_SHADOW_SIZE(size) > t->room - t->used))
		return enc_shadow_new_slowly(size);
	s = (struct enc_shadow *) (t->scratch + t->used);
	t->used += ENC_SHADOW_SIZE(size);
	enc_settled(); /* before, a signal's handler may put its own shadows here */
	s->mapped = 0;
	s->size = size;
	enc_shadow_link(s);
	return s;
}

/*
 * Zeros, where nothing was read.  A mapping that is too large to be kept is new and has them: so memory
 * is taken for what is written, however much of it a cage says there is room for.
 */
static inline void enc_shadow_clear(struct enc_shadow *s)
{
	if (enc_likely(s->mapped <= ENC_SPARE_MAX))
		memset(s->data, 0, s->size);
}

/* The thread's newest shadow dies. */
static inline void enc_shadow_drop(struct enc_shadow *s)
{
	size_t mapped = s->mapped;

	enc_thread.shadows = s->next;
	enc_settled(); /* afterwards it may again */
	if (enc_unlikely(mapped))
		enc_shadow_unmap(s, mapped);
	else
		enc_thread.used = (size_t) ((char *) s - enc_thread.scratch);
}

/*
 * Drops the shadows of frames at this address or below it, in this entry's part of the
 * stack: with a frame's own those that handlers left behind that a longjmp() ended.
 */
static inline void enc_shadows_drop(uintptr_t at)
{
	struct enc_shadow *s;

	while ((s = enc_thread.shadows) != enc_thread.mark && s && (uintptr_t) s->call <= at)
		enc_shadow_drop(s);
}

/* The thread's newest shadow turned out smaller. */
void enc_shadow_shrink(struct enc_shadow *shadow, size_t size);
/* The thread ends, and has no frames: its memory goes, and what destructors copy later has mappings of its own. */
void enc_scratch_end(struct enc_thread *t);
/* The shadow of this thread in which p lies (its end counts), or null. */
const struct enc_shadow *enc_shadow_at(const void *p);

#endif
