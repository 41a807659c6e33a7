/* SPDX-License-Identifier: MIT */
/*
 * Handles, moment by moment: before any atomic operation of src/handle.c, which stands in
 * here, other threads may do whole things, and inside these others.  One real thread plays all: nobody waits
 * for anybody, so each thing that is begun comes to its end.
 *
 *   moments_handles [SEED [HOW MANY]]
 *
 * Objects are destroyed once, by then nobody uses them; a handle is consumed once; where a cage
 * has ended and where an object was revoked no handle is left.  Prints TAP.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "handle.h"
#include "play.h"

static void meanwhile(void);

/* Each as it is defined, after what happens meanwhile; what it is at is looked up before. */
#define AT(at)                           (meanwhile(), (at))
#define __atomic_load_n(at, order)       (*AT(at))
#define __atomic_store_n(at, to, order)  ((void) (*AT(at) = (to)))
#define __atomic_add_fetch(at, n, order) (*AT(at) += (n))
#define __atomic_sub_fetch(at, n, order) (*AT(at) -= (n))
#define OLD(at, change)                       \
	__extension__({                       \
		__typeof__(at) at_ = AT(at);  \
		__typeof__(*at_) old_ = *at_; \
		*at_ = (change);              \
		old_;                         \
	})
#define __atomic_fetch_add(at, n, order)   OLD(at, old_ + (n))
#define __atomic_fetch_or(at, n, order)    OLD(at, old_ | (n))
#define __atomic_fetch_and(at, n, order)   OLD(at, old_ &(n))
#define __atomic_exchange_n(at, to, order) OLD(at, to)
#define __atomic_compare_exchange_n(at, expected, to, weak, order, other) \
	__extension__({                                                   \
		__typeof__(at) at_ = AT(at);                              \
		bool same_ = *at_ == *(expected);                         \
		if (same_)                                                \
			*at_ = (to);                                      \
		else                                                      \
			*(expected) = *at_;                               \
		same_;                                                    \
	})
#include "../../src/handle.c"

enum { PLACES = 3, CAGES = 2, OBJECTS = 32, WORDS = 64, HELD = 4, DEPTH = 3 };

static struct encase_handles table;
static struct enc_place places[PLACES];
static struct enc_share *shares[CAGES];
static struct encase_cage cages[CAGES];
static struct thing {
	unsigned made, destroyed, used, revoked;
} things[OBJECTS];
static unsigned nthings;
static struct word {
	encase_word word;
	unsigned consumed;
} words[WORDS]; /* the last that were given */
static unsigned nwords;
static struct encase_use held[HELD];
static unsigned depth;

static void destroy(void *object)
{
	struct thing *thing = object;

	if (thing->used)
		wrong = "an object is destroyed that is used";
	if (thing->destroyed++)
		wrong = "an object is destroyed twice";
}

static const struct encase_handle_type type = { "thing", NULL, destroy };

/* -- Things to do -------------------------------------------------------------- */

static void note(encase_word word)
{
	words[nwords++ % WORDS] = (struct word){ word, 0 };
}

static struct word *any_word(void)
{
	return &words[any(nwords < WORDS ? nwords + 1 : WORDS)];
}

static void make(struct encase_cage *cage)
{
	struct thing *thing = &things[nthings];
	encase_word word;

	if (nthings == OBJECTS)
		return;
	nthings++;
	thing->made = encase_handle_new(cage, &type, thing, ENCASE_MAY_DUP, &word) == 0;
	if (thing->made)
		note(word);
}

static void use(struct encase_cage *cage)
{
	struct encase_use got;

	if (encase_handle_get(cage, any_word()->word, &type, 0, &got))
		return;
	for (unsigned i = 0; i < HELD; i++)
		if (!held[i].place) {
			held[i] = got;
			((struct thing *) got.object)->used++;
			return;
		}
	encase_handle_put(&got);
}

static void end_use(void)
{
	struct encase_use *of = &held[any(HELD)], got = *of;

	if (!got.place)
		return;
	((struct thing *) got.object)->used--;
	*of = (struct encase_use){ 0 };
	encase_handle_put(&got);
}

static void consume(struct encase_cage *cage)
{
	struct word *from = any_word(), what = *from;
	struct encase_use got;

	if (encase_handle_take(cage, what.word, &type, 0, &got))
		return;
	if (from->word == what.word && from->consumed++)
		wrong = "a handle is consumed twice";
	encase_handle_put(&got);
}

static void duplicate(struct encase_cage *cage)
{
	encase_word word;

	if (encase_handle_dup(cage, any_word()->word, any(2) ? ENCASE_MAY_DUP : 0,
			      &cages[any(CAGES)], &word) == 0)
		note(word);
}

static void revoke(struct encase_cage *cage)
{
	struct thing *thing = &things[any(OBJECTS)];

	thing->revoked |= encase_handle_revoke(cage, thing) == 0;
}

static void act(void)
{
	struct encase_cage *cage = &cages[any(CAGES)];
	unsigned what = any(32);

	if (what < 8)
		make(cage);
	else if (what < 13)
		use(cage);
	else if (what < 18)
		end_use();
	else if (what < 22)
		consume(cage);
	else if (what < 29)
		duplicate(cage);
	else if (what == 29)
		revoke(cage);
	else if (what == 30)
		(void) encase_handle_clear(cage, &type);
	else if (what == 31 && any(8) == 0)
		enc_share_end(cage->share);
}

static void meanwhile(void)
{
	if (depth == 0 || depth == DEPTH || any(6))
		return;
	depth++;
	act();
	depth--;
}

/* -- A play ---------------------------------------------------------------------- */

/* Nothing is going on. */
static void check(void)
{
	for (unsigned i = 0; i < PLACES; i++) {
		const struct enc_place *p = &places[i];

		if (!(p->state & LIVE))
			continue;
		if (p->owner->ended)
			wrong = "a cage that has ended has a handle";
		if (((const struct thing *) p->object)->revoked)
			wrong = "a revoked object has a handle";
	}
}

static void begin(void)
{
	memset(places, 0, sizeof(places));
	memset(things, 0, sizeof(things));
	memset(words, 0, sizeof(words));
	memset(held, 0, sizeof(held));
	nthings = nwords = 0;
	table = (struct encase_handles){
		.places = places, .n = PLACES, .shift = 2, .rounds = UINT32_MAX, .shares = CAGES
	};
	for (unsigned i = 0; i < CAGES; i++) {
		shares[i] = calloc(1, sizeof(*shares[i]));
		if (!shares[i])
			exit(1);
		*shares[i] = (struct enc_share){ .table = &table, .most = PLACES, .refs = 1 };
		cages[i].share = shares[i];
	}
}

static void end(void)
{
	for (unsigned i = 0; i < CAGES; i++)
		enc_share_end(shares[i]);
	for (unsigned i = 0; i < HELD; i++)
		if (held[i].place) {
			((struct thing *) held[i].object)->used--;
			encase_handle_put(&held[i]);
		}
	for (unsigned i = 0; i < nthings; i++)
		if (things[i].made != things[i].destroyed)
			wrong = "an object is left";
	if (table.taken)
		wrong = "a place is left";
	for (unsigned i = 0; i < CAGES; i++)
		enc_share_drop(shares[i]);
	if (table.shares)
		wrong = "a cage's part is left";
}

static void play(void)
{
	begin();
	for (unsigned i = 60; i && !wrong; i--) {
		depth = 1;
		act();
		depth = 0;
		check();
	}
	if (!wrong)
		end();
}

int main(int argc, char *argv[])
{
	return play_all(argc, argv, "handles_moment_by_moment", 100000, play);
}
