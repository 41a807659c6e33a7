/* SPDX-License-Identifier: MIT */
/* All calls of all.def through their stubs, with arguments that are drawn. */
#include "trip.h"

#define R (&trip.random)

static void word(uint64_t value)
{
	bytes_put(&trip.args, value, ENCASE_WORD / 8);
}

/* What the caller got, against what the handler gave. */
static void compare(const struct bytes *got)
{
	trip_check(got->n == trip.given.n, "a result has its size");
	for (size_t i = 0; i < got->n; i++)
		trip_check(got->at[i] == trip.given.at[i], "the result is what was given");
}

static void try_nothing(const struct all_caller *caller)
{
	trip.fast = true;
	trip_end(all_call_nothing(caller));
}

static void try_random(const struct all_caller *caller)
{
	struct bytes got = { 0 };
	uint16_t result;
	int err;

	trip.fast = true;
	err = all_call_random(caller, &result);
	if (!err)
		bytes_put(&got, result, ENCASE_WORD / 8);
	trip_end(err);
	if (!err)
		compare(&got);
}

static void try_narrow(const struct all_caller *caller)
{
	uint8_t a = (uint8_t) draw_int(R, 1);
	int8_t b = (int8_t) draw_int(R, 1), result;
	bool c = random_chance(R, 50);
	enum all_mode mode = draw_mode(R);
	struct bytes got = { 0 };
	int err;

	trip.fast = true;
	word(a);
	word((uint64_t) b);
	word(c);
	word(mode);
	err = all_call_narrow(caller, a, b, c, mode, &result);
	trip_end(err);
	if (!err) {
		bytes_put(&got, (uint64_t) result, ENCASE_WORD / 8);
		compare(&got);
	}
}

static void try_write(const struct all_caller *caller)
{
	size_t count, result;
	uint8_t *room = draw_span(R, 1, &count);
	struct bytes got = { 0 };
	int err;

	trip.fast = true;
	bytes_slice(&trip.args, room, count);
	err = all_call_write(caller, room, count, &result);
	trip_end(err);
	if (!err) {
		bytes_put(&got, result, ENCASE_WORD / 8);
		compare(&got);
	}
}

static void try_open(const struct all_caller *caller)
{
	size_t count;
	uint8_t *name = draw_span(R, 1, &count);
	uint16_t flags = (uint16_t) draw_int(R, 2);
	struct all_file result;
	struct bytes got = { 0 };
	int err;

	trip.fast = true;
	bytes_slice(&trip.args, name, count);
	word(flags);
	err = all_call_open(caller, name, count, flags, &result);
	trip_end(err);
	if (!err) {
		bytes_put(&got, result.bits, ENCASE_WORD / 8);
		compare(&got);
	}
}

static void try_close(const struct all_caller *caller)
{
	struct all_file file = { .bits = draw_handle(R) };

	trip.fast = true;
	word(file.bits);
	trip_end(all_call_close(caller, all_file_as_node(file)));
}

static void try_wide(const struct all_caller *caller)
{
	uint8_t a = (uint8_t) draw_int(R, 1);
	uint16_t b = (uint16_t) draw_int(R, 2);
	uint32_t c = (uint32_t) draw_int(R, 4);
	uint64_t d = draw_int(R, 8), result;
	int16_t e = (int16_t) draw_int(R, 2);
	int32_t f = (int32_t) draw_int(R, 4);
	int64_t g = (int64_t) draw_int(R, 8);
	struct bytes got = { 0 };
	int err;

	bytes_put(&trip.args, a, 1);
	bytes_put(&trip.args, b, 2);
	bytes_put(&trip.args, c, 4);
	bytes_put(&trip.args, d, 8);
	bytes_put(&trip.args, (uint64_t) e, 2);
	bytes_put(&trip.args, (uint64_t) f, 4);
	bytes_put(&trip.args, (uint64_t) g, 8);
	trip.size = 8;
	err = all_call_wide(caller, a, b, c, d, e, f, g, &result);
	trip_end(err);
	if (!err) {
		bytes_put(&got, result, 8);
		compare(&got);
	}
}

static void try_record(const struct all_caller *caller)
{
	struct all_mixed mixed = draw_mixed(R), result;
	struct bytes got = { 0 };
	int err;

	bytes_mixed(&trip.args, &mixed);
	trip.size = 44;
	err = all_call_record(caller, &mixed, &result);
	trip_end(err);
	if (!err) {
		bytes_mixed(&got, &result);
		compare(&got);
	}
}

