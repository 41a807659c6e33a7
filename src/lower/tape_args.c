/* SPDX-License-Identifier: MIT */
/*
 * What of a call is put on a tape: one place for the recording and for the
 * replay, so that both see a call alike.
 *
 * Nothing here fails.  What is out of reach is LOST, and the lower layer below
 * says what that comes to.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>

#include "extent.h"
#include "memory.h"
#include "tape.h"

/* Of the calls about the thread or process those that change nothing. */
static const struct encase_desc *const questions[] = {
	&encase_desc_getpid,
	&encase_desc_getppid,
	&encase_desc_geteuid,
	&encase_desc_getgroups,
};

static bool is_question(const struct encase_desc *desc)
{
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		if (questions[i] == desc)
			return true;
	return false;
}

bool enc_tape_refuses(const struct encase_desc *desc)
{
	switch (encase_text(desc)->class_) {
	case ENCASE_ORDINARY:
	case ENCASE_OWN:
		return false;
	case ENCASE_THREAD:
		return !is_question(desc);
	case ENCASE_COMMAND:
		return desc != &encase_desc_fcntl;
	default:
		return true;
	}
}

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

/*
 * How many bytes argument i reaches over; false: more than there can be.  Linux
 * does not look behind the most that a transfer moves.
 */
static bool extent(const struct encase_call *call, unsigned i, size_t *n)
{
	const struct encase_desc *desc = enc_desc(call);
	const struct encase_arg *arg = &desc->arg[i];
	size_t most;

	if (enc_extent(desc, i, call->words, n))
		return false;
	if (encase_text(desc)->transfer && enc_kind(arg) == ENCASE_BUF &&
	    arg->count == desc->limit - 1U &&
	    !__builtin_mul_overflow((size_t) ENCASE_TRANSFER_MAX, arg->size, &most) && *n > most)
		*n = most;
	return true;
}

static void look_at_pointer(const struct encase_call *call, unsigned i, struct enc_tape_arg *arg)
{
	const struct encase_arg *is = &enc_desc(call)->arg[i];
	const void *p = encase_arg(call, i);
	size_t n;

	if (!p) {
		arg->tag = encase_arg_word(call, i) ? ENC_TAG_LOST : ENC_TAG_NULL;
		return;
	}
	if (enc_kind(is) <= ENCASE_PATH) {
		look_at_string(call, i, p, arg);
		return;
	}
	arg->tag = ENC_TAG_LOST;
	if (!extent(call, i, &n) || !in_reach(call, i, p, n))
		return;
	arg->tag = ENC_TAG_THERE;
	if (is->kind & ENCASE_IN) {
		arg->tag = ENC_TAG_DATA;
		arg->in = p;
		arg->nin = n;
	}
	if (is->kind & ENCASE_OUT)
		arg->room = n;
}

static void look_at_scalar(const struct encase_call *call, unsigned i, struct enc_tape_arg *arg)
{
	arg->word = encase_arg_word(call, i);
	if (enc_desc(call)->arg[i].kind == ENCASE_ADDR)
		arg->tag = arg->word ? ENC_TAG_THERE : ENC_TAG_NULL;
	else
		arg->tag = ENC_TAG_WORD;
}

/* A lock's fields that are read; its padding, and whose it is, may be anything. */
static void look_at_lock(const struct encase_call *call, unsigned i, struct enc_tape_arg *arg)
{
	struct flock lock;
	char *own = arg->own;

	look_at_pointer(call, i, arg);
	if (arg->tag != ENC_TAG_DATA)
		return;
	memcpy(&lock, arg->in, sizeof(lock));
	memcpy(own, &lock.l_type, 2);
	memcpy(own + 2, &lock.l_whence, 2);
	memcpy(own + 4, &lock.l_start, 8);
	memcpy(own + 12, &lock.l_len, 8);
	arg->in = own;
	arg->nin = 20;
}

/* Commands of fcntl whose argument is a number that means the same at each run. */
static bool is_number_to_fcntl(encase_word op)
{
	static const int ops[] = { F_DUPFD, F_DUPFD_CLOEXEC, F_SETFD,
				   F_SETFL, F_SETPIPE_SZ,    F_ADD_SEALS };

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if ((int) op == ops[i])
			return true;
	return false;
}

/* Whether its command's argument can be put on a tape; if that is there, it is the third. */
static bool is_known_to_fcntl(const struct encase_call *call)
{
	const struct encase_desc *shape = enc_desc(call);

	if (shape->nargs < 3)
		return encase_arg_word(call, 1) != F_GETOWN && encase_arg_word(call, 1) != F_GETSIG;
	if (shape->pointers >> 2 & 1)
		return shape->arg[2].size == sizeof(struct flock);
	return is_number_to_fcntl(encase_arg_word(call, 1));
}

/*
 * All that is known of one argument.  What explains an argument better than the
 * descriptor does has its place here.
 */
static void look_at(const struct encase_call *call, unsigned i, struct enc_tape_arg *arg)
{
	const struct encase_desc *desc = enc_desc(call);

	memset(arg, 0, sizeof(*arg));
	if (i >= desc->nargs)
		arg->tag = ENC_TAG_NONE;
	else if (encase_call_desc(call) == &encase_desc_fcntl && desc->pointers >> i & 1)
		look_at_lock(call, i, arg);
	else if (desc->pointers >> i & 1)
		look_at_pointer(call, i, arg);
	else
		look_at_scalar(call, i, arg);
}

bool enc_tape_look(const struct encase_call *call, struct enc_tape_arg *args)
{
	const struct encase_desc *desc = encase_call_desc(call);
	unsigned pointers = enc_desc(call)->pointers;

	if (desc == &encase_desc_fcntl && !is_known_to_fcntl(call))
		return false;
	ENC_FOREACH_BIT(i, pointers)
	{
		if (enc_kind(&enc_desc(call)->arg[i]) == ENCASE_DEEP)
			return false;
	}
	for (unsigned i = 0; i < desc->nargs; i++)
		look_at(call, i, &args[i]);
	return true;
}

size_t enc_tape_written(const struct encase_call *call, unsigned i, const struct enc_tape_arg *arg,
			long result, void **out)
{
	const struct encase_desc *desc = enc_desc(call);
	size_t n = arg->room, count, unit = desc->arg[i].size;

	if (!n)
		return 0;
	*out = arg->out ? arg->out : encase_arg(call, i);
	if (desc->pointers >> i & 1 && desc->arg[i].kind & ENCASE_FILLED) {
		count = enc_as_count(desc->type, (encase_word) result);
		if (enc_is_pointed(desc, i))
			count = enc_length(desc, desc->arg[i].count,
					   encase_arg(call, desc->arg[i].count));
		if (count <= n / unit)
			n = count * unit;
	}
	return *out ? n : 0;
}
