/* SPDX-License-Identifier: MIT */
/* The list of threads, and who waits for what in their slots; see wait.h. */
#include "wait.h"

#include <linux/futex.h>
#include <linux/membarrier.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lock.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* Under the lock: */
static struct enc_thread *all;
static struct enc_wait *waiting, *done, *taken;
static uint64_t tickets;
static uint32_t turns; /* how often something was done; a futex, read by anybody */

static bool no_membarrier = true;

/* -- Barriers -------------------------------------------------------------- */

/*
 * Where there is no membarrier(2), before Linux 4.14 or under a filter: taking a
 * right away from a page that was written to makes the kernel interrupt every
 * processor on which a thread of this process runs (arch/x86/mm/tlb.c), which is
 * such a barrier, too.
 */
static void barrier_by_page(void)
{
	static char page[4096] __attribute__((aligned(4096)));

	if (mprotect(page, sizeof(page), PROT_READ | PROT_WRITE))
		abort();
	*(volatile char *) page = 1;
	if (mprotect(page, sizeof(page), PROT_READ))
		abort();
}

/* The exchange is a fence, which ThreadSanitizer would not know by that name. */
static void barrier(void)
{
	static char any;

	(void) __atomic_exchange_n(&any, 1, __ATOMIC_SEQ_CST);
	if (!all || (all == &enc_thread && !all->next))
		return;
	if (no_membarrier || syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0))
		barrier_by_page();
}

/* -- Waits ----------------------------------------------------------------- */

/* In a slot's first: somebody may come to wait; look under the lock. */
#define LOOK UINT64_MAX

/* Under the lock. */
static void turn(void)
{
	__atomic_store_n(&turns, turns + 1, __ATOMIC_RELEASE);
}

/* Under the lock: another list, of which it becomes the first. */
static void move(struct enc_wait **at, struct enc_wait **to)
{
	struct enc_wait *w = *at;

	*at = w->next;
	w->next = *to;
	*to = w;
}

static uint64_t first_of(const struct enc_slot *slot)
{
	return __atomic_load_n(&slot->first, __ATOMIC_RELAXED);
}

static void set_first(struct enc_slot *slot, uint64_t first)
{
	__atomic_store_n(&slot->first, first, __ATOMIC_RELAXED);
}

static bool is_awaited(const struct enc_slot *slot)
{
	uint64_t first = first_of(slot);

	return first && first != LOOK;
}

/* Under the lock: an entry on which somebody waited has ended. */
static void settle(struct enc_slot *slot)
{
	struct enc_wait **at = &waiting;

	while (*at) {
		struct enc_wait *w = *at;

		if ((slot->of != w->cage && slot->of != ENC_ANY_CAGE) ||
		    w->ticket < first_of(slot) || --w->entries) {
			at = &w->next;
			continue;
		}
		move(at, &done);
		turn();
	}
	set_first(slot, 0);
}

/* Under the lock: the same for all entries of a thread from one on. */
static void settle_from(struct enc_thread *t, unsigned k)
{
	for (; k < ENC_SLOTS; k++)
		if (is_awaited(&t->slot[k]))
			settle(&t->slot[k]);
}

