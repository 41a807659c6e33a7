/* SPDX-License-Identifier: MIT */
/*
 * What a fuzzer's harness is: one function that is given bytes, draws all that it
 * does from them, and ends the program where what it sees cannot be right.
 *
 * The same file is a fuzzer, linked with libFuzzer by ./dev fuzz, and a test, linked with
 * plain.c.  An input does the same whenever it is run: nothing is kept from one to the next.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "random.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A finding: says what is wrong, and ends the program. */
static inline __attribute__((format(printf, 1, 2), noreturn)) void fuzz_found(const char *format,
									      ...)
{
	va_list args;

	va_start(args, format);
	(void) fflush(stdout);
	(void) fputs("# finding: ", stderr);
	(void) vfprintf(stderr, format, args);
	(void) fputc('\n', stderr);
	va_end(args);
	abort();
}
#define FUZZ_CHECK(holds, ...)                   \
	do {                                     \
		if (!(holds))                    \
			fuzz_found(__VA_ARGS__); \
	} while (0)

/* Streams over the bytes, from the front and from the end; pseudo-random behind them. */
static inline struct random fuzz_front(const uint8_t *data, size_t size)
{
	return (struct random){ .state = 1, .at = data, .end = data + size };
}
static inline struct random fuzz_back(const uint8_t *data, size_t size)
{
	return (struct random){ .state = 2, .at = data, .end = data + size, .backward = true };
}

#endif
