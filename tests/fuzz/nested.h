/* SPDX-License-Identifier: MIT */
/*
 * The fuzzer of structures with pointers inside, of strings that an array points to, and of
 * what tells its own size: hostile images for the calls that have such arguments.
 *
 * Images and trials are those of memory.h.
 */
#ifndef FUZZ_NESTED_H
#define FUZZ_NESTED_H

#include "memory.h"

#define RANGES      2200
#define MANY_SIZE   64 /* struct mmsghdr: struct msghdr, and how many bytes it was */
#define MANY_LENGTH 56

/* A run of bytes that an argument has; addresses are the image's, or pointers. */
struct range {
	encase_word at;
	size_t n;
	bool head; /* it has addresses or lengths: what it says is ranges of their own */
};
struct ranges {
	struct range of[RANGES];
	size_t n;
};

/*
 * What argument i reaches over, as far as it can be read: in the image, or by pointers of this
 * process.  Done again by hand: docs/forwarding.md, 3.
 */
void ranges_take(struct ranges *ranges, const struct encase_desc *shape, unsigned i,
		 const encase_word *words, bool image);
/* Of all bytes that are no head's. */
uint64_t ranges_sum(const struct ranges *ranges);
/* Whether an argument is one of those that this is about. */
bool is_deep(const struct encase_desc *shape, unsigned i);

/* What the call may write, as its arguments are now: they may be about to be read, or just were. */
void nested_allow(void);

/* The handler of all layers, and the layer below. */
long nested_call(struct encase_call *call);
extern const struct encase_lower nested_lower;
/* What the layer above sent, if it is known: a sum for each argument, or 0. */
extern uint64_t nested_given[ENCASE_MAX_ARGS];

#endif
