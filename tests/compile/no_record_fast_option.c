/* SPDX-License-Identifier: MIT */
/*
 * A FAST call with an option.
 *
 * mend:  `FAST(put` => `GENERAL(put`
 * gcc:   enc_a_fast_call_has_no_options
 * clang: enc_a_fast_call_has_no_options
 */
#define TABLE OPTION(limit, u8) FAST(put, 1, NOTHING, (), "puts", (option(limit), limit))

#include "record.h"
