/* SPDX-License-Identifier: MIT */
/* Extents, fetching, flushing, and use in place; see marshal.h. */
#include "marshal.h"

#include <string.h>

#include "desc.h"
#include "memory.h"
#include "result.h"
#include "scratch.h"
#include "thread.h"
#include "traffic.h"

/* How many bytes argument i reaches over; -EFAULT: more than there can be.  Not for strings. */
static inline int extent(const struct encase_desc *desc, unsigned i, const encase_word *words,
			 size_t *n)
{
	const struct encase_arg *arg = &desc->arg[i];
	size_t count = 1;

	if (enc_kind(arg) == ENCASE_BUF)
		count = enc_count(desc, arg->count, words[arg->count]);
	return __builtin_mul_overflow(count, arg->size, n) ? -EFAULT : 0;
}

/*
 * The frame's own list of words, to be changed; with those of arguments that are not there this
 * time, which thunks read.  Not by memcpy(): for so few it is slow.
 */
static inline encase_word *own_words(struct encase_call *call)
{
	unsigned i = enc_most_args(enc_desc(call));

	if (call->words != call->own) {
		while (i--) {
			call->own[i] = call->words[i];
			__asm__("" : "+r"(i));
		}
		call->words = call->own;
	}
	return call->own;
}

/* The argument's word is this pointer of ours from now on. */
static inline void settle_word(struct encase_call *call, unsigned i, const void *p)
{
	own_words(call)[i] = (encase_word) (uintptr_t) p;
	call->theirs &= (uint8_t) ~(1U << i);
}

/*
 * Drops what handlers have left behind that a longjmp() ended: shadows of frames
 * at this address or below it, in this entry's part of the stack.
 */
static inline void drop_strays(uintptr_t at)
{
	struct enc_shadow *s;

	while ((s = enc_thread.shadows) != enc_thread.mark && s && (uintptr_t) s->call <= at)
		enc_shadow_drop(s);
}

/* Before a frame's first shadow also those of a frame that stood in its place. */
static inline struct enc_shadow *shadow_for(struct encase_call *call, unsigned i, size_t size)
{
	struct enc_shadow *s;

	if (!call->made)
		drop_strays((uintptr_t) call);
	s = enc_shadow_new(size);
	if (!s)
		return NULL;
	call->made |= ENC_MADE_SOME;
	s->call = call;
	s->arg = i;
	s->out = enc_desc(call)->arg[i].kind & ENCASE_OUT;
	if (s->out)
		call->made |= ENC_MADE_WRITES;
	s->home = call->words[i];
	return s;
}

/* A shadow, if it is the frame's: they stand in a row, newer than the entry's mark. */
static inline struct enc_shadow *if_own(const struct encase_call *call, struct enc_shadow *s)
{
	return s && s != enc_thread.mark && s->call == call ? s : NULL;
}

/* The frame's shadows stand first among the thread's: this is the newest, or null. */
static inline struct enc_shadow *newest(const struct encase_call *call)
{
	return if_own(call, enc_thread.shadows);
}

static int fetch_string(struct encase_call *call, unsigned i)
{
	const struct encase_arg *arg = &enc_desc(call)->arg[i];
	struct enc_shadow *s;
	long n;

	s = shadow_for(call, i, arg->size);
	if (!s)
		return -ENOMEM;
	n = enc_memory_read_string(call->flight->stack->home, s->home, s->data, arg->size);
	if (n < 0) {
		enc_shadow_drop(s);
		if (n != -E2BIG)
			return (int) n;
		return enc_kind(arg) == ENCASE_PATH ? -ENAMETOOLONG : -EINVAL;
	}
	enc_shadow_shrink(s, (size_t) n);
	enc_traffic_add(call->flight->stack->meter, (uint64_t) n, 0);
	settle_word(call, i, s->data);
	return 0;
}

