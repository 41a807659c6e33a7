/* SPDX-License-Identifier: MIT */
/*
 * Random numbers that a seed determines, the same on every machine (splitmix64).
 * A scenario is made from one stream, and handlers that run in it decide from
 * another one, started anew for each run: as long as two routers behave alike,
 * their handlers do.  A fuzzer's bytes may stand for the first numbers of a stream, as
 * few of them for a number as it needs.  No expression draws twice: the order would be the compiler's.
 */
#ifndef PROPERTY_RANDOM_H
#define PROPERTY_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
	uint64_t state;
	/* A fuzzer's bytes, which are drawn first: from the front, or backward from the end. */
	const uint8_t *at, *end;
	bool backward;
};

static inline uint64_t random_byte(struct random *random)
{
	return random->backward ? *--random->end : *random->at++;
}

/* The next n (1..8) bytes as a number; zeros behind the last. */
static inline uint64_t random_bytes(struct random *random, unsigned n)
{
	uint64_t word = 0;

	for (unsigned i = 0; i < n && random->at < random->end; i++)
		word |= random_byte(random) << (8 * i);
	return word;
}

static inline uint64_t random_word(struct random *random)
{
	uint64_t z;

	if (random->at != random->end)
		return random_bytes(random, 8);
	z = random->state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* 0..n-1; n is not 0 and small against 2^64. */
static inline uint64_t random_below(struct random *random, uint64_t n)
{
	if (random->at != random->end && n <= 0x10000)
		return random_bytes(random, n <= 0x100 ? 1 : 2) % n;
	return random_word(random) % n;
}

static inline bool random_chance(struct random *random, unsigned percent)
{
	return random_below(random, 100) < percent;
}

#define RANDOM_OF(random, list) ((list)[random_below((random), sizeof(list) / sizeof((list)[0]))])

#endif
