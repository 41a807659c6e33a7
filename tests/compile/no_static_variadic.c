/* SPDX-License-Identifier: MIT */
/*
 * A handler with "..." in a stack that is resolved before run time.
 *
 * mend:  `flags, ...)` => `flags, mode_t mode)`
 * gcc:   a handler with ... needs the router
 * clang: a handler with ... needs the router
 */
#define ENCASE_STATIC_OVER_KERNEL
#define LINUX
#define HANDLERS int on_open(const char *pathname, int flags, ...);
#define RULES    ENCASE_ON(open, on_open)
#include "stack.h"
