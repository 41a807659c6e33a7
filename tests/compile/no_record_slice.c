/* SPDX-License-Identifier: MIT */
/*
 * A slice of what may have bytes that are no value.
 *
 * mend:  `in(bool)` => `in(u8)`
 * gcc:   (ENC_REC_E_bool|ENC_REC_E__Bool|expected)
 * clang: (ENC_REC_E_bool|ENC_REC_E__Bool|type specifier|expected)
 */
#define TABLE FAST(put, 1, NOTHING, (), "puts", (in(bool), a))

#include "record.h"
