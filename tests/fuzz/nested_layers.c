/* SPDX-License-Identifier: MIT */
/*
 * A layer that looks at all that it was given, and spoils some of it; and what stands below,
 * which reads and writes all that reaches it.  See nested.h.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "enc.h"
#include "nested.h"
#include "scratch.h"

uint64_t nested_given[ENCASE_MAX_ARGS];
static struct ranges ranges;

/* All ranges of an argument of a call's as it is seen here; false: it is not seen. */
static bool take(const struct encase_call *call, unsigned i)
{
	const struct encase_desc *shape = encase_call_shape(call);
	encase_word words[ENCASE_MAX_ARGS];

	for (unsigned k = 0; k < shape->nargs; k++)
		words[k] = points(shape, k) ? (uintptr_t) encase_arg(call, k)
					    : encase_arg_word(call, k);
	if (i >= shape->nargs || !is_deep(shape, i) || !words[i])
		return false;
	ranges_take(&ranges, shape, i, words, false);
	return true;
}

/* Whether some bytes are all in one copy, or all in the image. */
static bool is_held(const struct range *range)
{
	const char *p = (const char *) range->at, *base = trial.image.arena.base;
	const struct enc_shadow *shadow = enc_shadow_at(p);

	if (shadow)
		return range->n <= (size_t) (shadow->data + shadow->size - p);
	return p >= base && p < base + trial.image.arena.size &&
	       range->n <= (size_t) (base + trial.image.arena.size - p);
}

static bool are_held(void)
{
	for (size_t k = 0; k < ranges.n; k++)
		if (!is_held(&ranges.of[k]))
			return false;
	return true;
}

static bool has_pointers(const struct encase_arg *arg)
{
	switch (arg->size & 0xff) {
	case ENCASE_IOVEC:
	case ENCASE_PAIR:
	case ENCASE_MESSAGE:
	case ENCASE_MESSAGES:
	case ENCASE_STRINGS:
		return true;
	default:
		return false;
	}
}

static void look(const struct encase_call *call)
{
	for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++) {
		if (!take(call, i))
			continue;
		FUZZ_CHECK(are_held(), "argument %u: some of it is nowhere", i);
		FUZZ_CHECK(!nested_given[i] || ranges_sum(&ranges) == nested_given[i],
			   "argument %u: other bytes than those that were sent", i);
	}
}

/*
 * What the layer below is to see: of arguments that are in the layer's hands. Lengths that were
 * written may be above what there is.
 */
static void give(const struct encase_call *call, unsigned moved)
{
	memset(nested_given, 0, sizeof(nested_given));
	for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++)
		if (!(moved >> i & 1) && take(call, i) && are_held())
			nested_given[i] = ranges_sum(&ranges);
}

/* A length says more, or less; a string loses its end.  Entries do not become more: others would be pointers. */
static void spoil(struct encase_call *call)
{
	unsigned i = (unsigned) random_below(&trial.random, ENCASE_MAX_ARGS);
	const struct encase_desc *shape = encase_call_shape(call);
	uint64_t by = random_below(&trial.random, 300);
	char *p;

	if (!take(call, i) || !are_held())
		return;
	memset(nested_given, 0, sizeof(nested_given));
	p = encase_arg(call, i);
	switch (shape->arg[i].size & 0xff) {
	case ENCASE_IOVEC:
	case ENCASE_PAIR:
		((struct iovec *) p)->iov_len += ranges.n > 1 ? by - 20 : 0;
		break;
	case ENCASE_MESSAGE:
	case ENCASE_MESSAGES: {
		struct msghdr *m = (struct msghdr *) p;

		if (!ranges.n)
			break;
		m->msg_namelen += random_chance(&trial.random, 50) ? (uint32_t) by : 0;
		m->msg_controllen += random_chance(&trial.random, 50) ? by : 0;
		if (m->msg_iovlen && random_chance(&trial.random, 50))
			m->msg_iov[--m->msg_iovlen].iov_len += by;
		if (m->msg_iovlen)
			m->msg_iov->iov_len += by - 20;
		break;
	}
	case ENCASE_STRINGS:
		for (size_t k = 0; k < ranges.n; k++)
			if (!ranges.of[k].head && random_chance(&trial.random, 30))
				((char *) ranges.of[k].at)[ranges.of[k].n - 1] = 'x';
		break;
	default:
		for (size_t k = 0; k < ranges.n; k++)
			p[random_below(&trial.random, ranges.of[k].n)] = (char) by;
	}
}

