/* SPDX-License-Identifier: MIT */
/*
 * TAP on standard output.
 *
 * One line per test, numbered as they come, with the plan at the end.  What a
 * failing test has to say it prints before its line, as comments ("# ...").
 */
#ifndef PROPERTY_TAP_H
#define PROPERTY_TAP_H

#include <stdbool.h>
#include <stdio.h>

extern unsigned tap_tests, tap_failures;

static inline bool tap_ok(bool good, const char *name)
{
	tap_failures += !good;
	printf("%s %u - %s\n", good ? "ok" : "not ok", ++tap_tests, name);
	(void) fflush(stdout);
	return good;
}

/* The exit status of the program. */
static inline int tap_end(void)
{
	printf("1..%u\n", tap_tests);
	return tap_failures ? 1 : 0;
}

/* named*.c: tests with expectations of their own. */
void named_tests(void);

#endif
