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
/* While it is set no tally changes its meter: a signal's handler may count, too. */
extern _Thread_local bool enc_tally_busy __attribute__((tls_model("initial-exec")));

/* For a meter that was not the last; busy: tallies must keep their meters. */
void enc_traffic_add_slowly(struct enc_meter *meter, uint64_t from_cage, uint64_t to_cage,
			    bool busy);

static inline void enc_traffic_add(struct enc_meter *meter, uint64_t from_cage, uint64_t to_cage)
{
	struct enc_tally *t = enc_tally_last;
	bool was = enc_tally_busy;

	enc_tally_busy = true;
	enc_settled();
	if (enc_likely(t && __atomic_load_n(&t->meter, __ATOMIC_RELAXED) == meter)) {
		enc_arch_add(&t->count.from_cage, from_cage);
		enc_arch_add(&t->count.to_cage, to_cage);
	} else {
		enc_traffic_add_slowly(meter, from_cage, to_cage, was);
	}
	enc_settled();
	enc_tally_busy = was;
}

struct encase_traffic enc_traffic_read(const struct enc_meter *meter);
/* The meter goes away: no thread may tally for it any more. */
void enc_traffic_forget(struct enc_meter *meter);

#endif
