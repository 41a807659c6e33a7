/* SPDX-License-Identifier: MIT */
/*
 * Commits a fault on request, to prove that the sanitizer run tells of it:
 * planted none|leak|overflow|undefined.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static void *volatile kept;

int main(int argc, char *argv[])
{
	volatile int most = INT_MAX;

	if (argc != 2)
		return 2;
	kept = malloc(16);
	if (!strcmp(argv[1], "leak"))
		kept = NULL;
	else if (!strcmp(argv[1], "overflow"))
		((volatile char *) kept)[16] = 1;
	else if (!strcmp(argv[1], "undefined"))
		most += 1;
	free(kept);
	return 0;
}
