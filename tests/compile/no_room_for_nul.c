/* SPDX-License-Identifier: MIT */
/*
 * A string without room for its NUL.
 *
 * mend:  `STR_MAX(0)` => `STR_MAX(1)`
 * gcc:   what s points to is empty, or larger than 65535 bytes
 * clang: what s points to is empty, or larger than 65535 bytes
 */
#define TABLE CALL(put, 1, int, FAILS, ORDINARY, (), (const char *, s, STR_MAX(0)))

#include "inline.h"
