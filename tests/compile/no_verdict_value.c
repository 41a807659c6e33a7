/* SPDX-License-Identifier: MIT */
/*
 * A verdict that does not say what is returned.
 *
 * mend:  `(geteuid)` => `(geteuid, 1000)`
 * gcc:   expected expression
 * clang: expected expression
 */
#include <encase.h>

const struct encase_rule rules[] = { ENCASE_RETURN(geteuid), ENCASE_END };
