/* SPDX-License-Identifier: MIT */
/*
 * A handle of one that is wider.
 *
 * mend:  `HANDLE(file, u8, any)` => `HANDLE(file, u16, any)`
 * gcc:   handle file has another size than any
 * clang: handle file has another size than any
 */
#define TABLE HANDLE(any, u16) HANDLE(file, u8, any)

#include "record.h"
