/* SPDX-License-Identifier: MIT */
/*
 * A handler for any call in a stack that is resolved before run time.
 *
 * mend:  `ENCASE_ON_ANY(on_send)` => `ENCASE_ON_IN(riot, send, on_send)`
 * gcc:   a rule for many calls has a raw handler
 * clang: a rule for many calls has a raw handler
 */
#define ENCASE_STATIC_OVER_FUNCTIONS bottom
#define HANDLERS                     long on_send(int port, const void *data, size_t len);
#define RULES                        ENCASE_ON_ANY(on_send)
#include "stack.h"
