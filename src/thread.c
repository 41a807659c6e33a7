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

/* The innermost entry is gone: what it found is put back. */
static void release(struct enc_thread *t)
{
	struct enc_slot *slot = enc_thread_slot(t);

	while (t->shadows && t->shadows != t->mark)
		enc_shadow_drop(t->shadows);
	t->top = slot->top;
	t->mark = slot->mark;
	t->failed = slot->failed;
	enc_slot_leave(slot);
	if (t->nest)
		t->nest--;
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

	while (t->nest)
		release(t);
	if (t->slot[0].base && t->slot[0].base != ENC_STRANGER)
		release(t);
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

	if (t->slot[0].base == ENC_STRANGER)
		join(t);
	for (unsigned k = 0; k <= t->nest && k < ENC_SLOTS; k++)
		if (is_dead(t->slot[k].base, here)) {
			while (t->nest > k)
				release(t);
			release(t);
		}
	return !t->slot[0].base;
}

void enc_thread_nest(uintptr_t base, const struct encase_cage *cage, struct enc_slot *saved)
{
	struct enc_thread *t = &enc_thread;
	struct enc_slot *slot;

	t->nest++;
	enc_settled();
	slot = enc_thread_slot(t);
	*saved = *slot;
	slot->top = t->top;
	slot->mark = t->mark;
	slot->failed = t->failed;
	t->mark = t->shadows;
	enc_settled();
	enc_slot_enter(slot, base, slot == &t->slot[ENC_SLOTS - 1] ? ENC_ANY_CAGE : cage);
}

void enc_thread_unnest(const struct enc_slot *saved)
{
	struct enc_thread *t = &enc_thread;
	struct enc_slot *slot = enc_thread_slot(t);

	t->mark = slot->mark;
	t->failed = slot->failed;
	if (t->nest < ENC_SLOTS) {
		enc_slot_leave(slot);
	} else { /* the last slot is still an outer entry's */
		slot->top = saved->top;
		slot->mark = saved->mark;
		slot->failed = saved->failed;
		__atomic_store_n(&slot->base, saved->base, __ATOMIC_RELEASE);
	}
	enc_settled();
	t->nest--;
}

bool enc_thread_in(const struct encase_cage *cage)
{
	return enc_wait_is_in(&enc_thread, cage);
}
