/* SPDX-License-Identifier: MIT */
/* Making, using and closing handles; see handle.h. */
#include "handle.h"

#include <stdlib.h>

#define USES    (((uint64_t) 1 << 22) - 1) /* how many use it now */
#define TAKEN   ((uint64_t) 1 << 22)
#define LIVE    ((uint64_t) 1 << 23)
#define FIRST   ((uint64_t) 1 << 24) /* it is of its object's first handle */
#define REVOKED ((uint64_t) 1 << 25) /* of a FIRST: its object is */
#define ROUND   26                   /* from this bit on: rounds that it has been through */

/* The rest of USES is for who closes, and for an object's other handles. */
#define USES_MOST ((uint64_t) 1 << 21)

_Static_assert(ROUND + ENC_ROUNDS_BITS == 64, "rounds are what is left of a state");
_Static_assert(sizeof(struct enc_place) == 64, "a place is a line of the cache");

#define load(p, order) __atomic_load_n((p), __ATOMIC_##order)

/* One more of what there may be so many of. */
static bool one_more(uint32_t *n, uint32_t most)
{
	uint32_t old = load(n, RELAXED);

	while (old < most)
		if (__atomic_compare_exchange_n(n, &old, old + 1, true, __ATOMIC_SEQ_CST,
						__ATOMIC_RELAXED))
			return true;
	return false;
}

void enc_share_drop(struct enc_share *share)
{
	struct encase_handles *t = share->table;

	if (__atomic_sub_fetch(&share->refs, 1, __ATOMIC_ACQ_REL))
		return;
	free(share);
	__atomic_sub_fetch(&t->shares, 1, __ATOMIC_RELEASE);
}

static bool is_a(const struct encase_handle_type *type, const struct encase_handle_type *wanted)
{
	while (type && type != wanted)
		type = type->super;
	return type;
}

/* The round that a place is in, or will be in if it is free; as handles have it, never 0. */
static uint64_t round_of(const struct encase_handles *t, uint64_t state)
{
	return ((state >> ROUND) + 1) & t->rounds;
}

/* -- Using ----------------------------------------------------------------- */

static bool pin(struct enc_place *p, uint64_t *state)
{
	return __atomic_compare_exchange_n(&p->state, state, *state + 1, false, __ATOMIC_ACQ_REL,
					   __ATOMIC_ACQUIRE);
}

/* Closes the handle of a place that this thread has pinned, if nobody else has. */
static bool close_handle(struct enc_place *p)
{
	return __atomic_fetch_and(&p->state, ~LIVE, __ATOMIC_ACQ_REL) & LIVE;
}

static void unpin(struct enc_place *p);

/* Its handle is closed, and nobody uses it any more. */
static void end_place(struct enc_place *p)
{
	struct enc_share *share = p->owner;
	struct encase_handles *t = share->table;
	uint64_t been = load(&p->state, RELAXED) >> ROUND;
	bool last = !((been + 2) & t->rounds); /* the next round would be 0 */

	if (p->first != p)
		unpin(p->first);
	else if (p->type->destroy)
		p->type->destroy(p->object);
	if (last && !t->again) {
		__atomic_store_n(&p->state, been << ROUND | TAKEN, __ATOMIC_RELEASE);
	} else {
		__atomic_store_n(&p->state, (been + 1 + last) << ROUND, __ATOMIC_RELEASE);
		__atomic_sub_fetch(&t->taken, 1, __ATOMIC_RELEASE);
	}
	enc_share_drop(share);
}

static void unpin(struct enc_place *p)
{
	if (!(__atomic_sub_fetch(&p->state, 1, __ATOMIC_ACQ_REL) & (USES | LIVE)))
		end_place(p);
}

/* Why a place's handle of that round is none: it was, or it never has been. */
static int absent(uint64_t state, uint64_t round)
{
	uint64_t now = (state >> ROUND) + 1;

	return round < now || (round == now && state & TAKEN) ? -ESTALE : -EBADF;
}

