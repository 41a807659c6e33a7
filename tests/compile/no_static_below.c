/* SPDX-License-Identifier: MIT */
/*
 * A stack that is resolved before run time, over nothing.
 *
 * mend:  `BOTTOM` => `ENCASE_STATIC_OVER_FUNCTIONS bottom`
 * gcc:   define one of ENCASE_STATIC_OVER
 * clang: define one of ENCASE_STATIC_OVER
 */
#define BOTTOM
#define HANDLERS long on_send(int port, const void *data, size_t len);
#define RULES    ENCASE_ON_IN(riot, send, on_send)
#include "stack.h"