static void try_tiny(const struct all_caller *caller)
{
	struct all_small small = draw_small(R), result;
	struct bytes got = { 0 };
	int err;

	bytes_small(&trip.args, &small);
	trip.size = 4;
	err = all_call_tiny(caller, &small, &result);
	trip_end(err);
	if (!err) {
		bytes_small(&got, &result);
		compare(&got);
	}
}

static void try_deep(const struct all_caller *caller)
{
	struct all_file file = { .bits = draw_handle(R) };
	struct all_deep deep = draw_deep(R), result;
	struct bytes got = { 0 };
	int err;

	bytes_put(&trip.args, file.bits, 2);
	bytes_deep(&trip.args, &deep);
	trip.size = trip.args.n - 2;
	err = all_call_deep(caller, file, &deep, &result);
	trip_end(err);
	if (!err) {
		bytes_deep(&got, &result);
		compare(&got);
	}
}

static void try_event(const struct all_caller *caller)
{
	struct all_event event = draw_event(R), result;
	struct all_sign sign = { .tag = random_chance(R, 50) ? all_sign_plus : all_sign_minus };
	struct bytes got = { 0 };
	int err;

	bytes_event(&trip.args, &event);
	trip.size = trip.args.n;
	bytes_put(&trip.args, sign.tag, 2);
	err = all_call_event(caller, &event, &sign, &result);
	trip_end(err);
	if (!err) {
		bytes_event(&got, &result);
		compare(&got);
	}
}

static void try_options(const struct all_caller *caller)
{
	struct all_maybe maybe = draw_maybe(R);
	struct all_sample_or_none sample = draw_sample_or_none(R), result;
	const uint32_t *m = maybe.there ? &maybe.value : NULL;
	const struct all_sample *s = sample.there ? &sample.value : NULL;
	struct all_node node = { .bits = draw_handle(R) };
	bool has_node = random_chance(R, 60);
	struct bytes got = { 0 };
	int err;

	bytes_maybe(&trip.args, m);
	bytes_sample_or_none(&trip.args, s);
	bytes_put(&trip.args, has_node, 1);
	bytes_put(&trip.args, has_node ? node.bits : 0, 2);
	trip.size = 9;
	err = all_call_options(caller, m, s, has_node ? &node : NULL, &result);
	trip_end(err);
	if (!err) {
		bytes_sample_or_none(&got, result.there ? &result.value : NULL);
		compare(&got);
	}
}

static void try_spans(const struct all_caller *caller)
{
	size_t nfrom, nto, nturned, result;
	uint8_t *from = draw_span(R, 1, &nfrom), *to = draw_span(R, 1, &nto);
	uint32_t *turned = draw_span(R, 4, &nturned);
	struct bytes got = { 0 };
	int err;

	bytes_slice(&trip.args, from, nfrom);
	bytes_slice(&trip.args, to, nto);
	bytes_slice(&trip.args, turned, nturned);
	trip.size = ENCASE_WORD / 8;
	err = all_call_spans(caller, from, nfrom, to, nto, turned, nturned, &result);
	trip_end(err);
	if (!err) {
		bytes_put(&got, result, ENCASE_WORD / 8);
		compare(&got);
	}
}

/* A slice or none, drawn: none is null, whatever its count says. */
static void *draw_option(unsigned size, size_t *count)
{
	void *at = draw_span(R, size, count);
	bool there = random_chance(R, 60);

	bytes_put(&trip.args, there, 1);
	bytes_slice(&trip.args, there ? at : NULL, there ? *count : 0);
	return there ? at : NULL;
}

static void try_perhaps(const struct all_caller *caller)
{
	size_t nfrom, nto, nboth;
	uint16_t *from = draw_option(2, &nfrom);
	int32_t *to = draw_option(4, &nto);
	uint64_t *both = draw_option(8, &nboth);
	struct bytes got = { 0 };
	uint8_t result;
	int err;

	trip.size = 1;
	err = all_call_perhaps(caller, from, nfrom, to, nto, both, nboth, &result);
	trip_end(err);
	if (!err) {
		bytes_put(&got, result, 1);
		compare(&got);
	}
}

static void try_must(const struct all_caller *caller)
{
	uint32_t key = (uint32_t) draw_int(R, 4);
	size_t count;
	struct all_node *nodes = draw_span(R, 2, &count);

	bytes_put(&trip.args, key, 4);
	bytes_slice(&trip.args, nodes, count);
	trip_end(all_call_must(caller, key, nodes, count));
}

trip_fn *const trips[] = {
	try_nothing, try_random,  try_narrow, try_write,   try_open,
	try_close,   try_wide,    try_record, try_tiny,    try_deep,
	try_event,   try_options, try_spans,  try_perhaps, try_must,
};
const unsigned ntrips = sizeof(trips) / sizeof(trips[0]);