/* Pins the place of a handle; of another cage's, or of none, nothing is touched. */
static int find(const struct enc_share *share, encase_word handle, struct enc_place **found)
{
	const struct encase_handles *t = share->table;
	size_t at = handle & (((uint64_t) 1 << t->shift) - 1);
	uint64_t state, now, round = handle >> t->shift;
	struct enc_place *p;

	if (at >= t->n || !round || round > t->rounds)
		return -EBADF;
	p = &t->places[at];
	for (state = load(&p->state, ACQUIRE);;) {
		if (!(state & LIVE) || round_of(t, state) != round)
			return absent(state, round);
		if (enc_unlikely(load(&p->owner, ACQUIRE) != share)) {
			now = load(&p->state, ACQUIRE); /* is it the owner of that round? */
			if (!((state ^ now) & ~USES))
				return -EXDEV;
			state = now;
		} else if (enc_unlikely((state & USES) >= USES_MOST)) {
			return -EAGAIN;
		} else if (enc_likely(pin(p, &state))) {
			*found = p;
			return 0;
		}
	}
}

static struct enc_share *share_of(const struct encase_cage *cage)
{
	return cage ? load(&cage->share, ACQUIRE) : NULL;
}

int encase_handle_get(struct encase_cage *cage, encase_word handle,
		      const struct encase_handle_type *type, uint32_t rights,
		      struct encase_use *use)
{
	const struct enc_share *share = share_of(cage);
	struct enc_place *p;
	int err = share ? find(share, handle, &p) : -EBADF;

	if (enc_unlikely(err))
		return err;
	if (enc_unlikely(type && !is_a(p->type, type)))
		err = -EPROTOTYPE;
	else if (enc_unlikely(rights & ~p->rights))
		err = -EACCES;
	if (enc_unlikely(err)) {
		unpin(p);
		return err;
	}
	use->object = p->object;
	use->place = p;
	return 0;
}

int encase_handle_take(struct encase_cage *cage, encase_word handle,
		       const struct encase_handle_type *type, uint32_t rights,
		       struct encase_use *use)
{
	struct encase_use got;
	int err = encase_handle_get(cage, handle, type, rights, &got);

	if (err)
		return err;
	if (!close_handle(got.place)) {
		encase_handle_put(&got);
		return -ESTALE;
	}
	*use = got;
	return 0;
}

void encase_handle_put(struct encase_use *use)
{
	struct enc_place *p = use ? use->place : NULL;

	if (!p)
		return;
	use->object = use->place = NULL;
	unpin(p);
}

int encase_handle_close(struct encase_cage *cage, encase_word handle,
			const struct encase_handle_type *type, uint32_t rights)
{
	struct encase_use use;
	int err = encase_handle_take(cage, handle, type, rights, &use);

	if (!err)
		encase_handle_put(&use);
	return err;
}

/* -- Making ---------------------------------------------------------------- */

/* Whether a cage may have such a handle. */
static int permitted(const struct enc_share *share, const struct encase_handle_type *type,
		     uint32_t rights)
{
	const struct encase_grant *g = share->grants;

	if (load(&share->ended, RELAXED))
		return -ESRCH;
	while (g && g->type && !is_a(type, g->type))
		g++;
	return !g || (g->type && !(rights & ~g->rights)) ? 0 : -EPERM;
}

