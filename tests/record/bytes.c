/* SPDX-License-Identifier: MIT */
/* Records by hand; see bytes.h. */
#include "bytes.h"

#include <string.h>

char arena[ARENA_SIZE + 8] __attribute__((aligned(64)));

void bytes_put(struct bytes *b, uint64_t value, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		b->at[b->n++] = (uint8_t) (value >> (8 * i));
}

uint64_t bytes_get(const uint8_t *at, unsigned n)
{
	uint64_t value = 0;

	while (n--)
		value = value << 8 | at[n];
	return value;
}

void bytes_slice(struct bytes *b, const void *at, size_t count)
{
	bytes_put(b, at ? (uint64_t) ((const char *) at - arena) : 0, ENCASE_WORD / 8);
	bytes_put(b, count, ENCASE_WORD / 8);
}

void bytes_small(struct bytes *b, const struct all_small *v)
{
	bytes_put(b, (uint64_t) v->a, 1);
	bytes_put(b, v->b, 2);
	bytes_put(b, v->c, 1);
}

void bytes_sample(struct bytes *b, const struct all_sample *v)
{
	for (int i = 0; i < 3; i++)
		bytes_put(b, (uint64_t) v->value[i], 2);
	bytes_put(b, v->unit, 1);
	bytes_put(b, (uint64_t) v->scale, 1);
}

void bytes_mixed(struct bytes *b, const struct all_mixed *v)
{
	bytes_put(b, v->a, 1);
	bytes_put(b, v->b, 4);
	bytes_put(b, v->c, 8);
	bytes_put(b, (uint64_t) v->d, 2);
	bytes_put(b, (uint64_t) v->e, 8);
	bytes_put(b, v->f, 2);
	bytes_put(b, (uint64_t) v->g, 4);
	bytes_put(b, (uint64_t) v->h, 1);
	bytes_put(b, v->i, 8);
	bytes_put(b, v->j, 4);
	bytes_put(b, v->k, 2);
}

void bytes_maybe(struct bytes *b, const uint32_t *value)
{
	bytes_put(b, value != NULL, 1);
	bytes_put(b, value ? *value : 0, 4);
}

void bytes_sample_or_none(struct bytes *b, const struct all_sample *value)
{
	bytes_put(b, value != NULL, 1);
	if (value)
		bytes_sample(b, value);
	else
		bytes_put(b, 0, 8);
}

void bytes_deep(struct bytes *b, const struct all_deep *v)
{
	bytes_small(b, &v->pair[0]);
	bytes_small(b, &v->pair[1]);
	bytes_put(b, v->mode, 1);
	bytes_maybe(b, v->maybe.there ? &v->maybe.value : NULL);
	bytes_put(b, v->node.bits, 2);
	bytes_put(b, v->words.address, ENCASE_WORD / 8);
	bytes_put(b, v->words.count, ENCASE_WORD / 8);
	bytes_put(b, v->wide, 4);
}

void bytes_event(struct bytes *b, const struct all_event *v)
{
	size_t largest = ENCASE_WORD == 64 ? 16 : 8, end = b->n + 1 + largest;

	bytes_put(b, v->tag, 1);
	switch (v->tag) {
	case all_event_timer:
		bytes_put(b, v->as.timer.bits, 2);
		break;
	case all_event_sample:
		bytes_sample(b, &v->as.sample);
		break;
	case all_event_late:
		bytes_maybe(b, v->as.late.there ? &v->as.late.value : NULL);
		break;
	case all_event_text:
		bytes_put(b, v->as.text.address, ENCASE_WORD / 8);
		bytes_put(b, v->as.text.count, ENCASE_WORD / 8);
		break;
	case all_event_nothing:
		break;
	}
	while (b->n < end)
		bytes_put(b, 0, 1);
}

/* -- Drawing ----------------------------------------------------------------- */

uint64_t draw_int(struct random *r, unsigned size)
{
	static const uint64_t ends[] = { 0,      1,          0x7f,       0x80,      0x7fff,
					 0x8000, 0x7fffffff, 0x80000000, INT64_MAX, UINT64_MAX };
	uint64_t value = random_chance(r, 30) ? RANDOM_OF(r, ends) : random_word(r);

	return size == 8 ? value : value & ((UINT64_C(1) << (8 * size)) - 1);
}

