/* SPDX-License-Identifier: MIT */
/*
 * A type that there is not.
 *
 * mend:  `(size_t, n)` => `(u16, n)`
 * gcc:   unknown type name .ENC_REC_C_size_t
 * clang: unknown type name 'ENC_REC_C_size_t'
 */
#define TABLE RECORD(page, (size_t, n))

#include "record.h"
