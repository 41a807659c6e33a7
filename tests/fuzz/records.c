/* SPDX-License-Identifier: MIT */
/*
 * Fuzzer of receivers of records: numbers, registers and the caller's memory are the input.
 * No handler may get what the table does not say, or see a byte outside that memory.
 */
#include "records.h"

#include <string.h>

#include "fuzz.h"

bool fuzz_is_within(const struct fuzz_space *space, const void *at, size_t n)
{
	const char *p = at;

	return !n || (p > space->base && p < space->base + space->size &&
		      n <= (size_t) (space->base + space->size - p));
}

void fuzz_touch(void *at, size_t n)
{
	volatile char *p = at;

	for (size_t i = 0; i < n; i++)
		p[i] = (char) (p[i] + 1);
}

uint64_t fuzz_word(struct fuzz_space *space)
{
	struct random *r = &space->random;

	switch (random_below(r, 6)) {
	case 0:
		return random_below(r, 4);
	case 1:
		return random_below(r, space->size + 1);
	case 2:
		return space->size - random_below(r, 20);
	case 3:
		return -random_below(r, 20);
	default:
		return random_word(r);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_space space = { .random = fuzz_front(data, size) };
	struct random bytes = fuzz_back(data, size);

	space.size = 64 + random_below(&space.random, 200);
	space.good = (uint16_t) random_below(&space.random, 3);
	space.base = malloc(space.size);
	if (!space.base)
		return 0;
	for (size_t i = 0; i < space.size; i++)
		space.base[i] = (char) random_below(&bytes, 256);
	for (unsigned n = (unsigned) random_below(&space.random, 20) + 1; n; n--)
		switch (random_below(&space.random, 3)) {
		case 0:
			fuzz_serve_narrow(&space);
			break;
		case 1:
			fuzz_serve_middle(&space);
			break;
		default:
			fuzz_serve_wide(&space);
		}
	free(space.base);
	return 0;
}
