/* SPDX-License-Identifier: MIT */
/*
 * A word behind the kind that is not NULLABLE.
 *
 * mend:  `NULLED` => `NULLABLE`
 * gcc:   'ENC_N_NULLED' undeclared
 * clang: undeclared identifier 'ENC_N_NULLED'
 */
#define TABLE CALL(put, 1, int, FAILS, ORDINARY, (), (const char *, s, STR, NULLED))

#include "inline.h"
