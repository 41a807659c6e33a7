/* SPDX-License-Identifier: MIT */
/*
 * Replaying: the next call on the tape, its way down compared, its way up given
 * back.  All with the tape's lock held.
 *
 * A cursor goes from one record of a way down to the next; the way up that belongs
 * to it is looked for behind it, since other calls may have begun meanwhile.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "result.h"
#include "tape.h"

static void say_damaged(struct encase_tape *t, uint64_t at)
{
	struct enc_tape_reader *r = &t->reader;

	if (r->error)
		enc_tape_say(t, ENCASE_TAPE_DAMAGED, t->calls + 1, ": the tape cannot be read: %s",
			     strerrordesc_np(r->error));
	else
		enc_tape_say(t, ENCASE_TAPE_DAMAGED, t->calls + 1,
			     ": the tape is damaged at byte %llu", (unsigned long long) at);
}

/* The tape has no more, and does not say that this is its end. */
static void say_torn(struct encase_tape *t)
{
	enc_tape_say(t, ENCASE_TAPE_TORN, t->calls + 1,
		     ": the tape ends before it, and was never closed");
}

/* Finds a record; false: there is none, and it has been said why. */
static bool find(struct encase_tape *t, uint64_t at, struct enc_tape_record *record)
{
	switch (enc_tape_find(&t->reader, at, record)) {
	case ENC_FOUND_RECORD:
		enc_tape_open_record(&t->reader, record);
		return true;
	case ENC_FOUND_NOTHING:
		say_torn(t);
		return false;
	case ENC_FOUND_PIECE:
		if (!t->reader.error) {
			say_torn(t);
			return false;
		} /* fall through */
	default:
		say_damaged(t, at);
		return false;
	}
}

/* A string of the record at hand, of n bytes at most, as a string of C's. */
static bool get_string(struct enc_tape_reader *r, char *to, size_t most)
{
	uint64_t n;

	if (!enc_tape_get_number(r, &n) || n > most || !enc_tape_get(r, to, n))
		return false;
	to[n] = '\0';
	return strlen(to) == n;
}

static bool add_name(struct encase_tape *t, const char *interface, const char *call)
{
	size_t ninterface = strlen(interface) + 1, ncall = strlen(call) + 1;
	struct enc_tape_name *names = t->names;
	char *both;

	if (!(t->nnames & (t->nnames - 1))) {
		names = realloc(names, (t->nnames ? 2 * t->nnames : 1) * sizeof(*names));
		if (!names)
			return false;
		t->names = names;
	}
	both = malloc(ninterface + ncall);
	if (!both)
		return false;
	memcpy(both, interface, ninterface);
	memcpy(both + ninterface, call, ncall);
	names[t->nnames++] = (struct enc_tape_name){ both, both + ninterface, NULL };
	return true;
}

static bool read_name(struct encase_tape *t)
{
	char interface[ENC_TAPE_NAME_MAX + 1], call[ENC_TAPE_NAME_MAX + 1];
	struct enc_tape_reader *r = &t->reader;

	if (!get_string(r, interface, ENC_TAPE_NAME_MAX) ||
	    !get_string(r, call, ENC_TAPE_NAME_MAX) || r->at != r->end ||
	    t->nnames == ENC_TAPE_NAMES_MAX)
		return false;
	if (add_name(t, interface, call))
		return true;
	r->error = ENOMEM;
	return false;
}

/* Whether the record at hand is the end of this tape, and the file ends there, too. */
static bool is_the_end(struct encase_tape *t, const struct enc_tape_record *record)
{
	uint64_t calls;

	return enc_tape_get_number(&t->reader, &calls) && t->reader.at == record->end &&
	       calls == t->calls && record->next == t->reader.size;
}

bool enc_tape_advance(struct encase_tape *t, struct enc_tape_record *record)
{
	bool good = true;

	while (good && find(t, t->next, record)) {
		if (record->kind == ENC_TAPE_DOWN)
			return true;
		if (record->kind == ENC_TAPE_END && is_the_end(t, record)) {
			enc_tape_say(t, ENCASE_TAPE_ENDED, t->calls, " was the last one");
			return false;
		}
		good = record->kind == ENC_TAPE_UP ||
		       (record->kind == ENC_TAPE_NAME && read_name(t));
		if (good)
			t->next = record->next;
		else
			say_damaged(t, t->next);
	}
	return false;
}

/* Whether the name is that of this call, as far as it is on a tape. */
static bool is_named(struct enc_tape_name *name, const struct enc_tape_call *known)
{
	if (name->as == known)
		return true;
	if (strncmp(name->interface, known->desc->interface->name, ENC_TAPE_NAME_MAX) != 0 ||
	    strncmp(name->call, encase_text(known->desc)->name, ENC_TAPE_NAME_MAX) != 0)
		return false;
	name->as = known;
	return true;
}

