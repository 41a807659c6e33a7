/* SPDX-License-Identifier: MIT */
/*
 * Lower layer "tape": records the calls of another lower layer, or answers them
 * from a file.  See encase/tape.h.
 *
 * A call's way down is put on the tape before the call is made, its way up after
 * it: so the order on the tape is that in which calls began, also where one waits
 * for another thread's.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "desc.h"
#include "result.h"
#include "tape.h"

/* What the tape has for an interface's calls; null: no memory. */
static struct enc_tape_calls *calls_of(struct encase_tape *t, const struct encase_interface *of)
{
	struct enc_tape_calls *calls = t->interfaces;

	while (calls && calls->interface != of)
		calls = calls->next;
	if (calls)
		return calls;
	calls = calloc(1, sizeof(*calls) + of->ncalls * sizeof(calls->call[0]));
	if (!calls)
		return NULL;
	calls->interface = of;
	calls->next = t->interfaces;
	t->interfaces = calls;
	return calls;
}

/* Cages may share a tape: each call is bound once. */
static const void *tape_bind(void *below, const struct encase_desc *desc)
{
	struct encase_tape *t = below;
	struct enc_tape_call *known = NULL;
	struct enc_tape_calls *calls;
	sigset_t saved;

	enc_tape_lock(t, &saved);
	calls = calls_of(t, desc->interface);
	if (calls)
		known = &calls->call[desc->index];
	if (known && !known->known) {
		known->known = true;
		known->desc = desc;
		known->refused = enc_tape_refuses(desc);
		if (t->lower && t->lower->bind)
			known->bound = t->lower->bind(t->below, desc);
	}
	enc_tape_unlock(t, &saved);
	return known;
}

/* After an error of the file's nothing is recorded any more. */
static void notice_error(struct encase_tape *t)
{
	if (!t->writer.error || t->state.how == ENCASE_TAPE_FAILED)
		return;
	enc_tape_say(t, ENCASE_TAPE_FAILED, t->calls, ": the tape cannot be written: %s",
		     strerrordesc_np(t->writer.error));
}

/* The call's way down; its position, counted from 1, or 0: it is not recorded. */
static uint64_t record_down(struct encase_tape *t, struct enc_tape_call *known,
			    const struct enc_tape_arg *args)
{
	uint64_t position = 0;

	pthread_mutex_lock(&t->lock[0]);
	if (!t->writer.error) {
		if (!known->named) {
			known->named = true;
			known->number = t->nnames++;
			enc_tape_put_name(&t->writer, known->desc);
		}
		enc_tape_put_down(&t->writer, known->number, known->desc->nargs, args);
		position = ++t->calls;
	}
	notice_error(t);
	pthread_mutex_unlock(&t->lock[0]);
	return position;
}

static void record_up(struct encase_tape *t, uint64_t position, const struct encase_call *call,
		      const struct enc_tape_arg *args, long result)
{
	int error = enc_error_of(enc_desc(call), result, call->error);

	pthread_mutex_lock(&t->lock[0]);
	if (position && !t->writer.error)
		enc_tape_put_up(&t->writer, position, call, args, error, result);
	notice_error(t);
	pthread_mutex_unlock(&t->lock[0]);
}

static long record(struct encase_tape *t, struct enc_tape_call *known, struct encase_call *call,
		   const struct enc_tape_arg *args)
{
	uint64_t position = record_down(t, known, args);
	long result = t->lower->call(t->below, known->bound, call);

	record_up(t, position, call, args, result);
	return result;
}

static long replay(struct encase_tape *t, const struct enc_tape_call *known,
		   struct encase_call *call, const struct enc_tape_arg *args)
{
	long result;

	pthread_mutex_lock(&t->lock[0]);
	result = enc_tape_replay(t, known, call, args);
	pthread_mutex_unlock(&t->lock[0]);
	return result;
}

/* A call at the tape.  Whether its arguments can be reached is for the one below to judge. */
static long at_tape(struct encase_tape *t, struct enc_tape_call *known, struct encase_call *call)
{
	struct enc_tape_arg args[ENCASE_MAX_ARGS];
	bool reached;
	int err;

	if (known->refused || t->owner != getpid())
		return encase_fail(call, ENOTSUP);
	reached = !encase_reach(call);
	err = enc_tape_look(call, args);
	if (err)
		return encase_fail(call, -err);
	/* What is not reached as a whole is not flushed, whatever the call comes to: rule 6.1. */
	for (unsigned i = 0; !reached && !t->replays && i < known->desc->nargs; i++)
		args[i].room = 0;
	return t->replays ? replay(t, known, call, args) : record(t, known, call, args);
}

static long tape_call(void *below, const void *bound, struct encase_call *call)
{
	int *here = enc_thread.here, saved = *here, err;
	unsigned outer;
	long result;

	if (enc_is_unknown(enc_desc(call)))
		return encase_fail(call, ENOTSUP);
	if (!bound)
		return encase_fail(call, ENOMEM);
	err = enc_tape_enter(below, call, &outer);
	result = err ? encase_fail(call, -err) : at_tape(below, (void *) bound, call);
	if (!err)
		enc_tape_leave(outer);
	*here = saved;
	return result;
}

const struct encase_lower encase_lower_tape = {
	.name = "tape",
	.bind = tape_bind,
	.call = tape_call,
};
