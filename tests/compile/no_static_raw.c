/* SPDX-License-Identifier: MIT */
/*
 * A raw handler in a stack that is resolved before run time.
 *
 * mend:  `on_raw)` => `on_send)`
 * gcc:   a raw handler needs the router
 * clang: a raw handler needs the router
 */
#define ENCASE_STATIC_OVER_FUNCTIONS bottom
#define HANDLERS                               \
	long on_raw(struct encase_call *call); \
	long on_send(int port, const void *data, size_t len);
#define RULES ENCASE_ON_IN(riot, send, on_raw)
#include "stack.h"