/* Rules 3.2 and 3.3, for an extent that is too large: whether its count is to be clamped. */
static int clamp_transfer(const struct encase_call *call, unsigned i, size_t *n)
{
	const struct encase_desc *desc = enc_desc(call);
	unsigned count = desc->arg[i].count;

	if (!encase_text(desc)->transfer || enc_kind(&desc->arg[i]) != ENCASE_BUF ||
	    count != desc->limit - 1U ||
	    enc_count(desc, count, call->words[count]) <= ENCASE_TRANSFER_MAX ||
	    __builtin_mul_overflow((size_t) ENCASE_TRANSFER_MAX, desc->arg[i].size, n) ||
	    *n > ENC_SHADOW_MAX)
		return -ENOMEM;
	return 0;
}

static int fetch_bytes(struct encase_call *call, unsigned i)
{
	const struct encase_arg *arg = &enc_desc(call)->arg[i];
	struct enc_home home = call->flight->stack->home;
	bool clamped = false;
	struct enc_shadow *s;
	size_t n;
	int err = extent(enc_desc(call), i, call->words, &n);

	/* A read tells of a bad range by itself: no need to look first, unless it is costly. */
	if (!err && (!(arg->kind & ENCASE_IN) || n > ENC_SCRATCH))
		err = enc_memory_check(home, call->words[i], n);
	if (!err && enc_unlikely(n > ENC_SHADOW_MAX)) {
		err = clamp_transfer(call, i, &n);
		clamped = true;
	}
	if (enc_unlikely(err))
		return err;
	s = shadow_for(call, i, n);
	if (enc_unlikely(!s))
		return enc_memory_check(home, call->words[i], n) ? -EFAULT : -ENOMEM;
	if (!(arg->kind & ENCASE_IN)) {
		memset(s->data, 0, n);
	} else {
		err = enc_memory_read(home, s->home, s->data, n);
		if (enc_unlikely(err)) {
			enc_shadow_drop(s);
			return err;
		}
		enc_traffic_add(call->flight->stack->meter, n, 0);
	}
	settle_word(call, i, s->data);
	if (enc_unlikely(clamped))
		call->own[arg->count] = ENCASE_TRANSFER_MAX;
	return 0;
}

/* Rule 2.5: a null, wherever it comes from. */
static int fetch_null(const struct encase_call *call, unsigned i)
{
	const struct encase_arg *arg = &enc_desc(call)->arg[i];
	size_t n = 1;

	if (arg->kind & ENCASE_NULLABLE)
		return 0;
	if (enc_kind(arg) > ENCASE_PATH && extent(enc_desc(call), i, call->words, &n))
		return -EFAULT;
	return n ? -EFAULT : 0;
}

static inline int fetch_one(struct encase_call *call, unsigned i)
{
	if (enc_unlikely(!call->words[i]))
		return fetch_null(call, i);
	if (!(call->theirs >> i & 1))
		return 0;
	return enc_kind(&enc_desc(call)->arg[i]) <= ENCASE_PATH ? fetch_string(call, i)
								: fetch_bytes(call, i);
}

void enc_marshal_nullify(struct encase_call *call, unsigned mask)
{
	ENC_FOREACH_BIT(i, mask)
	{
		settle_word(call, i, NULL);
	}
}

int enc_marshal_fetch(struct encase_call *call, unsigned mask)
{
	ENC_FOREACH_BIT(i, mask)
	{
		int err = fetch_one(call, i);

		if (err)
			return err;
	}
	return 0;
}

/* How much of a shadow the call has written. */
static size_t written(const struct encase_desc *desc, const struct enc_shadow *s, long result)
{
	size_t unit = desc->arg[s->arg].size;
	size_t objects = enc_as_count(desc->type, (encase_word) result);

	if (!(desc->arg[s->arg].kind & ENCASE_FILLED) || objects > s->size / unit)
		return s->size;
	return objects * unit;
}