/* Begins further on in its copy, whose end it may be; not where it would be other pointers. */
static void move(struct encase_call *call, unsigned *moved)
{
	unsigned i = (unsigned) random_below(&trial.random, ENCASE_MAX_ARGS);
	const struct encase_desc *shape = encase_call_shape(call);
	encase_word to;

	if (!take(call, i) || !are_held() || has_pointers(&shape->arg[i]) || ranges.n != 1)
		return;
	to = ranges.of[0].at + random_below(&trial.random, ranges.of[0].n + 1);
	FUZZ_CHECK(!encase_set_arg(call, i, to), "argument %u cannot be set", i);
	*moved |= 1U << i;
}

/* Now and then what is passed by is asked for. */
static void ask(struct encase_call *call)
{
	unsigned i = (unsigned) random_below(&trial.random, ENCASE_MAX_ARGS);
	size_t n = 0;
	void *data = NULL;

	if (!encase_arg_data(call, i, &data, &n))
		FUZZ_CHECK(data == encase_arg(call, i),
			   "encase_arg_data() and encase_arg() differ");
}

long nested_call(struct encase_call *call)
{
	unsigned moved = 0;
	long result = -EPERM;
	bool spoils;

	image_stir();
	look(call);
	nested_allow();
	if (random_chance(&trial.random, 30))
		ask(call);
	look(call);
	spoils = random_chance(&trial.random, 40);
	for (uint64_t n = random_below(&trial.random, 3); n < 2 && ++trial.events < EVENTS; n++) {
		if (random_chance(&trial.random, 10))
			move(call, &moved);
		give(call, moved); /* once more: what is written has been */
		if (spoils)
			spoil(call);
		result = encase_forward(call);
	}
	image_stir();
	if (random_chance(&trial.random, 10))
		spoil(call);
	memset(nested_given, 0, sizeof(nested_given));
	trial.error[EPERM] = true;
	return random_chance(&trial.random, 10) ? (long) random_below(&trial.random, 5000) : result;
}

static void write_header(struct msghdr *m, int byte)
{
	m->msg_namelen = (uint32_t) random_below(&trial.random, 300);
	m->msg_controllen = random_below(&trial.random, 300);
	m->msg_flags = byte;
	if (random_chance(&trial.random, 10))
		m->msg_controllen = random_word(&trial.random);
}

/* To all that is written, and more of what is sent; of a message its lengths and flags, too. */
static void write_all(const struct encase_call *call, unsigned i)
{
	int byte = (int) random_below(&trial.random, 256);
	const struct encase_arg *arg = &encase_call_shape(call)->arg[i];

	for (size_t k = 0; k < ranges.n; k++)
		if (!ranges.of[k].head)
			memset((void *) ranges.of[k].at, byte, ranges.of[k].n);
	if ((arg->size & 0xff) == ENCASE_MESSAGE)
		write_header(encase_arg(call, i), byte);
	for (uint64_t n = 0;
	     (arg->size & 0xff) == ENCASE_MESSAGES && n < encase_arg_word(call, arg->count); n++) {
		char *p = (char *) encase_arg(call, i) + n * MANY_SIZE;
		uint32_t length = (uint32_t) random_below(&trial.random, 300);

		write_header((struct msghdr *) p, byte);
		memcpy(p + MANY_LENGTH, &length, sizeof(length));
	}
}

/* To an object, which may be a length of something. */
static void write_object(const struct encase_call *call, unsigned i)
{
	const struct encase_arg *arg = &encase_call_shape(call)->arg[i];
	uint64_t word = random_chance(&trial.random, 70) ? random_below(&trial.random, 100)
							 : random_word(&trial.random);

	if (encase_arg(call, i) && arg->kind & ENCASE_OUT)
		memcpy(encase_arg(call, i), &word,
		       arg->size < sizeof(word) ? arg->size : sizeof(word));
}

static long lower_call(void *below, const void *bound, struct encase_call *call)
{
	const struct encase_desc *shape = encase_call_shape(call);
	int rc;

	(void) below;
	(void) bound;
	nested_allow();
	rc = encase_reach(call);
	if (rc)
		return rc;
	image_stir();
	look(call);
	for (unsigned i = 0; i < shape->nargs; i++)
		if (take(call, i) && shape->arg[i].kind & ENCASE_OUT)
			write_all(call, i);
	for (unsigned i = 0; i < shape->nargs; i++)
		if (points(shape, i) && kind_of(shape, i) == ENCASE_OBJ)
			write_object(call, i);
	if (random_chance(&trial.random, 20)) {
		trial.error[EAGAIN] = true;
		return -EAGAIN;
	}
	return (long) random_below(&trial.random, random_chance(&trial.random, 50) ? 20 : 5000);
}

const struct encase_lower nested_lower = { .name = "fuzz", .call = lower_call };
