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

#include "arch.h"
#include "enc.h"

/* A cage's sum of the tallies that threads have handed in.  Zero at first. */
struct enc_meter {
	struct encase_traffic sum;
};

/* What a thread has copied for the cage that it copied for last. */
struct enc_tally {
	struct enc_meter *meter; /* null: none; changed under traffic's lock alone */
	struct encase_traffic count;
};

extern _Thread_local struct enc_tally *enc_tally_last __attribute__((tls_model("initial-exec")));

void enc_traffic_add_slowly(struct enc_meter *meter, uint64_t from_cage, uint64_t to_cage);

static inline void enc_traffic_add(struct enc_meter *meter, uint64_t from_cage, uint64_t to_cage)
{
	struct enc_tally *t = enc_tally_last;

	if (enc_unlikely(!t) ||
	    enc_unlikely(__atomic_load_n(&t->meter, __ATOMIC_RELAXED) != meter)) {
		enc_traffic_add_slowly(meter, from_cage, to_cage);
		return;
	}
	enc_arch_add(&t->count.from_cage, from_cage);
	enc_arch_add(&t->count.to_cage, to_cage);
}

struct encase_traffic enc_traffic_read(const struct enc_meter *meter);
/* The meter goes away: no thread may tally for it any more. */
void enc_traffic_forget(struct enc_meter *meter);

#endif
