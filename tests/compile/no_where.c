/* SPDX-License-Identifier: MIT */
/*
 * A condition on an argument that the call does not have.
 *
 * mend:  `.flag =` => `.flags =`
 * gcc:   'const struct encase_openat_where' has no member named 'flag'
 * clang: field designator 'flag' does not refer to any field
 */
#include <encase.h>

const struct encase_rule rules[] = { ENCASE_FAIL(openat, 30, .flag = ENCASE_HAS(1)), ENCASE_END };
