/* SPDX-License-Identifier: MIT */
/*
 * A verdict that does not say which error.
 *
 * mend:  `(openat)` => `(openat, 30)`
 * gcc:   expected expression
 * clang: expected expression
 */
#include <encase.h>

const struct encase_rule rules[] = { ENCASE_FAIL(openat), ENCASE_END };
