/* SPDX-License-Identifier: MIT */
/*
 * Views: what a layer or the lower layer sees of a call, measured anew by the
 * descriptor alone, and held against what the library keeps of it.
 */
#include <string.h>
#include <sys/uio.h>

#include "memory.h"
#include "scratch.h"
#include "shadows.h"
#include "vector.h"

/* Sanitizers know nothing of shadows: a range that begins in one ends in it. */
static void check_room(const void *at, size_t n)
{
	const struct enc_shadow *shadow = enc_shadow_at(at);
	const char *p = at;

	if (shadow && n)
		FUZZ_CHECK(n <= (size_t) (shadow->data + shadow->size - p),
			   "%zu bytes at the %zu last of a shadow", n,
			   (size_t) (shadow->data + shadow->size - p));
}

static uint64_t add_bytes(uint64_t sum, const unsigned char *at, size_t n)
{
	check_room(at, n);
	for (size_t i = 0; i < n; i++)
		sum = (sum ^ at[i]) * UINT64_C(0x100000001b3);
	return sum;
}

static size_t measure(const struct view *view, unsigned i)
{
	const struct encase_arg *arg = &view->shape.arg[i];

	switch (kind_of(&view->shape, i)) {
	case ENCASE_STR:
	case ENCASE_PATH:
		return strnlen((const char *) view->at[i], arg->size - 1U) + 1;
	case ENCASE_OBJ:
		return arg->size;
	case ENCASE_DEEP:
		return sizeof(struct iovec) *
		       count_of(&view->shape, arg->count, view->number[arg->count]);
	default:
		if (points(&view->shape, arg->count))
			return arg->size *
			       length_at(view->at[arg->count], view->shape.arg[arg->count].size);
		return arg->size * count_of(&view->shape, arg->count, view->number[arg->count]);
	}
}

static uint64_t add_vector(uint64_t sum, const struct iovec *iov, size_t n)
{
	for (size_t k = 0; k < n; k++)
		sum = add_bytes(sum, iov[k].iov_base, iov[k].iov_len);
	return sum;
}

void view_take(struct view *view, const struct encase_call *call, bool reached)
{
	view->shape = *encase_call_shape(call);
	for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++) {
		bool there = i < view->shape.nargs;

		view->at[i] = NULL;
		view->len[i] = 0;
		if (there && points(&view->shape, i) && reached)
			view->at[i] = encase_arg(call, i);
		if (there)
			view->number[i] = encase_arg_word(call, i);
	}
	for (unsigned i = 0; i < view->shape.nargs; i++) {
		if (!view->at[i])
			continue;
		view->len[i] = measure(view, i);
		if (!view->known[i])
			view->room[i] = view->len[i];
		view->known[i] = true;
		if (view->len[i] > view->room[i])
			view->len[i] = view->room[i];
		view->sum[i] = add_bytes(1, view->at[i], view->len[i]);
		if (kind_of(&view->shape, i) == ENCASE_DEEP)
			view->sum[i] = add_vector(view->sum[i], (const struct iovec *) view->at[i],
						  view->len[i] / sizeof(struct iovec));
	}
}

/* A vector's entries name bytes of the same shadow. */
static void check_vector(const struct view *view, const struct enc_shadow *shadow, unsigned i)
{
	const struct iovec *iov = (const struct iovec *) view->at[i];
	const char *end = shadow->data + shadow->size;

	for (size_t k = 0; k < view->len[i] / sizeof(*iov); k++) {
		const char *base = iov[k].iov_base;

		FUZZ_CHECK(base >= shadow->data + view->len[i] && base <= end &&
				   iov[k].iov_len <= (size_t) (end - base),
			   "argument %u: entry %zu is not in its shadow", i, k);
	}
}

/* The same of what a vector names: one copy behind the other. */
static void check_parts(const struct enc_shadow *shadow, unsigned i)
{
	const unsigned char *base = trial.image.arena.base;
	const char *at = shadow->data + shadow->nparts * sizeof(struct enc_part);

	for (unsigned k = 0; k < shadow->nparts; at += shadow->parts[k++].len)
		FUZZ_CHECK(
			!shadow->parts[k].len ||
				(image_holds(shadow->parts[k].base, shadow->parts[k].len) &&
				 !memcmp(base + shadow->parts[k].base, at, shadow->parts[k].len)),
			"argument %u: entry %u is a copy of what is not there", i, k);
}