/* The record at hand against a call. */
static enum enc_tape_verdict compare(struct encase_tape *t, const struct enc_tape_call *known,
				     const struct enc_tape_arg *args)
{
	const struct encase_desc *desc = known->desc;
	struct enc_tape_name *name;
	uint64_t number;

	if (!enc_tape_get_number(&t->reader, &number) || number >= t->nnames)
		return ENC_TAPE_DAMAGED;
	name = &t->names[number];
	if (!is_named(name, known)) {
		enc_tape_say(t, ENCASE_TAPE_DIVERGED, t->calls + 1, " is %s.%s, was %s.%s",
			     desc->interface->name, encase_text(desc)->name, name->interface,
			     name->call);
		return ENC_TAPE_DIFFERS;
	}
	return enc_tape_compare(t, desc, args, t->reader.at);
}

/* Finds the way up of the call whose way down is this; false: there is none, and it has been said why. */
static bool find_up(struct encase_tape *t, const struct enc_tape_record *down,
		    struct enc_tape_record *up)
{
	uint64_t position;

	for (uint64_t at = down->next; find(t, at, up); at = up->next) {
		if (up->kind == ENC_TAPE_DOWN || up->kind == ENC_TAPE_NAME)
			continue;
		if (up->kind == ENC_TAPE_END && up->next == t->reader.size) {
			enc_tape_say(t, ENCASE_TAPE_TORN, t->calls + 1,
				     ": the tape ends before its answer: it never returned");
			return false;
		}
		if (up->kind != ENC_TAPE_UP || !enc_tape_get_number(&t->reader, &position)) {
			say_damaged(t, at);
			return false;
		}
		if (position == t->calls + 1)
			return true;
	}
	if (t->state.how == ENCASE_TAPE_TORN)
		enc_tape_say(t, ENCASE_TAPE_TORN, t->calls + 1,
			     ": the tape ends before its answer, and was never closed");
	return false;
}

/* The next n bytes to an argument's, which has room for them. */
static bool give(struct enc_tape_reader *r, const struct enc_tape_arg *arg, size_t n)
{
	if (!arg->parts)
		return enc_tape_get(r, arg->out, n);
	for (const struct enc_part *part = arg->parts; n; part++) {
		size_t some = part->len < n ? part->len : n;

		if (!enc_tape_get(r, (void *) (uintptr_t) part->base, some))
			return false;
		n -= some;
	}
	return true;
}

/* What the call wrote, to where it goes, or only a look whether it fits. */
static bool take_data(struct enc_tape_reader *r, const struct encase_call *call,
		      const struct enc_tape_arg *args, bool look)
{
	while (r->at < r->end) {
		uint64_t i, n;

		if (!enc_tape_get_number(r, &i) || !enc_tape_get_number(r, &n))
			return false;
		if (i >= enc_desc(call)->nargs || n > args[i].room)
			return false;
		if (look ? !enc_tape_skip(r, n) : !give(r, &args[i], n))
			return false;
	}
	return true;
}

/* The way up from the record at hand, whose position has been read; false: it makes no sense. */
static bool answer(struct encase_tape *t, struct encase_call *call, const struct enc_tape_arg *args,
		   long *result)
{
	struct enc_tape_reader *r = &t->reader;
	uint64_t error, at;
	encase_word word = 0;

	if (!enc_tape_get_number(r, &error) || error > ENC_ERRNO_MAX)
		return false;
	if (!error && !enc_tape_get_word(r, &word))
		return false;
	at = r->at;
	if (!take_data(r, call, args, true))
		return false;
	r->at = at;
	if (!take_data(r, call, args, false))
		return false;
	*result = error ? encase_fail(call, (int) error) : (long) word;
	return true;
}

static long refuse(struct encase_call *call)
{
	return encase_fail(call, ENOTRECOVERABLE);
}

/* Finds the record of the call that is to come now. */
static bool find_down(struct encase_tape *t, const struct encase_desc *desc,
		      struct enc_tape_record *down)
{
	if (t->state.how == ENCASE_TAPE_RUNS && enc_tape_advance(t, down))
		return true;
	if (t->state.how == ENCASE_TAPE_ENDED)
		enc_tape_say(t, ENCASE_TAPE_DIVERGED, t->calls + 1,
			     " is %s.%s, and the tape has no more", desc->interface->name,
			     encase_text(desc)->name);
	return false;
}

long enc_tape_replay(struct encase_tape *t, const struct enc_tape_call *known,
		     struct encase_call *call, const struct enc_tape_arg *args)
{
	struct enc_tape_record down, up;
	enum enc_tape_verdict verdict;
	long result;

	if (!find_down(t, known->desc, &down))
		return refuse(call);
	verdict = compare(t, known, args);
	if (verdict == ENC_TAPE_DAMAGED)
		say_damaged(t, down.at);
	if (verdict != ENC_TAPE_ALIKE || !find_up(t, &down, &up))
		return refuse(call);
	if (!answer(t, call, args, &result)) {
		say_damaged(t, up.at);
		return refuse(call);
	}
	t->calls++;
	t->next = up.at == down.next ? up.next : down.next;
	return result;
}
