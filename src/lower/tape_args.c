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

#include "desc.h"
#include "memory.h"
#include "result.h"
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
	size_t count = 1;

	if (enc_kind(arg) == ENCASE_BUF) {
		count = enc_count(desc, arg->count, call->words[arg->count]);
		if (encase_text(desc)->transfer && arg->count == desc->limit - 1U &&
		    count > ENCASE_TRANSFER_MAX)
			count = ENCASE_TRANSFER_MAX;
	}
	return !__builtin_mul_overflow(count, arg->size, n);
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
static bool look_at_lock(const struct encase_call *call, unsigned i, bool out,
			 struct enc_tape_arg *arg)
{
	struct enc_home home = call->flight->stack->home;
	struct flock lock;
	char *own = arg->own;

	if (home.memory != &encase_memory_host)
		return false;
	arg->word = encase_arg_word(call, i);
	arg->tag = arg->word ? ENC_TAG_LOST : ENC_TAG_NULL;
	if (!arg->word || enc_memory_read(home, arg->word, &lock, sizeof(lock)))
		return true;
	memcpy(own, &lock.l_type, 2);
	memcpy(own + 2, &lock.l_whence, 2);
	memcpy(own + 4, &lock.l_start, 8);
	memcpy(own + 12, &lock.l_len, 8);
	arg->tag = ENC_TAG_DATA;
	arg->in = own;
	arg->nin = 20;
	arg->out = (void *) (uintptr_t) arg->word;
	arg->room = out ? sizeof(lock) : 0;
	return true;
}

/* The argument that fcntl's command explains. */
static bool look_at_fcntl(const struct encase_call *call, unsigned i, struct enc_tape_arg *arg)
{
	switch (encase_arg_word(call, 1)) {
	case F_GETFD:
	case F_GETFL:
	case F_GETPIPE_SZ:
	case F_GET_SEALS:
		arg->tag = ENC_TAG_NONE;
		return true;
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
	case F_SETFD:
	case F_SETFL:
	case F_SETPIPE_SZ:
	case F_ADD_SEALS:
		arg->tag = ENC_TAG_WORD;
		arg->word = encase_arg_word(call, i);
		return true;
	case F_SETLK:
	case F_SETLKW:
	case F_OFD_SETLK:
	case F_OFD_SETLKW:
		return look_at_lock(call, i, false, arg);
	case F_GETLK:
	case F_OFD_GETLK:
		return look_at_lock(call, i, true, arg);
	default:
		return false;
	}
}

/* The mode of open and openat, which is there when a file may be made. */
static bool has_mode(const struct encase_call *call, unsigned i)
{
	const struct encase_desc *desc = enc_desc(call);

	if (desc != &encase_desc_open && desc != &encase_desc_openat)
		return true;
	if (i != desc->nargs - 1U)
		return true;
	return encase_arg_word(call, i - 1) & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY));
}

/*
 * All that is known of one argument.  What explains an argument better than the
 * descriptor does has its place here.
 */
static bool look_at(const struct encase_call *call, unsigned i, struct enc_tape_arg *arg)
{
	const struct encase_desc *desc = enc_desc(call);

	memset(arg, 0, sizeof(*arg));
	if (desc == &encase_desc_fcntl && i == 2)
		return look_at_fcntl(call, i, arg);
	if (desc->pointers >> i & 1)
		look_at_pointer(call, i, arg);
	else if (has_mode(call, i))
		look_at_scalar(call, i, arg);
	else
		arg->tag = ENC_TAG_NONE;
	return true;
}

bool enc_tape_look(const struct encase_call *call, struct enc_tape_arg *args)
{
	for (unsigned i = 0; i < enc_desc(call)->nargs; i++)
		if (!look_at(call, i, &args[i]))
			return false;
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
		if (count <= n / unit)
			n = count * unit;
	}
	return *out ? n : 0;
}