/* In quiet the cage has the same bytes as a copy that has just been made of them. */
static void check_bytes(const struct view *view, const struct enc_shadow *shadow, unsigned i)
{
	const unsigned char *base = trial.image.arena.base;

	if (trial.restless || !view->len[i])
		return;
	if (kind_of(&view->shape, i) == ENCASE_DEEP) {
		if (!(view->shape.arg[i].kind & ENCASE_OUT))
			check_parts(shadow, i);
		return;
	}
	if (view->shape.arg[i].kind & ENCASE_IN)
		FUZZ_CHECK(image_holds(shadow->home, view->len[i]) &&
				   !memcmp(base + shadow->home, view->at[i], view->len[i]),
			   "argument %u: a copy of what is not there", i);
	else
		for (size_t k = 0; k < view->len[i]; k++)
			FUZZ_CHECK(!view->at[i][k], "argument %u: what is only written has bytes",
				   i);
}

void view_check(const struct view *view, struct encase_call *call, unsigned mask)
{
	for (unsigned i = 0; i < view->shape.nargs; i++) {
		const struct enc_shadow *shadow = enc_shadows_of(call, i);

		if (!(mask >> i & 1) || !view->at[i] || !shadow)
			continue;
		if (shadow->data != (const char *) view->at[i] && !shadow->size)
			continue; /* it is there to remember a length */
		FUZZ_CHECK(shadow->data == (const char *) view->at[i],
			   "argument %u: not what its shadow holds", i);
		FUZZ_CHECK(view->len[i] <= shadow->size,
			   "argument %u: %zu bytes, its shadow has %zu", i, view->len[i],
			   shadow->size);
		if (kind_of(&view->shape, i) == ENCASE_DEEP)
			check_vector(view, shadow, i);
		check_bytes(view, shadow, i);
	}
}

void view_compare(const struct view *given, const struct view *view)
{
	for (unsigned i = 0; i < view->shape.nargs; i++) {
		if (!given->at[i] || !view->at[i])
			continue;
		FUZZ_CHECK(given->at[i] == view->at[i], "argument %u: sent elsewhere", i);
		FUZZ_CHECK(given->len[i] == view->len[i], "argument %u: sent with another length",
			   i);
		FUZZ_CHECK(given->sum[i] == view->sum[i], "argument %u: sent with other bytes", i);
	}
}

static void fill(void *at, int byte, size_t n)
{
	check_room(at, n);
	for (size_t i = 0; i < n; i++)
		((unsigned char *) at)[i] = (unsigned char) ((size_t) byte + 7 * i);
}

/* A length of the caller's own: now and then it is above what there is room for. */
static void write_length(unsigned char *at, size_t size)
{
	uint64_t n = random_below(&trial.random, 200);

	if (random_chance(&trial.random, 10))
		n = random_word(&trial.random);
	memcpy(at, &n, size);
}

bool view_is_length(const struct encase_desc *shape, unsigned i)
{
	for (unsigned k = 0; k < shape->nargs; k++)
		if (points(shape, k) && kind_of(shape, k) == ENCASE_BUF && shape->arg[k].count == i)
			return true;
	return false;
}

void view_write(const struct view *view, unsigned i, bool below)
{
	const struct iovec *iov = (const struct iovec *) view->at[i];
	int byte = (int) random_below(&trial.random, 256);
	bool out = view->shape.arg[i].kind & ENCASE_OUT;

	if (!view->at[i] || (!out && (below || !random_chance(&trial.random, 20))))
		return;
	if (kind_of(&view->shape, i) == ENCASE_DEEP)
		for (size_t k = 0; k < view->len[i] / sizeof(*iov); k++)
			fill(iov[k].iov_base, byte, iov[k].iov_len);
	else if (view_is_length(&view->shape, i) && below)
		write_length(view->at[i], view->len[i]);
	else if (!view_is_length(&view->shape, i) && kind_of(&view->shape, i) >= ENCASE_BUF)
		fill(view->at[i], byte, view->len[i]);
}

bool view_is_opaque(const struct encase_desc *shape)
{
	bool opaque = false;

	for (unsigned i = 0; i < shape->nargs; i++)
		opaque |= shape->pointers >> i & 1 && kind_of(shape, i) == ENCASE_DEEP &&
			  (shape->arg[i].size & 0xff) == ENCASE_OPAQUE;
	return opaque;
}
