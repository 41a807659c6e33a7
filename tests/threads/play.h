/* SPDX-License-Identifier: MIT */
/* What plays of one thread that is many have in common: numbers at random, by seed, and a main(). */
#ifndef PLAY_H
#define PLAY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t play_seed;
static const char *wrong; /* what is; null: nothing */

static inline unsigned any(unsigned n)
{
	play_seed ^= play_seed << 13;
	play_seed ^= play_seed >> 7;
	play_seed ^= play_seed << 17;
	return (unsigned) (play_seed >> 11) % n;
}

/* Plays seeds 1 to n, or those that arguments tell: PROGRAM [SEED [HOW MANY]].  Prints TAP; main()'s result. */
static inline int play_all(int argc, char *argv[], const char *name, uint64_t n, void (*play)(void))
{
	uint64_t number = argc > 1 ? strtoull(argv[1], NULL, 0) : 1, behind;

	if (argc > 1)
		n = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	for (behind = number + n; number < behind; number++) {
		play_seed = number * 0x9e3779b97f4a7c15ULL + 1;
		wrong = NULL;
		play();
		if (wrong)
			break;
	}
	if (wrong)
		printf("# seed %llu: %s\n", (unsigned long long) number, wrong);
	printf("1..1\n%s 1 - %s\n", wrong ? "not ok" : "ok", name);
	return wrong != NULL;
}

#endif