uint16_t draw_handle(struct random *r)
{
	return (uint16_t) (HANDLE_KEY + random_below(r, 3));
}

void *draw_span(struct random *r, unsigned size, size_t *count)
{
	size_t at = 8 + size * random_below(r, 1000);

	*count = random_chance(r, 20) ? 0 : random_below(r, 20);
	return arena + at;
}

enum all_mode draw_mode(struct random *r)
{
	static const enum all_mode modes[] = { all_mode_read, all_mode_write, all_mode_both };

	return RANDOM_OF(r, modes);
}

struct all_small draw_small(struct random *r)
{
	struct all_small v;

	v.a = (int8_t) draw_int(r, 1);
	v.b = (uint16_t) draw_int(r, 2);
	v.c = random_chance(r, 50);
	return v;
}

struct all_sample draw_sample(struct random *r)
{
	struct all_sample v;

	for (int i = 0; i < 3; i++)
		v.value[i] = (int16_t) draw_int(r, 2);
	v.unit = (uint8_t) draw_int(r, 1);
	v.scale = (int8_t) draw_int(r, 1);
	return v;
}

struct all_mixed draw_mixed(struct random *r)
{
	struct all_mixed v;

	v.a = (uint8_t) draw_int(r, 1);
	v.b = (uint32_t) draw_int(r, 4);
	v.c = draw_int(r, 8);
	v.d = (int16_t) draw_int(r, 2);
	v.e = (int64_t) draw_int(r, 8);
	v.f = (uint16_t) draw_int(r, 2);
	v.g = (int32_t) draw_int(r, 4);
	v.h = (int8_t) draw_int(r, 1);
	v.i = draw_int(r, 8);
	v.j = (uint32_t) draw_int(r, 4);
	v.k = (uint16_t) draw_int(r, 2);
	return v;
}

struct all_maybe draw_maybe(struct random *r)
{
	struct all_maybe v = { .there = random_chance(r, 60) };

	v.value = v.there ? (uint32_t) draw_int(r, 4) : 0;
	return v;
}

struct all_sample_or_none draw_sample_or_none(struct random *r)
{
	struct all_sample_or_none v = { .there = random_chance(r, 60) };

	if (v.there)
		v.value = draw_sample(r);
	return v;
}

static struct all_slice draw_slice(struct random *r, unsigned size)
{
	size_t count;
	const char *at = draw_span(r, size, &count);

	return (struct all_slice){ (all_word) (at - arena), (all_word) count };
}

struct all_deep draw_deep(struct random *r)
{
	struct all_deep v;

	v.pair[0] = draw_small(r);
	v.pair[1] = draw_small(r);
	v.mode = draw_mode(r);
	v.maybe = draw_maybe(r);
	v.node.bits = draw_handle(r);
	v.words = draw_slice(r, 2);
	v.wide = random_chance(r, 50) ? all_wide_far : all_wide_zero;
	return v;
}

struct all_event draw_event(struct random *r)
{
	static const enum all_event_tag tags[] = { all_event_timer, all_event_nothing,
						   all_event_sample, all_event_late,
						   all_event_text };
	struct all_event v = { .tag = RANDOM_OF(r, tags) };

	if (v.tag == all_event_timer)
		v.as.timer.bits = draw_handle(r);
	else if (v.tag == all_event_sample)
		v.as.sample = draw_sample(r);
	else if (v.tag == all_event_late)
		v.as.late = draw_maybe(r);
	else if (v.tag == all_event_text)
		v.as.text = draw_slice(r, 1);
	return v;
}

/* -- Handles ----------------------------------------------------------------- */

static int valid(uint16_t bits)
{
	return bits >= HANDLE_KEY && bits < HANDLE_KEY + 3 ? 0 : -NOT_GIVEN;
}

int valid_node(void *self, struct all_node h)
{
	(void) self;
	return valid(h.bits);
}

int valid_file(void *self, struct all_file h)
{
	(void) self;
	return valid(h.bits);
}

int valid_tree(void *self, struct all_tree h)
{
	(void) self;
	return valid(h.bits);
}
