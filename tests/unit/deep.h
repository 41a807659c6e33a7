/* SPDX-License-Identifier: MIT */
/*
 * What the tests of deep arguments share: cages over a memory that changes once it
 * was read, and layers for Linux's calls.
 */
#ifndef UNIT_DEEP_H
#define UNIT_DEEP_H

#include <sys/uio.h>

#include "unit.h"

/*
 * unit_room's bytes from 0 on.  After each read of the place that turn.at names, n bytes
 * are put there: a cage that changes what was checked.  turning_far cannot be addressed.
 */
extern struct turn {
	size_t at, n;
	const void *to;
	unsigned reads; /* of that place, so far */
} turn;
extern const struct encase_memory turning, turning_far;

/* Three entries of 5, 0 and 7 bytes at DEEP_AT, "hello" and ", world", not side by side. */
#define DEEP_AT    64
#define DEEP_BYTES 1024
void deep_make_three(void);
/* A lower layer's answer to readv() and writev(): what came, and where it stands. */
long deep_bottom(struct encase_call *call);
extern char deep_came[64];
extern size_t deep_ncame;
extern struct iovec deep_at_bottom[8];
extern int deep_reached;

#define ROOM_AT(at) (unit_room + (at))
/* An entry of a vector in unit_room. */
void deep_entry(size_t at, unsigned k, encase_word base, encase_word len);
void deep_length(size_t at, int32_t length);
int32_t deep_length_at(size_t at);

/* Pushes a layer of one rule for a call of Linux's; every is a mode or 0. */
/* clang-format off */
#define deep_natural(cage, l, c, fn, every)                                                       \
	(unit_natural((l), &encase_desc_##c, (encase_fn *) _Generic(&(fn), encase_##c##_fn *: (fn)), \
		      (every)),                                                                   \
	 unit_push((cage), &(l)->layer))
/* clang-format on */
#define deep_raw(cage, l, c, fn, every) \
	(unit_raw((l), &encase_desc_##c, (fn), (every)), unit_push((cage), &(l)->layer))

/* What a cage has copied since the last time. */
struct encase_traffic deep_traffic(const struct encase_cage *cage);

#endif
