/* SPDX-License-Identifier: MIT */
/* Handlers of all.def: they look at what they get, and give what they draw. */
#include "trip.h"

#define WORD (ENCASE_WORD / 8)

/* A value as the register of a FAST call has it: as many bytes as a word has. */
static void word(struct bytes *b, uint64_t value)
{
	bytes_put(b, value, WORD);
}

static long on_nothing(void *self)
{
	struct bytes b = { 0 };

	trip_check(self == &trip, "self arrives");
	trip_handle(&b);
	return trip.answer;
}

static long on_random(void *self, uint16_t *result)
{
	struct bytes b = { 0 };

	(void) self;
	if (trip_handle(&b)) {
		*result = (uint16_t) draw_int(&trip.random, 2);
		word(&trip.given, *result);
	}
	return trip.answer;
}

static long on_narrow(void *self, uint8_t a, int8_t c, bool d, enum all_mode mode, int8_t *result)
{
	struct bytes b = { 0 };

	(void) self;
	word(&b, a);
	word(&b, (uint64_t) c);
	word(&b, d);
	word(&b, mode);
	if (trip_handle(&b)) {
		*result = (int8_t) draw_int(&trip.random, 1);
		word(&trip.given, (uint64_t) *result);
	}
	return trip.answer;
}

static long on_write(void *self, uint8_t *room, size_t room_count)
{
	struct bytes b = { 0 };

	(void) self;
	bytes_slice(&b, room, room_count);
	if (trip_handle(&b)) {
		trip.answer = (long) random_below(&trip.random, room_count + 1);
		word(&trip.given, (uint64_t) trip.answer);
	}
	return trip.answer;
}

static long on_open(void *self, const uint8_t *name, size_t name_count, uint16_t flags,
		    struct all_file *result)
{
	struct bytes b = { 0 };

	(void) self;
	bytes_slice(&b, name, name_count);
	word(&b, flags);
	if (trip_handle(&b)) {
		result->bits = (uint16_t) draw_int(&trip.random, 2);
		word(&trip.given, result->bits);
	}
	return trip.answer;
}

static long on_close(void *self, struct all_node node)
{
	struct bytes b = { 0 };

	(void) self;
	word(&b, node.bits);
	trip_handle(&b);
	return trip.answer;
}

static long on_wide(void *self, uint8_t a, uint16_t c, uint32_t d, uint64_t e, int16_t f, int32_t g,
		    int64_t h, uint64_t *result)
{
	struct bytes b = { 0 };

	(void) self;
	bytes_put(&b, a, 1);
	bytes_put(&b, c, 2);
	bytes_put(&b, d, 4);
	bytes_put(&b, e, 8);
	bytes_put(&b, (uint64_t) f, 2);
	bytes_put(&b, (uint64_t) g, 4);
	bytes_put(&b, (uint64_t) h, 8);
	if (trip_handle(&b)) {
		*result = draw_int(&trip.random, 8);
		bytes_put(&trip.given, *result, 8);
	}
	return trip.answer;
}

static long on_record(void *self, const struct all_mixed *mixed, struct all_mixed *result)
{
	struct bytes b = { 0 };

	(void) self;
	bytes_mixed(&b, mixed);
	if (trip_handle(&b)) {
		*result = draw_mixed(&trip.random);
		bytes_mixed(&trip.given, result);
	}
	return trip.answer;
}

static long on_tiny(void *self, const struct all_small *small, struct all_small *result)
{
	struct bytes b = { 0 };

	(void) self;
	bytes_small(&b, small);
	if (trip_handle(&b)) {
		*result = draw_small(&trip.random);
		bytes_small(&trip.given, result);
	}
	return trip.answer;
}

static long on_deep(void *self, struct all_file file, const struct all_deep *deep,
		    struct all_deep *result)
{
	struct bytes b = { 0 };

	(void) self;
	bytes_put(&b, file.bits, 2);
	bytes_deep(&b, deep);
	if (trip_handle(&b)) {
		*result = draw_deep(&trip.random);
		bytes_deep(&trip.given, result);
	}
	return trip.answer;
}

static long on_event(void *self, const struct all_event *event, const struct all_sign *sign,
		     struct all_event *result)
{
	struct bytes b = { 0 };

	(void) self;
	bytes_event(&b, event);
	bytes_put(&b, sign->tag, 2);
	if (trip_handle(&b)) {
		*result = draw_event(&trip.random);
		bytes_event(&trip.given, result);
	}
	return trip.answer;
}

static long on_options(void *self, const uint32_t *maybe, const struct all_sample *sample,
		       const struct all_node *node, struct all_sample_or_none *result)
{
	struct bytes b = { 0 };

	(void) self;
	bytes_maybe(&b, maybe);
	bytes_sample_or_none(&b, sample);
	bytes_put(&b, node != NULL, 1);
	bytes_put(&b, node ? node->bits : 0, 2);
	if (trip_handle(&b)) {
		*result = draw_sample_or_none(&trip.random);
		bytes_sample_or_none(&trip.given, result->there ? &result->value : NULL);
	}
	return trip.answer;
}

static long on_spans(void *self, const uint8_t *from, size_t from_count, uint8_t *to,
		     size_t to_count, uint32_t *turned, size_t turned_count)
{
	struct bytes b = { 0 };

	(void) self;
	bytes_slice(&b, from, from_count);
	bytes_slice(&b, to, to_count);
	bytes_slice(&b, turned, turned_count);
	if (trip_handle(&b)) {
		trip.answer = (long) random_below(&trip.random, to_count + 1);
		word(&trip.given, (uint64_t) trip.answer);
	}
	return trip.answer;
}

/* An option that is a slice: none has no elements, and is null. */
static void option(struct bytes *b, const void *at, size_t count)
{
	bytes_put(b, at != NULL, 1);
	bytes_slice(b, at, count);
}

static long on_perhaps(void *self, const uint16_t *from, size_t from_count, int32_t *to,
		       size_t to_count, uint64_t *both, size_t both_count, uint8_t *result)
{
	struct bytes b = { 0 };

	(void) self;
	option(&b, from, from_count);
	option(&b, to, to_count);
	option(&b, both, both_count);
	if (trip_handle(&b)) {
		*result = (uint8_t) ((from ? 1 : 0) + (to ? 2 : 0) + (both ? 4 : 0));
		bytes_put(&trip.given, *result, 1);
	}
	return trip.answer;
}

static long on_must(void *self, uint32_t key, struct all_node *nodes, size_t nodes_count)
{
	struct bytes b = { 0 };

	(void) self;
	bytes_put(&b, key, 4);
	bytes_slice(&b, nodes, nodes_count);
	trip_handle(&b);
	return trip.answer;
}

#include <encase/record_serve.h>

void receive(all_word number, all_word *registers)
{
	static const struct encase_receiver receiver = { .self = &trip,
							 .base = arena,
							 .size = ARENA_SIZE };
	bool must = number == all_number_random || number == all_number_must;
	int err = all_serve(&receiver, number, registers);

	trip_check(!err || must, "of most calls the caller can be told");
	trip_check(err == (must ? -(int) registers[0] : 0), "of the others it cannot");
}