static void leave_and_wake(const sigset_t *saved, uint32_t before)
{
	bool woken = turns != before;

	enc_unlock(&lock, saved);
	if (woken)
		syscall(SYS_futex, &turns, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
}

static void leave_list(struct enc_thread *t)
{
	*t->at = t->next;
	if (t->next)
		t->next->at = t->at;
	t->at = NULL;
}

void enc_slot_left(struct enc_slot *slot)
{
	struct enc_thread *t = &enc_thread;
	int error = errno;
	uint32_t before;
	sigset_t saved;

	enc_lock(&lock, &saved);
	before = turns;
	if (slot != &t->slot[0]) {
		if (is_awaited(slot))
			settle(slot);
	} else if (!slot->base) { /* else a signal's handler has been here */
		settle_from(t, 0);
		t->nest = 0; /* what a longjmp() left inside has ended as well */
		if (t->watched) {
			set_first(slot, 0);
		} else if (t->at) {
			leave_list(t);
			slot->base = ENC_STRANGER;
		}
	}
	leave_and_wake(&saved, before);
	errno = error;
}

/*
 * After a barrier: whose call the thread is in by this slot; null: nobody's.  It may leave at
 * any moment, so what belongs together is to be judged by one look.
 */
static const struct encase_cage *whose(const struct enc_thread *t, unsigned k)
{
	uintptr_t outer = __atomic_load_n(&t->slot[0].base, __ATOMIC_ACQUIRE);
	uintptr_t base = __atomic_load_n(&t->slot[k].base, __ATOMIC_ACQUIRE);
	const struct encase_cage *in = __atomic_load_n(&t->slot[k].in, __ATOMIC_RELAXED);

	return outer && outer != ENC_STRANGER && base ? in : NULL;
}

static bool may_be(const struct encase_cage *in, const struct encase_cage *cage)
{
	return in == cage || in == ENC_ANY_CAGE;
}

/* Under the lock, after a barrier: counts what the thread has in flight for a wait. */
static void count(struct enc_thread *t, struct enc_wait *wait)
{
	bool awaited =
		!t->watched; /* or an inner one is, from whose end a signal's handler may jump */

	for (unsigned k = ENC_SLOTS; k--;) {
		struct enc_slot *slot = &t->slot[k];
		const struct encase_cage *in = whose(t, k);

		if (is_awaited(slot) && in != slot->of)
			settle(slot); /* it has left, and not come to say so yet */
		if (may_be(in, wait->cage)) {
			wait->entries++;
			if (!is_awaited(slot)) {
				slot->of = in;
				set_first(slot, wait->ticket);
			}
		}
		awaited |= is_awaited(slot);
		if (!is_awaited(slot))
			set_first(slot, k || !awaited ? 0 : LOOK);
	}
}

size_t enc_wait(struct enc_wait *wait)
{
	uint32_t before;
	size_t entries;
	sigset_t saved;

	enc_lock(&lock, &saved);
	before = turns;
	wait->ticket = ++tickets;
	wait->entries = 0;
	for (struct enc_thread *t = all; t; t = t->next)
		for (unsigned k = 0; k < ENC_SLOTS; k++)
			if (!first_of(&t->slot[k]))
				set_first(&t->slot[k], LOOK);
	barrier(); /* who leaves from now on sees it, and who enters sees the new stack */
	for (struct enc_thread *t = all; t; t = t->next)
		count(t, wait);
	entries = wait->entries;
	if (entries) {
		wait->next = waiting;
		waiting = wait;
	}
	leave_and_wake(&saved, before);
	return entries;
}

struct enc_wait *enc_wait_done(const struct encase_cage *cage)
{
	struct enc_wait **at = &done, *found;
	sigset_t saved;

	enc_lock(&lock, &saved);
	while (*at && cage && (*at)->cage != cage)
		at = &(*at)->next;
	found = *at;
	if (found) {
		found->by = &enc_thread;
		move(at, &taken);
	}
	enc_unlock(&lock, &saved);
	return found;
}

void enc_wait_over(struct enc_wait *wait, uint32_t *left)
{
	struct enc_wait **at = &taken;
	uint32_t before;
	sigset_t saved;

	enc_lock(&lock, &saved);
	before = turns;
	while (*at && *at != wait)
		at = &(*at)->next;
	if (*at)
		*at = wait->next;
	free(wait);
	__atomic_sub_fetch(left, 1, __ATOMIC_RELEASE);
	turn();
	leave_and_wake(&saved, before);
}

static bool has_urgent(const struct enc_wait *w)
{
	while (w && !w->urgent)
		w = w->next;
	return w;
}

bool enc_wait_pending(void)
{
	sigset_t saved;
	bool pending;

	enc_lock(&lock, &saved);
	pending = has_urgent(waiting) || has_urgent(done);
	enc_unlock(&lock, &saved);
	return pending;
}

bool enc_wait_is_in(const struct enc_thread *t, const struct encase_cage *cage)
{
	for (unsigned k = 0; k < ENC_SLOTS; k++)
		if (may_be(whose(t, k), cage))
			return true;
	return false;
}

bool enc_wait_busy(const struct encase_cage *cage)
{
	bool busy = false;
	sigset_t saved;

	enc_lock(&lock, &saved);
	barrier();
	for (const struct enc_thread *t = all; t; t = t->next)
		busy |= enc_wait_is_in(t, cage);
	enc_unlock(&lock, &saved);
	return busy;
}

uint32_t enc_wait_turns(void)
{
	return __atomic_load_n(&turns, __ATOMIC_ACQUIRE);
}

void enc_wait_sleep(uint32_t seen)
{
	syscall(SYS_futex, &turns, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
}

/* -- Threads come and go ---------------------------------------------------- */

void enc_wait_join(struct enc_thread *t, bool (*watch)(struct enc_thread *t))
{
	sigset_t saved;

	enc_lock(&lock, &saved);
	t->watched = t->watched || watch(t);
	if (!t->at) {
		t->next = all;
		t->at = &all;
		if (all)
			all->at = &t->next;
		all = t;
	}
	set_first(&t->slot[0], t->watched ? 0 : LOOK);
	t->slot[0].base = 0;
	enc_unlock(&lock, &saved);
}

void enc_wait_leave(struct enc_thread *t)
{
	uint32_t before;
	sigset_t saved;

	enc_lock(&lock, &saved);
	before = turns;
	settle_from(t, 0);
	if (t->at)
		leave_list(t);
	t->slot[0].base = ENC_STRANGER;
	t->watched = false;
	leave_and_wake(&saved, before);
}

/* -- Processes ------------------------------------------------------------- */

/* The child has one thread: the others' calls have ended, and what they dealt with is dealt with anew. */
static void in_child(void)
{
	struct enc_wait **at = &taken;

	while (*at)
		if ((*at)->by != &enc_thread)
			move(at, &done);
		else
			at = &(*at)->next;
	for (struct enc_thread *t = all, *next; t; t = next) {
		next = t->next;
		if (t == &enc_thread)
			continue;
		settle_from(t, 0);
		leave_list(t);
	}
}

ENC_WATCH_FORKS(lock, in_child)

static __attribute__((constructor)) void set_up(void)
{
	(void) watch_forks();
	no_membarrier =
		syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) != 0;
}
