/* SPDX-License-Identifier: MIT */
/*
 * A condition in a verdict on many calls, which have no arguments in common.
 *
 * mend:  `, .fd = ENCASE_IS(1)` => ``
 * gcc:   macro "ENCASE_FAIL_GROUP" passed 3 arguments
 * clang: too many arguments provided to function-like macro
 */
#include <encase.h>

const struct encase_rule rules[] = { ENCASE_FAIL_GROUP(desc, 1, .fd = ENCASE_IS(1)), ENCASE_END };
