/* SPDX-License-Identifier: MIT */
/*
 * Random numbers that a seed determines, the same on every machine (splitmix64).
 * A scenario is made from one stream, and handlers that run in it decide from
 * another one, started anew for each run: as long as two routers behave alike,
 * their handlers do.  No expression draws twice: the order would be the compiler's.
 */
#ifndef PROPERTY_RANDOM_H
#define PROPERTY_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

static inline uint64_t random_word(struct random *random)
{
	uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* 0..n-1; n is not 0 and small against 2^64. */
static inline uint64_t random_below(struct random *random, uint64_t n)
{
	return random_word(random) % n;
}

static inline bool random_chance(struct random *random, unsigned percent)
{
	return random_below(random, 100) < percent;
}

#define RANDOM_OF(random, list) ((list)[random_below((random), sizeof(list) / sizeof((list)[0]))])

#endif
