/* SPDX-License-Identifier: MIT */
/*
 * A FAST call with a record.
 *
 * mend:  `FAST(put` => `GENERAL(put`
 * gcc:   enc_a_fast_call_has_no_records
 * clang: enc_a_fast_call_has_no_records
 */
#define TABLE RECORD(page, (u8, n)) FAST(put, 1, NOTHING, (), "puts", (record(page), page))

#include "record.h"
