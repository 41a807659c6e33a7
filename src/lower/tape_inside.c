/* SPDX-License-Identifier: MIT */
/*
 * The tapes at which a thread is, so that a call is refused that another one at the
 * same tape encloses.
 *
 * A longjmp() may end such a call, and nobody is told.  So each has a shadow of no bytes,
 * a mark: the library drops that with the call, however it ends.
 */
#include <pthread.h>

#include "scratch.h"
#include "shadows.h"
#include "tape.h"

#define MARK (ENCASE_MAX_ARGS + 1) /* the argument whose shadow it is: nobody's */

static _Thread_local struct {
	uint64_t last; /* marks are numbered */
	unsigned n;
	bool watched; /* the thread's end will be noticed */
	struct {
		struct encase_tape *tape;
		uint64_t mark;
	} at[ENC_TAPE_INSIDE_MAX];
} inside __attribute__((tls_model("initial-exec")));

static pthread_key_t at_end;
static int no_key = 1;

static void forget(unsigned first)
{
	while (inside.n > first) {
		struct encase_tape *t = inside.at[inside.n - 1].tape;

		inside.at[--inside.n].tape = NULL;
		if (t)
			__atomic_sub_fetch(&t->inside, 1, __ATOMIC_RELEASE);
	}
}

/* What was at a tape when the thread ended is there no more. */
static void thread_end(void *arg)
{
	(void) arg;
	forget(0);
}

/* When the library is loaded, since a signal's handler could not wait for itself. */
static __attribute__((constructor)) void make_key(void)
{
	no_key = pthread_key_create(&at_end, thread_end);
}

/* Marks the call; 0: no memory. */
static uint64_t mark(struct encase_call *call)
{
	struct enc_shadow *s;

	if (!call->made) /* those of a frame that stood in its place */
		enc_shadows_drop((uintptr_t) call);
	s = enc_shadow_new(0);
	if (!s)
		return 0;
	call->made |= ENC_MADE_SOME;
	s->call = call;
	s->arg = MARK;
	s->out = false;
	return s->home = ++inside.last;
}

static bool is_marked(uint64_t mark)
{
	const struct enc_shadow *s = enc_thread.shadows;

	while (s && (s->arg != MARK || s->home != mark))
		s = s->next;
	return s;
}

/* Forgets calls that are known to have ended. */
static void notice(void)
{
	while (inside.n && !is_marked(inside.at[inside.n - 1].mark))
		forget(inside.n - 1);
}

static bool is_at(const struct encase_tape *t)
{
	for (unsigned i = 0; i < inside.n; i++)
		if (inside.at[i].tape == t)
			return true;
	return false;
}

int enc_tape_enter(struct encase_tape *t, struct encase_call *call, unsigned *outer)
{
	uint64_t own;

	notice();
	if (is_at(t) || inside.n == ENC_TAPE_INSIDE_MAX)
		return -ENOTSUP;
	own = mark(call);
	if (!own)
		return -ENOMEM;
	if (!inside.watched && !no_key)
		inside.watched = !pthread_setspecific(at_end, &inside);
	*outer = inside.n;
	__atomic_add_fetch(&t->inside, 1, __ATOMIC_RELAXED);
	do { /* a signal's handler may come in between, and take its own away again */
		inside.at[*outer].mark = own;
		inside.at[*outer].tape = t;
		enc_settled();
		inside.n = *outer + 1;
		enc_settled();
	} while (inside.at[*outer].tape != t);
	return 0;
}

void enc_tape_leave(unsigned outer)
{
	enc_settled();
	forget(outer);
}

bool enc_tape_is_busy(struct encase_tape *t)
{
	notice();
	if (t->owner != getpid()) /* the threads of other calls are not here */
		return is_at(t);
	return __atomic_load_n(&t->inside, __ATOMIC_ACQUIRE);
}
