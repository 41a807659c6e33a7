/* SPDX-License-Identifier: MIT */
/*
 * Waits, moment by moment: what threads can do between any two reads of who looks
 * into their slots.  src/wait.c stands in here, with one real thread that plays all:
 * each atomic read first lets the others do something that takes no lock.  Who comes to
 * the lock meanwhile stays there until it is free; its signals' handlers go on.
 *
 *   moments [SEED [HOW MANY]]
 *
 * Whoever was in a call of a cage's when a wait began must be waited for, and once all
 * have left every wait must be over.  Prints TAP.
 */
#include <stdlib.h>
#include <string.h>

#include "play.h"
#include "wait.h"

const struct encase_call enc_nobody;
_Thread_local struct enc_thread enc_thread;
static void meanwhile(void);

#define __atomic_load_n(at, order_) (meanwhile(), *(at))
#include "../../src/wait.c"

#define THREADS 3
#define CAGES   2
#define ENTRIES 4 /* that may be inside one another */
#define LEAVES  3 /* of one thread that may stand at the lock: its own and its signals' handlers' */

struct player {
	struct enc_thread t; /* but in enc_thread while it plays */
	struct entry {
		const struct encase_cage *cage;
		uint64_t since; /* waits that had begun before */
	} entries[ENTRIES + LEAVES];
	unsigned n;
	struct {
		unsigned slot, n; /* entries that were left inside */
	} leaves[LEAVES];
	unsigned nleaves;
};
static struct player players[THREADS];
static const struct player *playing;
static uint64_t begun;
static bool looking;

static const struct encase_cage *cage(unsigned number)
{
	static char cages[CAGES];

	return (const struct encase_cage *) (const void *) &cages[number];
}

/* In the list, the thread stands where it is from now on. */
static void move_thread(struct enc_thread *to, const struct enc_thread *from)
{
	*to = *from;
	if (!to->at)
		return;
	*to->at = to;
	if (to->next)
		to->next->at = &to->next;
}

static void go_on_stage(const struct player *p)
{
	playing = p;
	move_thread(&enc_thread, &p->t);
}

static void leave_stage(struct player *p)
{
	playing = NULL;
	move_thread(&p->t, &enc_thread);
}

/* -- What a thread does ------------------------------------------------------ */

/* As enc_router_enter() and enc_thread_nest(). */
static void enter(struct player *p)
{
	const struct encase_cage *in = cage(any(CAGES));
	unsigned k = 0;

	if (p->t.slot[0].base)
		k = ++p->t.nest;
	p->entries[p->n++] = (struct entry){ in, begun };
	enc_slot_enter(&p->t.slot[k], 100 - p->n, k == ENC_SLOTS - 1 ? ENC_ANY_CAGE : in);
}

/* Up to where the lock is asked for. */
static void leave(struct player *p)
{
	unsigned k = p->t.nest;

	p->n--;
	p->t.slot[k].base = 0;
	if (p->t.slot[k].first) {
		p->leaves[p->nleaves].slot = k;
		p->leaves[p->nleaves++].n = p->n;
	} else if (k) {
		p->t.nest--;
	}
}

/* Entries of a signal's handler, where the thread stands at the lock; else all. */
static unsigned inside(const struct player *p)
{
	return p->nleaves ? p->n - p->leaves[p->nleaves - 1].n : p->n;
}

/* The lock is free. */
static void go_on(struct player *p)
{
	unsigned k = p->leaves[--p->nleaves].slot;

	go_on_stage(p);
	enc_slot_left(&enc_thread.slot[k]);
	if (k)
		enc_thread.nest--;
	leave_stage(p);
}

/* Something that takes no lock; a thread that stands at it can only be in a signal's handler. */
static void act(struct player *p)
{
	if (p->t.slot[0].base == ENC_STRANGER || p->nleaves == LEAVES)
		return;
	if (inside(p) && any(2))
		leave(p);
	else if (p->n < ENTRIES && p->t.nest < ENC_SLOTS - 1 && p->nleaves < LEAVES - 1)
		enter(p);
}

static void meanwhile(void)
{
	struct player *p = &players[any(THREADS)];

	if (looking && p != playing && any(4) == 0)
		act(p);
}

/* -- Waits ------------------------------------------------------------------- */

static bool is_needed(const struct enc_wait *w, uint64_t number)
{
	for (unsigned i = 0; i < THREADS; i++)
		for (unsigned e = 0; e < players[i].n; e++)
			if (players[i].entries[e].cage == w->cage &&
			    players[i].entries[e].since < number)
				return true;
	return false;
}

/* A wait's ticket is its number: nobody else takes any. */
static void check_done(void)
{
	for (const struct enc_wait *w = done; w; w = w->next)
		if (is_needed(w, w->ticket))
			wrong = "a wait is over before its time";
}

static void begin_wait(void)
{
	struct enc_wait *w = calloc(1, sizeof(*w));
	struct player *by = &players[any(THREADS)];

	if (!w)
		exit(1);
	w->cage = cage(any(CAGES));
	tickets = begun++;
	go_on_stage(by);
	looking = true;
	if (enc_wait(w) == 0) {
		if (is_needed(w, w->ticket))
			wrong = "who has to wait does not";
		free(w);
	}
	looking = false;
	leave_stage(by);
}

static void end_waits(void)
{
	struct enc_wait *w;
	uint32_t left = 1;

	while ((w = enc_wait_done(NULL)))
		enc_wait_over(w, &left);
}

/* -- A play ------------------------------------------------------------------ */

static bool watch(struct enc_thread *t)
{
	return t != &players[THREADS - 1].t; /* the last one's end is noticed by nobody */
}

static void join(struct player *p)
{
	if (p->t.slot[0].base == ENC_STRANGER)
		enc_wait_join(&p->t, watch);
}

static void step(void)
{
	struct player *p = &players[any(THREADS)];

	if (any(3) == 0) {
		begin_wait();
	} else if (p->nleaves && !inside(p) && any(4)) {
		go_on(p);
	} else {
		join(p);
		act(p);
	}
	check_done();
}

static void let_all_leave(void)
{
	for (unsigned i = 0; i < THREADS; i++)
		while (players[i].n || players[i].nleaves)
			if (inside(&players[i]) && players[i].nleaves < LEAVES)
				leave(&players[i]);
			else
				go_on(&players[i]);
}

static void play(void)
{
	begun = 1;
	for (unsigned i = 0; i < THREADS; i++) {
		memset(&players[i], 0, sizeof(players[i]));
		players[i].t.slot[0].base = ENC_STRANGER;
	}
	for (unsigned i = 40; i && !wrong; i--)
		step();
	if (wrong)
		return;
	let_all_leave();
	check_done();
	end_waits();
	if (waiting)
		wrong = "a wait does not end";
	for (unsigned i = 0; i < THREADS; i++)
		enc_wait_leave(&players[i].t);
	if (all)
		wrong = "a thread stays";
}

int main(int argc, char *argv[])
{
	return play_all(argc, argv, "waits_moment_by_moment", 20000, play);
}
