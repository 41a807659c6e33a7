/* SPDX-License-Identifier: MIT */
/*
 * A handler with another prototype in a stack that is resolved before run time.
 *
 * mend:  `int len)` => `size_t len)`
 * gcc:   not compatible with any association
 * clang: not compatible with any generic association
 */
#define ENCASE_STATIC_OVER_FUNCTIONS bottom
#define HANDLERS                     long on_send(int port, const void *data, int len);
#define RULES                        ENCASE_ON_IN(riot, send, on_send)
#include "stack.h"
