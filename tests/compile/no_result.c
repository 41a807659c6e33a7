/* SPDX-License-Identifier: MIT */
/*
 * A result of a form that does not exist.
 *
 * mend:  `SUCCEEDS` => `NEVER`
 * gcc:   ENC_R_SUCCEEDS
 * clang: ENC_R_SUCCEEDS
 */
#define TABLE CALL(put, 1, int, SUCCEEDS, ORDINARY, (), (int, c, NUM))

#include "inline.h"
