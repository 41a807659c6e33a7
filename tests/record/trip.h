/* SPDX-License-Identifier: MIT */
/*
 * One call on its way from the stub to its handler and back: what is expected of it, byte by
 * byte, and what has come of it.
 */
#ifndef TRIP_H
#define TRIP_H

#include "bytes.h"

struct trip {
	struct random random;
	bool fast;          /* each argument is a register or two, else bytes */
	struct bytes args;  /* of FAST calls: a word for each register */
	struct bytes given; /* what the handler gives, likewise */
	size_t size;        /* bytes of its result */
	long answer;        /* what it returns */
	unsigned handled;   /* handlers that have run */
	const char *wrong;  /* the first thing that was not as it had to be, or null */
};
extern struct trip trip;

/* Notes what is wrong. */
void trip_check(bool holds, const char *what);
/* For handlers: their arguments are these bytes.  The answer is drawn: true, if it is a success. */
bool trip_handle(const struct bytes *args);
/* Whether a stub's result is what was expected. */
void trip_end(int err);

/* What the caller's trap does: looks at the registers, has the call received, looks at the answer. */
void trip_receive(all_word number, all_word *registers);

/* All calls of all.def, with arguments drawn from trip.random. */
typedef void trip_fn(const struct all_caller *caller);
extern trip_fn *const trips[];
extern const unsigned ntrips;

/* Hands a call to its handler. */
void receive(all_word number, all_word *registers);

#endif
