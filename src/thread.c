/* SPDX-License-Identifier: MIT */
/* Entries that are not a thread's first and only one; see thread.h. */
#include "thread.h"

#include <pthread.h>
#include <signal.h>

#include "scratch.h"

/* Entries that share a slot and stand within so many bytes are taken to be on one stack. */
#define NEAR ((uintptr_t) 1 << 20)

_Thread_local struct enc_thread enc_thread = {
	.slot[0].base = ENC_STRANGER,
	.top = (struct encase_call *) &enc_nobody,
};

static pthread_key_t at_end;
static int no_key = 1;

static struct enc_slot *last_slot(struct enc_thread *t)
{
	return &t->slot[ENC_SLOTS - 1];
}

/*
 * The innermost entry is gone: what it found is put back.  Of those that share the
 * last slot the outermost one's words are there.
 */
static void release(struct enc_thread *t)
{
	struct enc_slot *slot;

	if (t->nest >= ENC_SLOTS) {
		t->nest--;
		return;
	}
	slot = &t->slot[t->nest];
	while (t->shadows && t->shadows != slot->mark)
		enc_shadow_drop(t->shadows);
	t->top = slot->top;
	t->failed = slot->failed;
	t->mark = t->nest ? slot[-1].mark : NULL;
	enc_slot_leave(slot);
	if (t->nest)
		t->nest--;
}

/*
 * Whether the entry of a slot was left behind, as seen by one at here.  One that
 * stands above on the way down is not; that is usual, and costs no system call once
 * it is known that it is not on an alternate stack.
 */
static bool is_dead(struct enc_slot *slot, uintptr_t here)
{
	uintptr_t base = slot->base;
	bool was, is;
	stack_t alt;

	if (!base || base == ENC_STRANGER || (slot->sure == base && base > here))
		return false;
	if (sigaltstack(NULL, &alt) || alt.ss_flags & SS_DISABLE)
		alt.ss_size = 0;
	was = base - (uintptr_t) alt.ss_sp < alt.ss_size;
	is = here - (uintptr_t) alt.ss_sp < alt.ss_size;
	if (!was)
		slot->sure = base;
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
	enc_scratch_end(t);
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

void enc_thread_notice(uintptr_t here)
{
	struct enc_thread *t = &enc_thread;

	for (unsigned k = 0; k <= t->nest && k < ENC_SLOTS; k++)
		if (is_dead(&t->slot[k], here)) {
			while (t->nest > k)
				release(t);
			release(t);
		}
}

/* In this order: a thread whose end nobody watches is a stranger after each call. */
bool enc_thread_clear(uintptr_t here)
{
	struct enc_thread *t = &enc_thread;

	enc_thread_notice(here);
	if (t->slot[0].base == ENC_STRANGER)
		join(t);
	return !t->slot[0].base;
}

/* From the last slot on entries share it, and the mark of the first of them, if all are on one stack. */
void enc_thread_nest(uintptr_t base, const struct encase_cage *cage, struct enc_nested *nested)
{
	struct enc_thread *t = &enc_thread;
	struct enc_slot *slot;

	t->nest++;
	enc_settled();
	*nested = (struct enc_nested){ t->nest, t->failed, base, t->top, t->mark, t->shadows };
	if (t->nest >= ENC_SLOTS) {
		if (last_slot(t)->base - base > NEAR)
			t->mark = t->shadows;
		return;
	}
	slot = &t->slot[t->nest];
	slot->top = t->top;
	slot->mark = t->shadows;
	slot->failed = t->failed;
	t->mark = t->shadows;
	enc_settled();
	enc_slot_enter(slot, base, slot == last_slot(t) ? ENC_ANY_CAGE : cage);
}

/* Entries and shadows that a longjmp() left behind in here go, too; shadows of frames outside do not. */
void enc_thread_unnest(const struct enc_nested *nested)
{
	struct enc_thread *t = &enc_thread;

	while (t->nest > nested->level)
		release(t);
	while (t->shadows && t->shadows != nested->own &&
	       (uintptr_t) t->shadows->call < nested->base)
		enc_shadow_drop(t->shadows);
	t->top = nested->top;
	t->mark = nested->mark;
	t->failed = nested->failed;
	if (t->nest < ENC_SLOTS)
		enc_slot_leave(&t->slot[t->nest]);
	enc_settled();
	t->nest--;
}

unsigned enc_thread_entries(void)
{
	const struct enc_thread *t = &enc_thread;

	return t->slot[0].base && t->slot[0].base != ENC_STRANGER ? t->nest + 1 : 0;
}

void enc_thread_abandon(unsigned entries)
{
	while (enc_thread_entries() > entries)
		release(&enc_thread);
}

void enc_thread_tidy(void)
{
	struct enc_thread *t = &enc_thread;

	while (t->nest)
		release(t);
	while (t->shadows)
		enc_shadow_drop(t->shadows);
	t->top = t->slot[0].top;
	t->mark = NULL;
}
