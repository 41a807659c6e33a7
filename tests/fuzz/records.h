/* SPDX-License-Identifier: MIT */
/* What the receivers of records that the fuzzer has share. */
#ifndef RECORDS_H
#define RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "random.h"

/* A caller's memory, which ends where it ends: a sanitizer sees what is behind it. */
struct fuzz_space {
	struct random random;
	char *base;
	size_t size;
	uint16_t good; /* handles that are this, modulo 3 */
	unsigned handled;
};

bool fuzz_is_within(const struct fuzz_space *space, const void *at, size_t n);
/* Reads and writes all of it. */
void fuzz_touch(void *at, size_t n);
/* A register: anything, or something near to an address, a small number, an end. */
uint64_t fuzz_word(struct fuzz_space *space);

void fuzz_serve_narrow(struct fuzz_space *space);
void fuzz_serve_middle(struct fuzz_space *space);
void fuzz_serve_wide(struct fuzz_space *space);

#endif