/* Flushes the frame's shadows that the call may have written to, in the order of arguments. */
static int flush(struct encase_call *call, long result)
{
	for (unsigned i = 0; i < enc_desc(call)->nargs; i++) {
		const struct enc_shadow *s = newest(call);
		size_t n;

		while (s && s->arg != i)
			s = if_own(call, s->next);
		if (!s || !s->out)
			continue;
		n = written(enc_desc(call), s, result);
		if (enc_memory_write(call->flight->stack->home, s->home, s->data, n))
			return -EFAULT;
		enc_traffic_add(call->flight->stack->meter, 0, n);
	}
	return 0;
}

/* Entries from further down that a longjmp() to this handler left behind. */
static void notice_from(const struct encase_call *call)
{
	struct encase_call *top = enc_thread.top;

	enc_thread_notice((uintptr_t) call);
	enc_thread.top = top;
}

long enc_marshal_settle(struct encase_call *call, long result)
{
	struct enc_shadow *s;

	if (enc_unlikely(enc_thread.nest))
		notice_from(call);
	drop_strays((uintptr_t) call - 1);
	if (call->made & ENC_MADE_WRITES && !enc_error_of(enc_desc(call), result, call->error)) {
		int err = flush(call, result);

		if (err)
			result = encase_fail(call, -err);
	}
	while ((s = newest(call)))
		enc_shadow_drop(s);
	return result;
}

bool enc_marshal_in_bounds(const struct encase_desc *desc, unsigned i, const encase_word *words)
{
	const char *p = (const char *) (uintptr_t) words[i];
	const struct enc_shadow *s = p ? enc_shadow_at(p) : NULL;
	size_t n;

	if (!s)
		return true;
	if (enc_kind(&desc->arg[i]) <= ENCASE_PATH)
		return memchr(p, 0, (size_t) (s->data + s->size - p));
	return !extent(desc, i, words, &n) && n <= (size_t) (s->data + s->size - p);
}

int encase_arg_data(struct encase_call *call, unsigned i, void **data, size_t *len)
{
	const struct encase_desc *desc = enc_desc(call);
	size_t n = 0;
	void *p;
	int err;

	if (i >= ENCASE_MAX_ARGS || !(desc->pointers >> i & 1))
		return -EINVAL;
	err = fetch_one(call, i);
	if (err)
		return err;
	call->passed &= (uint8_t) ~(1U << i);
	p = (void *) (uintptr_t) call->words[i];
	if (call->odd & ENC_ODD_SET)
		call->sent[i] = call->words[i];
	if (p && enc_kind(&desc->arg[i]) <= ENCASE_PATH)
		n = strlen(p);
	else if (p && extent(desc, i, call->words, &n))
		return -EFAULT;
	if (data)
		*data = p;
	if (len)
		*len = n;
	return 0;
}

/* Argument i in place, or through a shadow where that cannot be. */
static int reach_one(struct encase_call *call, unsigned i)
{
	struct enc_home home = call->flight->stack->home;
	void *p;
	size_t n;
	int err;

	if (!call->words[i])
		return 0;
	if (enc_kind(&enc_desc(call)->arg[i]) <= ENCASE_PATH)
		return fetch_string(call, i);
	err = extent(enc_desc(call), i, call->words, &n);
	if (err)
		return err;
	if (!n || !enc_memory_has_place(home))
		return fetch_bytes(call, i);
	p = enc_memory_place(home, call->words[i], n);
	if (!p)
		return -EFAULT;
	settle_word(call, i, p);
	return 0;
}

int encase_reach(struct encase_call *call)
{
	unsigned mask = enc_desc(call)->pointers & call->theirs;

	if (call->step->push)
		return -EPERM;
	if (call->flight->stack->home.memory == &encase_memory_host)
		return 0;
	ENC_FOREACH_BIT(i, mask)
	{
		int err = reach_one(call, i);

		if (err) {
			call->made &= (uint8_t) ~ENC_MADE_WRITES;
			return err;
		}
	}
	return 0;
}
