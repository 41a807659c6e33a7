/* SPDX-License-Identifier: MIT */
/* The lengths they came with, bounds, flushing, the end; see shadows.h. */
#include "shadows.h"

#include <string.h>

#include "extent.h"
#include "memory.h"
#include "messages.h"
#include "nested.h"
#include "scratch.h"
#include "strings.h"
#include "thread.h"
#include "traffic.h"
#include "vector.h"

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

struct enc_shadow *enc_shadows_of(const struct encase_call *call, unsigned i)
{
	struct enc_shadow *s = newest(call);

	while (s && s->arg != i)
		s = if_own(call, s->next);
	return s;
}

int enc_shadows_extent(const struct encase_call *call, unsigned i, size_t *n)
{
	const struct encase_desc *desc = enc_desc(call);
	const struct enc_shadow *length;

	if (!enc_is_pointed(desc, i))
		return enc_extent(desc, i, call->words, n);
	length = enc_shadows_of(call, desc->arg[i].count);
	if (__builtin_mul_overflow(length ? length->said : 0, (size_t) desc->arg[i].size, n))
		return -EFAULT;
	return 0;
}

/* How much of a shadow the call has written, in bytes. */
static size_t written(const struct encase_call *call, const struct enc_shadow *s, long result)
{
	const struct encase_desc *desc = enc_desc(call);
	const struct encase_arg *arg = &desc->arg[s->arg];
	size_t objects;

	if (!(arg->kind & ENCASE_FILLED))
		return s->size;
	if (enc_is_pointed(desc, s->arg))
		objects = enc_length(desc, arg->count, (const void *) call->words[arg->count]);
	else
		objects = enc_as_count(desc->type, (encase_word) result);
	return enc_extent_written(arg, objects, s->size);
}

/* One shadow goes to the cage. */
static int flush_one(struct encase_call *call, const struct enc_shadow *s, long result)
{
	const struct encase_arg *arg = &enc_desc(call)->arg[s->arg];
	struct enc_home home = call->flight->stack->home;
	size_t n = written(call, s, result);
	int err;

	if (enc_unlikely(enc_is_nested(arg))) /* of which pairs are not written */
		return enc_messages_flush(call, s, result);
	if (enc_is_vector(arg)) {
		const char *data = s->data + s->nparts * sizeof(*s->parts);

		if (n > s->size - s->nparts * sizeof(*s->parts))
			n = s->size - s->nparts * sizeof(*s->parts);
		err = enc_vector_write(home, s->parts, s->nparts, data, n);
	} else {
		err = enc_memory_write(home, s->home, s->data, n);
	}
	if (!err)
		enc_traffic_add(call->flight->stack->meter, 0, n);
	return err;
}

/* Flushes the frame's shadows in mask that the call may have written to, in the order of arguments. */
static int flush(struct encase_call *call, unsigned mask, long result)
{
	for (unsigned i = 0; i < enc_desc(call)->nargs; i++) {
		const struct enc_shadow *s = mask >> i & 1 ? enc_shadows_of(call, i) : NULL;

		if (s && s->out && flush_one(call, s, result))
			return -EFAULT;
	}
	return 0;
}

/* Entries from further down that a longjmp() to this handler left behind. */
static __attribute__((noinline)) void notice_from(const struct encase_call *call)
{
	struct encase_call *top = enc_thread.top;

	enc_thread_notice((uintptr_t) call);
	enc_thread.top = top;
}

/* What the call wrote goes to the cage: if it failed, only what is written anyway. */
static __attribute__((noinline)) long settle_written(struct encase_call *call, long result)
{
	bool failed = enc_error_of(enc_desc(call), result, call->error);
	unsigned mask = failed ? enc_anyway(enc_desc(call)) : ENC_ALL;
	int err;

	if (!mask)
		return result;
	enc_shadows_drop((uintptr_t) call - 1);
	err = flush(call, mask, result);
	return err && !failed ? encase_fail(call, -err) : result;
}

