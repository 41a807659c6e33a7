/* SPDX-License-Identifier: MIT */
/*
 * Guests: programs that look at what the kernel does for them, and print TAP.  What holds where the
 * kernel runs them holds where a gate does.  They know nothing of encase.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int guest_n, guest_failed;

/* One test; from one thread at a time. */
#define CHECK(condition) guest_check((condition), #condition, __func__, __LINE__)
static inline bool guest_check(bool good, const char *what, const char *where, int line)
{
	printf("%sok %d - %s: %s\n", good ? "" : "not ", ++guest_n, where, what);
	if (!good)
		printf("# %s, line %d\n", where, line);
	(void) fflush(stdout);
	guest_failed += !good;
	return good;
}

/* The last line of main(): the plan stands at the end. */
static inline int guest_end(void)
{
	printf("1..%d\n", guest_n);
	(void) fflush(stdout);
	return guest_failed ? 1 : 0;
}

#endif
