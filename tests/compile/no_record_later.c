/* SPDX-License-Identifier: MIT */
/*
 * A record of one that comes later.
 *
 * mend:  `record(later)` => `record(page)`
 * gcc:   incomplete type
 * clang: incomplete type
 */
#define TABLE RECORD(page, (u8, n)) RECORD(book, (record(later), page)) RECORD(later, (u8, n))

#include "record.h"