long enc_shadows_settle(struct encase_call *call, long result)
{
	if (enc_unlikely(enc_thread.nest))
		notice_from(call);
	if (call->made & ENC_MADE_WRITES)
		result = settle_written(call, result);
	enc_shadows_drop((uintptr_t) call);
	return result;
}

/* Whether n bytes at p stay within the shadow in which p lies, if it lies in one. */
static bool stays(const void *p, size_t n)
{
	const struct enc_shadow *s = p ? enc_shadow_at(p) : NULL;

	return !s || n <= (size_t) (s->data + s->size - (const char *) p);
}

/* The same for the parts of a vector of ours, which may stand anywhere. */
static bool parts_stay(const char *parts, size_t n)
{
	struct enc_part part;

	for (size_t i = 0; i < n; i++) {
		memcpy(&part, parts + i * sizeof(part), sizeof(part));
		if (!stays((const void *) part.base, part.len))
			return false;
	}
	return true;
}

/* The same for a structure of ours of so many bytes, and for all that it points to. */
static bool nested_stays(const struct encase_arg *arg, const void *p, size_t size)
{
	struct enc_range ranges[ENC_RANGES];
	bool vector;
	unsigned n;

	if (!stays(p, size))
		return false;
	n = enc_nested_ranges(arg, p, ranges, &vector);
	for (unsigned i = 0; i < n; i++)
		if (!stays(ranges[i].at, ranges[i].n))
			return false;
	return !vector || (ranges[0].n / sizeof(struct enc_part) <= ENC_VECTOR_MAX &&
			   parts_stay(ranges[0].at, ranges[0].n / sizeof(struct enc_part)));
}

/* The same for many messages. */
static bool messages_stay(const struct encase_arg *arg, const char *p, size_t n)
{
	if (n > ENC_VECTOR_MAX)
		return false;
	for (size_t k = 0; k < n; k++)
		if (!nested_stays(arg, p + k * ENC_MESSAGES_EACH, ENC_MESSAGES_EACH))
			return false;
	return true;
}

/* Whether a string ends within the shadow in which it begins, if it begins in one. */
static bool string_stays(const char *p)
{
	const struct enc_shadow *s = enc_shadow_at(p);

	return !s || memchr(p, 0, (size_t) (s->data + s->size - p));
}

/* The same for pointers to strings, up to the null. */
static bool strings_stay(const char *p)
{
	const char *string;

	for (; stays(p, sizeof(string)); p += sizeof(string)) {
		memcpy(&string, p, sizeof(string));
		if (!string)
			return true;
		if (!string_stays(string))
			return false;
	}
	return false;
}

bool enc_shadows_in_bounds(const struct encase_desc *desc, unsigned i, const encase_word *words)
{
	const char *p = (const char *) (uintptr_t) words[i];
	size_t n;

	if (!p)
		return true;
	if (enc_kind(&desc->arg[i]) <= ENCASE_PATH)
		return string_stays(p);
	if (enc_is_strings(&desc->arg[i]))
		return strings_stay(p);
	if (enc_is_messages(&desc->arg[i]))
		return messages_stay(
			&desc->arg[i], p,
			enc_count(desc, desc->arg[i].count, words[desc->arg[i].count]));
	if (enc_is_nested(&desc->arg[i]))
		return nested_stays(&desc->arg[i], p, ENC_SELF_LEAST(&desc->arg[i]));
	if (enc_is_self(&desc->arg[i]) && !stays(p, ENC_SELF_LEAST(&desc->arg[i])))
		return false;
	if (enc_extent(desc, i, words, &n))
		return !enc_shadow_at(p);
	if (!enc_is_vector(&desc->arg[i]))
		return stays(p, n);
	n /= sizeof(struct enc_part);
	return n <= ENC_VECTOR_MAX && stays(p, n * sizeof(struct enc_part)) && parts_stay(p, n);
}

bool enc_shadows_length_fits(const struct encase_call *call, unsigned i, const encase_word *words)
{
	const struct enc_shadow *s = enc_shadows_of(call, i);

	return !s || enc_length(enc_desc(call), i, (const void *) words[i]) <= s->said;
}
