/* SPDX-License-Identifier: MIT */
/*
 * What the conformance suites share.
 *
 * A suite tests a vector of functions, and has a row for each implementation of
 * it.  A row says how to set its implementation up, and which of the properties
 * it has that not all need to have; no test looks at a name.  Tests of Criterion
 * are processes: rows, and what is tried on each, are loops inside of them.
 */
#ifndef CONFORM_H
#define CONFORM_H

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Around system calls with bad addresses, which the kernel has to refuse: valgrind
 * would tell of them as if they were the test's mistakes.
 */
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#define BAD_ADDRESSES_BEGIN VALGRIND_DISABLE_ERROR_REPORTING
#define BAD_ADDRESSES_END   VALGRIND_ENABLE_ERROR_REPORTING
#else
#define BAD_ADDRESSES_BEGIN
#define BAD_ADDRESSES_END
#endif

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* An assertion that tells for which row, or which call, it failed. */
#define holds(who, condition) cr_assert((condition), "%s: %s", (who), #condition)
/* The same for two numbers, which it tells. */
#define same(who, got, wanted)                                                            \
	do {                                                                              \
		long long got_ = (long long) (got), wanted_ = (long long) (wanted);       \
                                                                                          \
		cr_assert(got_ == wanted_, "%s: %s is %lld, not %lld", (who), #got, got_, \
			  wanted_);                                                       \
	} while (0)

/* Numbers without order, the same in each run (splitmix64). */
static inline uint64_t random_word(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/*
 * Runs fn on several threads at a time, which begin together, and gives each its
 * number.  fn returns how much went wrong; so does this.
 */
#define THREADS 4
unsigned on_threads(unsigned (*fn)(void *arg, unsigned number), void *arg);

#endif
