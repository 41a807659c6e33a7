/* SPDX-License-Identifier: MIT */
/* A Criterion test that commits a fault in a worker, and passes all the same. */
#include <criterion/criterion.h>
#include <stdlib.h>

Test(planted, overflow)
{
	volatile char *p = malloc(16);

	cr_assert(p);
	p[16] = 1;
	free((void *) p);
}
