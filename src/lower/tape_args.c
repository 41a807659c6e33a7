/* SPDX-License-Identifier: MIT */
/*
 * What of a call is put on a tape: one place for the recording and for the
 * replay, so that both see a call alike.
 *
 * What is out of reach is LOST, and the lower layer below says what that comes to.
 * Lengths and vectors' entries are read once, here: what else has to hold together, the
 * pieces of a record and what is written to where, goes by that copy.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>

#include "extent.h"
#include "memory.h"
#include "nested.h"
#include "scratch.h"
#include "tape.h"

/* Whether n bytes at p, which is argument i, can be followed as far as anybody can tell. */
static bool in_reach(const struct encase_call *call, unsigned i, const void *p, size_t n)
{
	if (!(call->theirs >> i & 1))
		return true;
	return !enc_memory_check(call->flight->stack->home, (encase_word) (uintptr_t) p, n);
}

static void look_at_string(const struct encase_call *call, unsigned i, const char *p,
			   struct enc_tape_arg *arg)
{
	size_t most = enc_desc(call)->arg[i].size;

	arg->tag = ENC_TAG_LOST;
	if (!in_reach(call, i, p, 1))
		return;
	arg->nin = strnlen(p, most);
	if (arg->nin == most)
		return;
	arg->tag = ENC_TAG_DATA;
	arg->string = true;
	arg->in = p;
}

/* The bytes of a buffer whose length stands behind argument by; false: that is out of reach. */
static bool pointed(const struct encase_desc *desc, unsigned i, const struct enc_tape_arg *by,
		    size_t *n)
{
	unsigned count = desc->arg[i].count;

	if (by->tag == ENC_TAG_DATA)
		return !__builtin_mul_overflow(enc_length(desc, count, by->own), desc->arg[i].size,
					       n);
	*n = 0;
	return by->tag == ENC_TAG_NULL && desc->arg[count].kind & ENCASE_NULLABLE;
}

/*
 * How many bytes argument i reaches over; false: more than there can be.  Linux
 * does not look behind the most that a transfer moves.
 */
static bool extent(const struct encase_call *call, unsigned i, const struct enc_tape_arg *args,
		   size_t *n)
{
	const struct encase_desc *desc = enc_desc(call);
	const struct encase_arg *arg = &desc->arg[i];
	size_t most;

	if (enc_is_pointed(desc, i))
		return pointed(desc, i, &args[arg->count], n);
	if (enc_is_self(arg) && !in_reach(call, i, encase_arg(call, i), ENC_SELF_LEAST(arg)))
		return false;
	if (enc_extent(desc, i, call->words, n))
		return false;
	if (encase_text(desc)->transfer && enc_kind(arg) == ENCASE_BUF &&
	    arg->count == desc->limit - 1U &&
	    !__builtin_mul_overflow((size_t) ENCASE_TRANSFER_MAX, arg->size, &most) && *n > most)
		*n = most;
	return true;
}

/* A vector's entries as they are now, in memory of the frame's; null: there is none. */
static struct enc_part *keep_parts(struct encase_call *call, const void *p, size_t n)
{
	struct enc_shadow *s = enc_shadow_new(n * sizeof(struct enc_part));

	if (!s)
		return NULL;
	s->call = call;
	s->arg = ENCASE_MAX_ARGS; /* nobody's: it is not flushed */
	s->out = false;
	s->parts = NULL;
	memcpy(s->data, p, n * sizeof(struct enc_part));
	return (struct enc_part *) s->data;
}

static bool parts_in_reach(const struct encase_call *call, unsigned i, const struct enc_part *parts,
			   size_t n)
{
	for (size_t k = 0; k < n; k++) {
		const void *base = (const void *) (uintptr_t) parts[k].base;

		if (parts[k].len && (!base || !in_reach(call, i, base, parts[k].len)))
			return false;
	}
	return true;
}

/* A pair is a vector with one entry; of a null pointer there is none.  0, or -ENOMEM. */
static int look_at_pair(struct encase_call *call, unsigned i, const void *p,
			struct enc_tape_arg *arg)
{
	struct enc_part *pair;

	arg->tag = ENC_TAG_LOST;
	if (!in_reach(call, i, p, sizeof(*pair)))
		return 0;
	pair = keep_parts(call, p, 1);
	if (!pair)
		return -ENOMEM;
	if (pair->base && (pair->len > ENC_PAIR_MOST || !parts_in_reach(call, i, pair, 1)))
		return 0;
	arg->tag = ENC_TAG_VECTOR;
	arg->parts = pair;
	arg->nparts = pair->base ? 1 : 0;
	arg->nin = pair->base ? pair->len : 0;
	return 0;
}

/* 0, or -ENOMEM. */
static int look_at_vector(struct encase_call *call, unsigned i, const void *p,
			  struct enc_tape_arg *arg)
{
	const struct encase_arg *is = &enc_desc(call)->arg[i];
	encase_word n = encase_arg_word(call, is->count);
	struct enc_part *parts;
	size_t total;

	arg->tag = ENC_TAG_LOST;
	if (n > ENC_VECTOR_MAX || !in_reach(call, i, p, n * sizeof(*parts)))
		return 0;
	parts = keep_parts(call, p, n);
	if (!parts)
		return -ENOMEM;
	if (enc_vector_cut(parts, n, &total) || !parts_in_reach(call, i, parts, n))
		return 0;
	arg->tag = ENC_TAG_VECTOR;
	arg->parts = parts;
	arg->nparts = n;
	if (is->kind & ENCASE_IN)
		arg->nin = total;
	if (is->kind & ENCASE_OUT)
		arg->room = total;
	return 0;
}

