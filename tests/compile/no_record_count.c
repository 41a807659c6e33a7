/* SPDX-License-Identifier: MIT */
/*
 * A count of an argument that there is not.
 *
 * mend:  `COUNT(text)` => `COUNT(to)`
 * gcc:   text_count
 * clang: text_count
 */
#define TABLE FAST(put, 1, COUNT(text), (), "puts", (filled(u8), to))

#include "record.h"
