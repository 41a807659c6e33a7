/* SPDX-License-Identifier: MIT */
/* Entries that are not a thread's first and only one; see thread.h. */
#include "thread.h"

#include <pthread.h>
#include <signal.h>

#include "scratch.h"

/* Entries within this many bytes of stack are taken to be on the same stack. */
#define NEAR ((uintptr_t) 1 << 20)

_Thread_local struct enc_thread enc_thread = {
	.slot[0].base = ENC_STRANGER,
	.top = (struct encase_call *) &enc_nobody,
};

static pthread_key_t at_end;
static int no_key = 1;

static void set_nested(struct enc_slot *first, unsigned nested)
{
	__atomic_store_n(&first->base, (first->base & ~ENC_NESTED) | nested, __ATOMIC_RELAXED);
}

/* The last slot that is in use. */
static unsigned last_slot(const struct enc_thread *t)
{
	unsigned nested = enc_nested(t->slot[0].base);

	return nested < ENC_SLOTS ? nested : ENC_SLOTS - 1;
}

/* The entries from slot k on are gone: what the outermost of them found is put back. */
static void release(struct enc_thread *t, unsigned k)
{
	struct enc_slot *slot = t->slot;
	unsigned last = last_slot(t);
	const struct enc_shadow *mark = k < last ? slot[k + 1].mark : t->mark;

	while (t->shadows && t->shadows != mark)
		enc_shadow_drop(t->shadows);
	t->top = slot[k].top;
	t->mark = slot[k].mark;
	t->failed = slot[k].failed;
	for (; last > k; last--)
		enc_slot_leave(&slot[last]);
	enc_slot_leave(&slot[k]);
	if (k)
		set_nested(slot, k - 1);
}

/*
 * Whether an entry at base was left behind, as seen by one at here.  What is a
 * little below it on the way down is inside it: that is usual, and costs no system call.
 */
static bool is_dead(uintptr_t base, uintptr_t here)
{
	stack_t alt;
	bool was, is;

	if (!base || base == ENC_STRANGER || (base > here && base - here < NEAR))
		return false;
	if (sigaltstack(NULL, &alt) || alt.ss_flags & SS_DISABLE)
		return base <= here;
	was = base - (uintptr_t) alt.ss_sp < alt.ss_size;
	is = here - (uintptr_t) alt.ss_sp < alt.ss_size;
	return was == is ? base <= here : was;
}

/* The thread's end: all that its calls left behind; it becomes a stranger. */
static void thread_end(void *arg)
{
	struct enc_thread *t = arg;

	if (t->slot[0].base && t->slot[0].base != ENC_STRANGER)
		release(t, 0);
	t->ending = true;
	enc_wait_leave(t);
}

/* When the library is loaded, since a signal's handler could not wait for itself. */
static __attribute__((constructor)) void make_key(void)
{
	no_key = pthread_key_create(&at_end, thread_end);
}

/* A thread whose end cannot be watched is known for the time of its call alone. */
static bool watch(struct enc_thread *t)
{
	return !t->ending && !no_key && !pthread_setspecific(at_end, t);
}

static void join(struct enc_thread *t)
{
	int error = errno;

	t->here = &errno;
	t->slot[0].top = (struct encase_call *) &enc_nobody;
	enc_wait_join(t, watch);
	errno = error;
}

bool enc_thread_clear(uintptr_t here)
{
	struct enc_thread *t = &enc_thread;
	unsigned last, k = 0;

	if (t->slot[0].base == ENC_STRANGER)
		join(t);
	last = last_slot(t);
	while (k <= last && !is_dead(t->slot[k].base & ~ENC_NESTED, here))
		k++;
	/* Of several that share the last slot nothing is known but of the innermost. */
	if (k <= last && (k < ENC_SLOTS - 1 || enc_nested(t->slot[0].base) == k))
		release(t, k);
	return !t->slot[0].base;
}

void enc_thread_nest(uintptr_t base, const struct encase_cage *cage, struct enc_outer *outer)
{
	struct enc_thread *t = &enc_thread;
	unsigned nested = enc_nested(t->slot[0].base);
	struct enc_slot *slot;

	outer->base = t->slot[0].base;
	outer->mark = t->mark;
	outer->failed = t->failed;
	if (nested < ENC_NESTED)
		set_nested(t->slot, nested + 1);
	enc_settled(); /* a signal's handler nests deeper from here on */
	slot = &t->slot[last_slot(t)];
	outer->shared = nested >= ENC_SLOTS - 1 ? slot->base : 0;
	slot->top = t->top;
	slot->mark = t->mark;
	slot->failed = t->failed;
	t->mark = t->shadows;
	enc_settled();
	enc_slot_enter(slot, base, slot == &t->slot[ENC_SLOTS - 1] ? ENC_ANY_CAGE : cage);
}

void enc_thread_unnest(const struct enc_outer *outer)
{
	struct enc_thread *t = &enc_thread;
	unsigned nested = enc_nested(outer->base);

	t->mark = outer->mark;
	t->failed = outer->failed;
	if (outer->shared)
		__atomic_store_n(&t->slot[ENC_SLOTS - 1].base, outer->shared, __ATOMIC_RELAXED);
	else
		enc_slot_leave(&t->slot[nested + 1]);
	enc_settled();
	__atomic_store_n(&t->slot[0].base, outer->base, __ATOMIC_RELAXED);
}

bool enc_thread_in(const struct encase_cage *cage)
{
	return enc_wait_is_in(&enc_thread, cage);
}