/* A pointer to what is no string and has no pointers inside. */
static void look_at_bytes(const struct encase_call *call, unsigned i,
			  const struct enc_tape_arg *args, void *p, struct enc_tape_arg *arg)
{
	const struct encase_arg *is = &enc_desc(call)->arg[i];
	size_t n;

	arg->tag = ENC_TAG_LOST;
	if (!extent(call, i, args, &n) || !in_reach(call, i, p, n))
		return;
	arg->tag = ENC_TAG_THERE;
	if (is->kind & ENCASE_IN) {
		arg->tag = ENC_TAG_DATA;
		arg->in = p;
		arg->nin = n;
	}
	if (is->kind & ENCASE_OUT) {
		arg->out = p;
		arg->room = n;
	}
}

/* A lock's fields that are read; its padding, and whose it is, may be anything. */
static void keep_lock(struct enc_tape_arg *arg)
{
	struct flock lock;
	char *own = arg->own;

	memcpy(&lock, arg->in, sizeof(lock));
	memcpy(own, &lock.l_type, 2);
	memcpy(own + 2, &lock.l_whence, 2);
	memcpy(own + 4, &lock.l_start, 8);
	memcpy(own + 12, &lock.l_len, 8);
	arg->in = own;
	arg->nin = 20;
}

/* What says how long a buffer is: an integer, and in a shape perhaps more behind it. */
static void keep_length(struct enc_tape_arg *arg)
{
	memcpy(arg->own, arg->in, arg->nin < sizeof(arg->own) ? arg->nin : sizeof(arg->own));
	if (arg->nin <= sizeof(arg->own))
		arg->in = arg->own;
}

static bool is_lock(const struct encase_call *call, unsigned i)
{
	return encase_call_desc(call) == &encase_desc_fcntl &&
	       enc_desc(call)->arg[i].size == sizeof(struct flock);
}

/* 0, or -ENOMEM. */
static int look_at_pointer(struct encase_call *call, unsigned i, const struct enc_tape_arg *args,
			   struct enc_tape_arg *arg)
{
	const struct encase_desc *desc = enc_desc(call);
	void *p = encase_arg(call, i);

	if (!p) {
		arg->tag = encase_arg_word(call, i) ? ENC_TAG_LOST : ENC_TAG_NULL;
		return 0;
	}
	if (enc_is_vector(&desc->arg[i]))
		return look_at_vector(call, i, p, arg);
	if (enc_is_nested(&desc->arg[i]))
		return look_at_pair(call, i, p, arg);
	if (enc_kind(&desc->arg[i]) <= ENCASE_PATH)
		look_at_string(call, i, p, arg);
	else
		look_at_bytes(call, i, args, p, arg);
	if (arg->tag == ENC_TAG_DATA && is_lock(call, i))
		keep_lock(arg);
	else if (arg->tag == ENC_TAG_DATA && enc_lengths(desc) >> i & 1)
		keep_length(arg);
	return 0;
}

/* A number of a command's is an int. */
static void look_at_scalar(const struct encase_call *call, unsigned i, struct enc_tape_arg *arg)
{
	const struct encase_desc *desc = encase_call_desc(call);

	arg->word = encase_arg_word(call, i);
	arg->tag = ENC_TAG_WORD;
	if (enc_desc(call)->arg[i].kind == ENCASE_ADDR)
		arg->tag = arg->word ? ENC_TAG_THERE : ENC_TAG_NULL;
	else if (encase_text(desc)->class_ == ENCASE_COMMAND &&
		 enc_kind(&desc->arg[i]) == ENCASE_VARIES)
		arg->word = encase_widen(ENCASE_S32, arg->word);
}

/*
 * All that is known of one argument; those that are lengths come first.  What explains
 * an argument better than the descriptor does has its place here.
 */
static int look_at(struct encase_call *call, unsigned i, struct enc_tape_arg *args)
{
	const struct encase_desc *desc = enc_desc(call);
	struct enc_tape_arg *arg = &args[i];

	memset(arg, 0, sizeof(*arg));
	arg->tag = ENC_TAG_NONE;
	if (i >= desc->nargs || enc_is_unseen(desc, i, call->words))
		return 0;
	if (desc->pointers >> i & 1)
		return look_at_pointer(call, i, args, arg);
	look_at_scalar(call, i, arg);
	return 0;
}

int enc_tape_look(struct encase_call *call, struct enc_tape_arg *args)
{
	unsigned nargs = encase_call_desc(call)->nargs, lengths = enc_lengths(enc_desc(call));
	unsigned others = ((1U << nargs) - 1) & ~lengths;
	int err = 0;

	if (!enc_tape_knows(call))
		return -ENOTSUP;
	ENC_FOREACH_BIT(i, lengths)
	{
		err = err ? err : look_at(call, i, args);
	}
	ENC_FOREACH_BIT(i, others)
	{
		err = err ? err : look_at(call, i, args);
	}
	return err;
}

size_t enc_tape_written(const struct encase_call *call, unsigned i, const struct enc_tape_arg *args,
			long result)
{
	const struct encase_desc *desc = enc_desc(call);
	const struct encase_arg *is = &desc->arg[i];
	size_t room = args[i].room, count;

	if (!room || !(is->kind & ENCASE_FILLED))
		return room;
	if (enc_is_pointed(desc, i))
		count = enc_length(desc, is->count, args[is->count].out);
	else
		count = enc_as_count(desc->type, (encase_word) result);
	return enc_extent_written(is, count, room);
}
