/* SPDX-License-Identifier: MIT */
/*
 * Traffic: how many bytes were copied for each cage.
 *
 * Each thread tallies for the cages that it copied for last, in memory of its
 * own, without a lock; a tally is added to its cage's meter when the thread ends
 * or needs the place, and read where it stands until then.
 */
#ifndef ENC_TRAFFIC_H
#define ENC_TRAFFIC_H

#include "enc.h"

/* A cage's sum of the tallies that threads have handed in.  Zero at first. */
struct enc_meter {
	struct encase_traffic sum;
};

void enc_traffic_add(struct enc_meter *meter, uint64_t from_cage, uint64_t to_cage);
struct encase_traffic enc_traffic_read(const struct enc_meter *meter);
/* The meter goes away: no thread may tally for it any more. */
void enc_traffic_forget(struct enc_meter *meter);

#endif
