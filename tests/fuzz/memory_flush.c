/* SPDX-License-Identifier: MIT */
/*
 * What a call leaves in the cage's memory: docs/forwarding.md, 5.8, done again by hand.
 *
 * When the topmost layer's handler returns, its copies are all that is still to be
 * written; in quiet, what the cage then has is known to the last byte.
 */
#include <errno.h>
#include <string.h>

#include "memory.h"
#include "shadows.h"
#include "vector.h"

static unsigned char expected[IMAGE_MOST];
static bool known;

/* Whether a range is in the image, and is written. */
static bool put(encase_word at, const unsigned char *from, size_t n)
{
	if (n && !image_holds(at, n))
		return false;
	if (n)
		memcpy(expected + at, from, n);
	return true;
}

static bool put_vector(const struct enc_shadow *shadow, uint64_t n)
{
	const unsigned char *from =
		(const unsigned char *) shadow->data + shadow->nparts * sizeof(struct enc_part);

	for (unsigned k = 0; k < shadow->nparts && n; k++) {
		size_t some = shadow->parts[k].len < n ? shadow->parts[k].len : n;

		if (!put(shadow->parts[k].base, from, some))
			return false;
		from += some;
		n -= some;
	}
	return true;
}

/* As many bytes of a copy as the result, or the length behind a pointer, says. */
static bool put_one(const struct view *view, const struct enc_shadow *shadow, unsigned i,
		    uint64_t result)
{
	const struct encase_arg *arg = &view->shape.arg[i];
	uint64_t n = shadow->size;

	if (kind_of(&view->shape, i) == ENCASE_DEEP)
		return put_vector(shadow, result);
	if (kind_of(&view->shape, i) == ENCASE_BUF && points(&view->shape, arg->count))
		n = arg->size * length_at(view->at[arg->count], view->shape.arg[arg->count].size);
	else if (arg->kind & ENCASE_FILLED)
		n = result * arg->size;
	return put(shadow->home, (const unsigned char *) shadow->data,
		   n < shadow->size ? n : shadow->size);
}

void flush_forget(void)
{
	known = false;
}

void flush_expect(const struct view *view, struct encase_call *call, long result)
{
	bool failed = result < 0 && result >= -4095;

	/* Of results that the library has its doubts about nothing is said here. */
	if (trial.restless || (!failed && (result < 0 || result > INT32_MAX)))
		return;
	known = true;
	memcpy(expected, trial.image.arena.base, trial.image.arena.size);
	for (unsigned i = 0; i < view->shape.nargs && !failed; i++) {
		const struct enc_shadow *shadow = enc_shadows_of(call, i);

		if (shadow && view->at[i] == (const unsigned char *) shadow->data &&
		    view->shape.arg[i].kind & ENCASE_OUT &&
		    !put_one(view, shadow, i, (uint64_t) result))
			break;
	}
}

void flush_check(long result)
{
	if (known && result != -EIO)
		FUZZ_CHECK(!memcmp(expected, trial.image.arena.base, trial.image.arena.size),
			   "the call, which says %ld, leaves other bytes", result);
}
