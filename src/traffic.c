/* SPDX-License-Identifier: MIT */
/* Tallies by thread, meters by cage; see traffic.h. */
#include "traffic.h"

#include "lock.h"

#define TALLIES 8

struct tallies {
	struct tallies *next, **at; /* in the list of all; at is null: not in it */
	struct enc_tally tally[TALLIES];
	unsigned last; /* the one to be replaced next */
	bool ended;    /* what destructors copy after ours goes to the meters at once */
};

static _Thread_local struct tallies mine __attribute__((tls_model("initial-exec")));
_Thread_local struct enc_tally *enc_tally_last;
_Thread_local bool enc_tally_busy;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct tallies *all; /* under the lock */
static pthread_key_t at_end;
static int not_set_up = 1;

static void enter(sigset_t *saved)
{
	enc_lock(&lock, saved);
}

static void leave(const sigset_t *saved)
{
	enc_unlock(&lock, saved);
}

static uint64_t load(const uint64_t *p)
{
	return __atomic_load_n(p, __ATOMIC_RELAXED);
}

/* Under the lock. */
static void hand_in(struct enc_tally *t)
{
	if (t->meter) {
		t->meter->sum.from_cage += load(&t->count.from_cage);
		t->meter->sum.to_cage += load(&t->count.to_cage);
	}
	__atomic_store_n(&t->meter, NULL, __ATOMIC_RELAXED);
	t->count = (struct encase_traffic){ 0, 0 };
}

static void hand_in_all(struct tallies *m)
{
	for (unsigned i = 0; i < TALLIES; i++)
		hand_in(&m->tally[i]);
	*m->at = m->next;
	if (m->next)
		m->next->at = m->at;
	m->at = NULL;
}

static void thread_end(void *arg)
{
	sigset_t saved;

	enter(&saved);
	mine.ended = true;
	hand_in_all(arg);
	leave(&saved);
}

/* The child has one thread: what the others had counted is handed in for them. */
static void in_child(void)
{
	for (struct tallies *m = all, *next; m; m = next) {
		next = m->next;
		if (m != &mine)
			hand_in_all(m);
	}
}

ENC_WATCH_FORKS(lock, in_child)

static __attribute__((constructor)) void set_up(void)
{
	not_set_up = pthread_key_create(&at_end, thread_end) || watch_forks();
}

/* Under the lock.  A thread whose end cannot be watched gets no tallies. */
static bool join(void)
{
	if (mine.at)
		return true;
	if (mine.ended || not_set_up || pthread_setspecific(at_end, &mine))
		return false;
	mine.next = all;
	mine.at = &all;
	if (all)
		all->at = &mine.next;
	all = &mine;
	return true;
}

/* A tally of this thread's for a meter that has none; null: there can be none. */
static struct enc_tally *begin(struct enc_meter *meter)
{
	struct enc_tally *t = NULL;
	sigset_t saved;

	enter(&saved);
	if (join()) {
		t = &mine.tally[mine.last++ % TALLIES];
		hand_in(t);
		__atomic_store_n(&t->meter, meter, __ATOMIC_RELAXED);
	}
	leave(&saved);
	return t;
}

static void add_to_meter(struct enc_meter *meter, uint64_t from_cage, uint64_t to_cage)
{
	sigset_t saved;

	enter(&saved);
	meter->sum.from_cage += from_cage;
	meter->sum.to_cage += to_cage;
	leave(&saved);
}

void enc_traffic_add_slowly(struct enc_meter *meter, uint64_t from_cage, uint64_t to_cage,
			    bool busy)
{
	struct enc_tally *t = NULL;

	for (unsigned i = 0; i < TALLIES && !t; i++)
		if (__atomic_load_n(&mine.tally[i].meter, __ATOMIC_RELAXED) == meter)
			t = &mine.tally[i];
	if (!t && !busy) {
		int saved = errno; /* which is not for bookkeeping to change */

		t = begin(meter);
		errno = saved;
	}
	if (!t) {
		add_to_meter(meter, from_cage, to_cage);
		return;
	}
	enc_tally_last = t;
	enc_arch_add(&t->count.from_cage, from_cage);
	enc_arch_add(&t->count.to_cage, to_cage);
}

struct encase_traffic enc_traffic_read(const struct enc_meter *meter)
{
	struct encase_traffic sum;
	sigset_t saved;

	enter(&saved);
	sum = meter->sum;
	for (const struct tallies *m = all; m; m = m->next)
		for (unsigned i = 0; i < TALLIES; i++)
			if (m->tally[i].meter == meter) {
				sum.from_cage += load(&m->tally[i].count.from_cage);
				sum.to_cage += load(&m->tally[i].count.to_cage);
			}
	leave(&saved);
	return sum;
}

void enc_traffic_forget(struct enc_meter *meter)
{
	sigset_t saved;

	enter(&saved);
	for (struct tallies *m = all; m; m = m->next)
		for (unsigned i = 0; i < TALLIES; i++)
			if (m->tally[i].meter == meter)
				hand_in(&m->tally[i]);
	leave(&saved);
}
