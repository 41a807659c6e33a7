/* SPDX-License-Identifier: MIT */
/*
 * A pointer in a record.
 *
 * mend:  `(void *, at)` => `(u32, at)`
 * gcc:   unknown type name .ENC_REC_C_void
 * clang: unknown type name 'ENC_REC_C_void'
 */
#define TABLE RECORD(page, (u8, n), (void *, at))

#include "record.h"