/* A place to be filled in, which this thread has pinned.  Once it counts as taken there is one for it. */
static int take_place(struct enc_share *share, struct enc_place **taken)
{
	struct encase_handles *t = share->table;
	struct enc_place *p;
	uint64_t state;

	if (!one_more(&share->refs, share->most + 1))
		return -EMFILE;
	if (!one_more(&t->taken, t->n)) {
		enc_share_drop(share);
		return -ENFILE;
	}
	do {
		p = &t->places[__atomic_fetch_add(&t->hand, 1, __ATOMIC_RELAXED) % t->n];
		state = load(&p->state, ACQUIRE);
	} while (state & TAKEN ||
		 !__atomic_compare_exchange_n(&p->state, &state, state | TAKEN | 1, false,
					      __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
	__atomic_store_n(&p->owner, share, __ATOMIC_RELEASE);
	*taken = p;
	return 0;
}

/* A place that has been filled in gets its handle. */
static encase_word give(struct enc_place *p, uint64_t flags)
{
	const struct encase_handles *t = p->owner->table;
	uint64_t state = __atomic_fetch_or(&p->state, LIVE | flags, __ATOMIC_SEQ_CST);
	encase_word handle = round_of(t, state) << t->shift | (encase_word) (p - t->places);

	if (load(&p->owner->ended, SEQ_CST) || load(&p->first->state, SEQ_CST) & REVOKED)
		close_handle(p);
	unpin(p);
	return handle;
}

int encase_handle_new(struct encase_cage *cage, const struct encase_handle_type *type, void *object,
		      uint32_t rights, encase_word *handle)
{
	struct enc_share *share = share_of(cage);
	struct enc_place *p;
	int err;

	if (!share || !type || !object || !handle)
		return -EINVAL;
	err = permitted(share, type, rights);
	if (!err)
		err = take_place(share, &p);
	if (err)
		return err;
	__atomic_store_n(&p->object, object, __ATOMIC_RELEASE);
	p->type = type;
	p->rights = rights;
	p->first = p;
	*handle = give(p, FIRST);
	return 0;
}

/* Of a handle that is pinned. */
static int dup_pinned(const struct enc_place *from, uint32_t rights, struct enc_share *to,
		      encase_word *dup)
{
	struct enc_place *p;
	int err = permitted(to, from->type, rights);

	if (!err)
		err = take_place(to, &p);
	if (err)
		return err;
	__atomic_store_n(&p->object, from->object, __ATOMIC_RELEASE);
	p->type = from->type;
	p->rights = rights;
	p->first = from->first;
	__atomic_add_fetch(&p->first->state, 1, __ATOMIC_RELAXED); /* as from has, or is it */
	*dup = give(p, 0);
	return 0;
}

int encase_handle_dup(struct encase_cage *cage, encase_word handle, uint32_t rights,
		      struct encase_cage *to, encase_word *dup)
{
	struct enc_share *from = share_of(cage), *share = share_of(to);
	struct encase_use use;
	int err;

	if (!cage || !share || !dup || (from && from->table != share->table))
		return -EINVAL;
	err = encase_handle_get(cage, handle, NULL, rights | ENCASE_MAY_DUP, &use);
	if (err)
		return err;
	err = dup_pinned(use.place, rights, share, dup);
	encase_handle_put(&use);
	return err;
}

/* -- Many at once ---------------------------------------------------------- */

/* Closes what a cage has, or what there is for an object; of a type, if that is not null. */
static void sweep(const struct encase_handles *t, const struct enc_share *share, const void *object,
		  const struct encase_handle_type *type)
{
	for (struct enc_place *p = t->places; p < t->places + t->n; p++) {
		uint64_t state = load(&p->state, SEQ_CST);

		if (share && load(&share->refs, SEQ_CST) == 1)
			break; /* it has none */
		while (state & LIVE && (!share || load(&p->owner, ACQUIRE) == share) &&
		       (!object || load(&p->object, ACQUIRE) == object)) {
			if (!pin(p, &state))
				continue;
			if (!type || is_a(p->type, type))
				close_handle(p);
			unpin(p);
			break;
		}
	}
}

int encase_handle_revoke(struct encase_cage *cage, const void *object)
{
	const struct enc_share *share = share_of(cage);
	const struct encase_handles *t = share ? share->table : NULL;
	bool found = false;

	if (!t || !object)
		return -EINVAL;
	for (struct enc_place *p = t->places; p < t->places + t->n; p++) {
		uint64_t state = load(&p->state, ACQUIRE);
		bool done = false;

		while (!done && state & FIRST && load(&p->object, ACQUIRE) == object)
			done = __atomic_compare_exchange_n(&p->state, &state, state | REVOKED,
							   false, __ATOMIC_SEQ_CST,
							   __ATOMIC_ACQUIRE);
		found |= done;
	}
	sweep(t, NULL, object, NULL);
	return found ? 0 : -ENOENT;
}

int encase_handle_clear(struct encase_cage *cage, const struct encase_handle_type *type)
{
	const struct enc_share *share = share_of(cage);

	if (!share)
		return -EINVAL;
	sweep(share->table, share, NULL, type);
	return 0;
}

void enc_share_end(struct enc_share *share)
{
	if (!__atomic_exchange_n(&share->ended, true, __ATOMIC_SEQ_CST))
		sweep(share->table, share, NULL, NULL);
}
