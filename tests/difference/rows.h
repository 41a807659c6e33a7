/* SPDX-License-Identifier: MIT */
/* How rows of calls are written. */
#ifndef DIFFERENCE_ROWS_H
#define DIFFERENCE_ROWS_H

#include <stddef.h>

#include "difference.h"

#define NUMBERS(name, ...)                                      \
	static const int64_t name##_values[] = { __VA_ARGS__ }; \
	static const struct set name = { name##_values, sizeof(name##_values) / sizeof(int64_t) }

/* clang-format off */
#define ROW(c, weight, ...) { &encase_desc_##c, weight, { __VA_ARGS__ } }
#define FD(k)       { .how = HOW_FD, .kinds = (k) }
#define AT          { .how = HOW_AT }
#define SET(s)      { .how = HOW_SET, .set = &(s) }
#define NUMBER0     { .how = HOW_LENGTH, .most = 0 }
#define LENGTH(n)   { .how = HOW_LENGTH, .most = (n) }
#define NAME(list)  { .how = HOW_NAME, .names = (list) }
#define PATH        NAME(names_path)
#define DATA        { .how = HOW_DATA }
#define FILL(f)     { .how = HOW_DATA, .fill = (f) }
#define WAIT(f)     { .how = HOW_DATA, .fill = (f), .never_null = true }
#define NULLS       { .how = HOW_LENGTH, .most = 0 }
#define LETTERS     { .how = HOW_LETTERS }
#define SEMAPHORES  { .how = HOW_SEMAPHORES }
/* clang-format on */

extern const char *const names_path[], *const names_xattr[], *const names_memfd[];

#endif
