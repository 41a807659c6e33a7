/* SPDX-License-Identifier: MIT */
/*
 * Handles: a table of places, each with a word of state, on which all threads agree.
 *
 * A place is free, or TAKEN: first by who fills it in, then, LIVE, by its handle, and then
 * by those who still use its object.  Who counts in the state has pinned the place: what
 * it says stays as it is.  A handle is closed by who clears LIVE; when nobody uses
 * such a place any more, who was the last frees it: there is one, so all happens once.
 * A freed place begins another round, which a handle has to name; so no state comes twice.
 *
 * An object is destroyed with the place of its first handle, which each other handle for it pins.
 *
 * Who makes a handle lets it be LIVE first, and then looks whether its cage has ended or its
 * object is revoked; who ends or revokes says so first, and then looks for what is LIVE.  One
 * of the two sees the other: these four are sequentially consistent.
 */
#ifndef ENC_HANDLE_H
#define ENC_HANDLE_H

#include "cage.h"
#include "encase/handle.h"

enum { ENC_PLACES_MOST = 1 << 20, ENC_ROUNDS_BITS = 38 };

struct enc_place {
	uint64_t state;          /* atomic; handle.c says what its bits are */
	struct enc_share *owner; /* these two are looked at by who has not pinned it: atomic */
	void *object;
	const struct encase_handle_type *type;
	struct enc_place *first; /* of the object's first handle */
	uint32_t rights;
	char pad[64 - 5 * 8 - 4]; /* one in a line of the processor's cache */
};

struct encase_handles {
	struct enc_place *places;
	uint32_t n;
	unsigned shift;  /* how many of a handle's bits are its place */
	uint64_t rounds; /* the last round; a mask */
	bool again;
	char pad[64];
	uint32_t taken;  /* places that are not free; atomic, as the others here */
	uint32_t shares; /* of cages */
	uint32_t hand;   /* where a free place is looked for next: all take turns */
};

/* A cage's part of a table. */
struct enc_share {
	struct encase_handles *table;
	const struct encase_grant *grants;
	uint32_t most;
	uint32_t refs; /* the cage, and places that have it as their owner; atomic */
	bool ended;    /* atomic */
};

/* No handle of the cage's is made from now on, and all that there are, are closed. */
void enc_share_end(struct enc_share *share);
/* It loses its cage, or a place. */
void enc_share_drop(struct enc_share *share);

#endif
