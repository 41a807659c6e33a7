/* SPDX-License-Identifier: MIT */
/*
 * Frames: which handler runs on this thread, and what it may ask about.
 *
 * The innermost frame stands at enc_thread.top; each knows the one around it.
 * The lower layer has a frame too, so that nothing called from there is taken
 * for a handler.
 */
#ifndef ENC_FRAME_H
#define ENC_FRAME_H

#include "enc.h"

static inline void enc_frame_enter(struct encase_call *call)
{
	call->outer = enc_thread.top;
	enc_settled(); /* a signal's handler may look at the frame from here on */
	enc_thread.top = call;
}

static inline void enc_frame_leave(const struct encase_call *call)
{
	enc_thread.top = call->outer;
}

#if defined(__has_feature)
#define ENC_HAS_ASAN __has_feature(address_sanitizer)
#else
#define ENC_HAS_ASAN 0
#endif

/*
 * Whether the innermost frame is not there any more: a handler was left by longjmp(),
 * and who runs now stands above it.  ASan may keep frames off the stack.
 */
static inline bool enc_frame_is_gone(const struct encase_call *call)
{
#if defined(__SANITIZE_ADDRESS__) || ENC_HAS_ASAN
	(void) call;
	return false;
#else
	return (uintptr_t) call < (uintptr_t) __builtin_dwarf_cfa();
#endif
}

/* The frame of the handler that runs on this thread; null outside one. */
static inline struct encase_call *enc_frame_of_handler(void)
{
	struct encase_call *call = enc_thread.top;

	return !enc_frame_is_gone(call) && call->step->push ? call : NULL;
}

/* Whether it is a handler of this layer's. */
static inline bool enc_frame_is_of(const struct encase_layer *layer)
{
	const struct encase_call *call = enc_frame_of_handler();

	return call && call->step->push->layer == layer;
}

#endif
