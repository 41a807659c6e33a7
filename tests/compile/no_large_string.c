/* SPDX-License-Identifier: MIT */
/*
 * A string that is longer than a descriptor can say.
 *
 * mend:  `70000` => `60000`
 * gcc:   what s points to is empty, or larger than 65535 bytes
 * clang: what s points to is empty, or larger than 65535 bytes
 * flags: -w
 */
#define TABLE CALL(put, 1, int, FAILS, ORDINARY, (), (const char *, s, STR_MAX(70000)))

#include "inline.h"
