/* SPDX-License-Identifier: MIT */
/* Tables of handles, and the cages that share them; see handle.h. */
#include <stdlib.h>

#include "handle.h"

int encase_handles_new(const struct encase_handles_setup *setup, struct encase_handles **handles)
{
	unsigned shift = 1, rest;
	struct encase_handles *t;
	char *room;

	if (!setup || !handles || !setup->places || setup->places > ENC_PLACES_MOST ||
	    setup->bits > 64)
		return -EINVAL;
	while (setup->places > 1U << shift)
		shift++;
	if (setup->bits < 8 || setup->bits < shift + 4)
		return -EINVAL;
	rest = setup->bits - shift < ENC_ROUNDS_BITS ? setup->bits - shift : ENC_ROUNDS_BITS;
	room = calloc(1, sizeof(*t) + (setup->places + 1) * sizeof(struct enc_place));
	if (!room)
		return -ENOMEM;
	t = (struct encase_handles *) room;
	t->places = (struct enc_place *) (((uintptr_t) (t + 1) + 63) & ~(uintptr_t) 63);
	t->n = setup->places;
	t->shift = shift;
	t->rounds = ((uint64_t) 1 << rest) - 1;
	t->again = setup->again;
	*handles = t;
	return 0;
}

int encase_handles_free(struct encase_handles *handles)
{
	if (handles && __atomic_load_n(&handles->shares, __ATOMIC_ACQUIRE))
		return -EBUSY;
	free(handles);
	return 0;
}

static int join(struct encase_handles *t, struct encase_cage *cage, uint32_t most,
		const struct encase_grant *grants)
{
	struct enc_share *share;

	if (cage->share)
		return -EEXIST;
	if (cage->plan.ended)
		return -ESRCH;
	share = calloc(1, sizeof(*share));
	if (!share)
		return -ENOMEM;
	share->table = t;
	share->grants = grants;
	share->most = most;
	share->refs = 1;
	__atomic_add_fetch(&t->shares, 1, __ATOMIC_RELAXED);
	cage->end_share = enc_share_end;
	cage->free_share = enc_share_drop;
	__atomic_store_n(&cage->share, share, __ATOMIC_RELEASE);
	return 0;
}

int encase_handles_join(struct encase_handles *handles, struct encase_cage *cage, uint32_t most,
			const struct encase_grant *grants)
{
	bool held;
	int err;

	if (!handles || !cage || !most || most == UINT32_MAX)
		return -EINVAL;
	held = enc_cage_hold(cage);
	err = join(handles, cage, most, grants);
	enc_cage_let_go(cage, held);
	return err;
}
