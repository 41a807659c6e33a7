/* SPDX-License-Identifier: MIT */
/*
 * A handler that changes a stack that is resolved before run time.
 *
 * mend:  `encase_pop(encase_caller(), &layer)` => `port`
 * gcc:   does not change
 * clang: does not change
 */
#define ENCASE_STATIC_OVER_FUNCTIONS bottom
#define HANDLERS                                                                       \
	static const struct encase_layer layer;                                        \
	static long on_send(int port, const void *data, size_t len)                    \
	{                                                                              \
		return riot_next_send(encase_pop(encase_caller(), &layer), data, len); \
	}
#define RULES ENCASE_ON_IN(riot, send, on_send)
#include "stack.h"
