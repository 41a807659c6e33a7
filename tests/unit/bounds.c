/* SPDX-License-Identifier: MIT */
/*
 * How long what goes down may be: lengths of what arrived (docs/forwarding.md, 4.4)
 * and pointers into shadows (4.5), for natural and raw handlers, in all widths.
 */
#include "unit.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "alloc.h"
#include "scratch.h"

/* -- Lengths -------------------------------------------------------------- */

/* The handler under test sends this length with the pointer that it was shown. */
static encase_word give;
static bool fetch_first; /* raw: by encase_arg_data() */
static char own[0x400];

static encase_word gives(const struct encase_desc *desc, const void *p)
{
	encase_word words[] = { WORD(p), give }, result;

	errno = 0;
	result = encase_next(desc, words);
	holds(result != desc->fail || errno == EINVAL);
	return result;
}

#define GIVES(c, pointer, type, result)                            \
	static result give_##c(pointer p, type n)                  \
	{                                                          \
		(void) n;                                          \
		return (result) gives(&lab_desc_##c, p);           \
	}                                                          \
	static result own_##c(pointer p, type n)                   \
	{                                                          \
		(void) p;                                          \
		return lab_next_##c((pointer) (uintptr_t) own, n); \
	}
GIVES(put, const void *, size_t, ssize_t)
GIVES(swap_s8, uint16_t *, int8_t, int)
GIVES(swap_u8, uint16_t *, uint8_t, int)
GIVES(swap_s16, uint16_t *, int16_t, int)
GIVES(swap_u16, uint16_t *, uint16_t, int)
GIVES(swap_s32, uint16_t *, int32_t, int)
GIVES(swap_u32, uint16_t *, uint32_t, int)
GIVES(swap_s64, uint16_t *, int64_t, int64_t)
GIVES(swap_u64, uint16_t *, uint64_t, int64_t)

static long raw_gives(struct encase_call *call)
{
	const struct encase_desc *desc = encase_call_desc(call);
	void *p = encase_arg(call, 0);

	if (fetch_first)
		same(encase_arg_data(call, 0, &p, NULL), 0);
	return gives(desc, p) == desc->fail ? -EINVAL : 0;
}

#define CALL(c) &lab_desc_##c, (encase_fn *) give_##c, (encase_fn *) own_##c

static const struct row {
	const struct encase_desc *desc;
	encase_fn *natural, *upper;
	encase_word arrived, given;
	bool good;
} rows[] = {
	{ CALL(put), 100, 100, true },
	{ CALL(put), 100, 99, true },
	{ CALL(put), 100, 0, true },
	{ CALL(put), 100, 101, false },
	{ CALL(put), 100, SIZE_MAX, false },
	{ CALL(put), 100, UINT64_C(0x100000064), false },
	{ CALL(put), 0, 0, true },
	{ CALL(put), 0, 1, false },
	{ CALL(swap_s8), 5, 5, true },
	{ CALL(swap_s8), 5, 6, false },
	{ CALL(swap_s8), 0x105, 5, true },
	{ CALL(swap_s8), 0x105, 6, false },
	{ CALL(swap_s8), 5, 0x105, true },
	{ CALL(swap_s8), 0x80, 0, true },
	{ CALL(swap_s8), 0x80, 1, false },
	{ CALL(swap_s8), 0x80, 0xff, true },
	{ CALL(swap_s8), 0x7f, 0xff, true },
	{ CALL(swap_u8), 0xff, 0xff, true },
	{ CALL(swap_u8), 0xfe, 0xff, false },
	{ CALL(swap_u8), 0xff, 0x1ff, true },
	{ CALL(swap_u8), 0x100, 1, false },
	{ CALL(swap_s16), 0x10007, 7, true },
	{ CALL(swap_s16), 0x10007, 8, false },
	{ CALL(swap_s16), 0xffff, 1, false },
	{ CALL(swap_s16), 7, 0x8000, true },
	{ CALL(swap_u16), 0x70007, 8, false },
	{ CALL(swap_u16), 0x70007, 0x50007, true },
	{ CALL(swap_s32), 0x7f, 0x7fffffff, false },
	{ CALL(swap_s32), (encase_word) -1, 0, true },
	{ CALL(swap_s32), (encase_word) -1, 1, false },
	{ CALL(swap_s32), 0x80000000, 1, false },
	{ CALL(swap_s32), 3, 0x80000000, true },
	{ CALL(swap_s32), UINT64_C(0x700000003), 3, true },
	{ CALL(swap_u32), UINT64_C(0x700000003), 3, true },
	{ CALL(swap_u32), UINT64_C(0x700000003), 4, false },
	{ CALL(swap_u32), 3, 0x80000000, false },
	{ CALL(swap_s64), 9, 10, false },
	{ CALL(swap_s64), (encase_word) INT64_MIN, 1, false },
	{ CALL(swap_s64), 9, (encase_word) INT64_MIN, true },
	{ CALL(swap_u64), 9, (encase_word) INT64_MIN, false },
	{ CALL(swap_u64), 9, 9, true },
};

/* What stands above the handler under test: nothing, a layer that passes or copies, or one that
 * sends a buffer of its own. */
enum upper { NOTHING, PASSES, COPIES, OWN, UPPERS };

static void push_upper(struct encase_cage *cage, struct unit_layer *l, const struct row *row,
		       enum upper upper)
{
	if (upper == NOTHING)
		return;
	if (upper == OWN)
		unit_natural(l, row->desc, row->upper, ENCASE_COPY);
	else
		unit_natural(l, row->desc, lab_forwarder(row->desc),
			     upper == PASSES ? ENCASE_PASS : ENCASE_COPY);
	unit_push(cage, &l->layer);
}

static void run_row(const struct row *row, enum upper upper, bool raw, unsigned every)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer, above;

	unit_row("%s, 0x%llx arrived, 0x%llx given, upper %d, raw %d, fetches %d, mode %u",
		 encase_text(row->desc)->name, (unsigned long long) row->arrived,
		 (unsigned long long) row->given, upper, raw, fetch_first, every);
	if (raw)
		unit_raw(&layer, row->desc, raw_gives, every);
	else
		unit_natural(&layer, row->desc, row->natural, every);
	unit_push(cage, &layer.layer);
	push_upper(cage, &above, row, upper);
	give = row->given;
	probe.calls = 0;
	same(encase_enter(cage, row->desc, WORDS(8, row->arrived)), row->good ? 0 : -EINVAL);
	same(probe.calls, row->good);
	unit_free(cage);
}

static void run_rows(bool raw, unsigned every)
{
	for (size_t i = 0; i < LENGTH(rows); i++)
		for (enum upper upper = NOTHING; upper < UPPERS; upper++)
			run_row(&rows[i], upper, raw, every);
}

Test(bounds, lengths_given_by_natural_handlers)
{
	run_rows(false, ENCASE_PASS);
	run_rows(false, ENCASE_COPY);
}

Test(bounds, lengths_given_by_raw_handlers)
{
	run_rows(true, ENCASE_PASS);
	run_rows(true, ENCASE_COPY);
}

/* What encase_arg_data() fetched is a copied argument from then on: 2.6. */
Test(bounds, lengths_given_with_what_was_fetched)
{
	fetch_first = true;
	run_rows(true, ENCASE_PASS);
	run_rows(true, ENCASE_COPY);
}

/* Nothing is looked at of what is passed, so any length that arrived goes on. */
Test(bounds, huge_lengths_pass_by)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer;

	unit_push_natural(cage, &layer, put, give_put, ENCASE_PASS);
	give = SIZE_MAX;
	same(enter_lab(cage, put, 8, SIZE_MAX), 0);
	same(probe.words[1], SIZE_MAX);
	give = SIZE_MAX - 1;
	same(enter_lab(cage, put, 8, SIZE_MAX), 0);
	same(probe.words[1], SIZE_MAX - 1);
	unit_free(cage);
}

static int give_list(uint32_t *p, int n)
{
	(void) n;
	same(p, NULL);
	return (int) gives(&lab_desc_list, p);
}

/* A null that arrived is bounded by its length like any pointer. */
Test(bounds, lengths_of_nulls)
{
	for (unsigned mode = ENCASE_COPY; mode <= ENCASE_PASS; mode++) {
		struct encase_cage *cage = unit_arena_cage();
		struct unit_layer layer;

		unit_row("mode %u", mode);
		unit_push_natural(cage, &layer, list, give_list, mode);
		give = 3;
		same(enter_lab(cage, list, 0, 3), 0);
		give = 0x80000000;
		same(enter_lab(cage, list, 0, 3), 0);
		give = 4;
		same(enter_lab(cage, list, 0, 3), -EINVAL);
		unit_free(cage);
	}
	same(probe.calls, 4);
}

/* -- Pointers into shadows ------------------------------------------------ */

/* A handler's forwards: of itself or of another call, with these words. */
static const struct encase_desc *down;
static long offset; /* of argument 0 into the shadow */
static encase_word second;

static ssize_t send_down(const void *buf, size_t n)
{
	encase_word words[] = { WORD(buf) + (encase_word) offset, second, 0 };

	(void) n;
	errno = 0;
	if (encase_next(down, words) != down->fail)
		return 0;
	same(errno, EINVAL);
	return -1;
}

/* A shadow of 24 bytes that begins with 12 letters, a NUL, and 11 letters without one. */
static const struct {
	const struct encase_desc *desc;
	long offset;
	encase_word second;
	bool good;
} sends[] = {
	{ &lab_desc_put, 0, 24, true },
	{ &lab_desc_put, 23, 1, true },
	{ &lab_desc_put, 23, 2, false },
	{ &lab_desc_put, 1, 24, false },
	{ &lab_desc_put, 24, 0, true },
	{ &lab_desc_put, 10, SIZE_MAX, false },
	{ &lab_desc_get, 0, 24, true },
	{ &lab_desc_get, 0, 25, false },
	{ &lab_desc_get, 20, 4, true },
	{ &lab_desc_get, 20, 5, false },
	{ &lab_desc_fill_ints, 0, 6, true },
	{ &lab_desc_fill_ints, 0, 7, false },
	{ &lab_desc_fill_ints, 20, 1, true },
	{ &lab_desc_fill_ints, 21, 1, false },
	{ &lab_desc_fill_ints, 0, UINT64_C(0x4000000000000001), false },
	{ &lab_desc_list, 0, (encase_word) -7, true },
	{ &lab_desc_list, 0, 7, false },
	{ &lab_desc_pairs, 8, 0, true },
	{ &lab_desc_pairs, 9, 0, false },
	{ &lab_desc_short_text, 0, 0, true },
	{ &lab_desc_short_text, 12, 0, true },
	{ &lab_desc_short_text, 13, 0, false },
	{ &lab_desc_short_text, 23, 0, false },
	{ &lab_desc_short_text, 24, 0, false },
};

static void send_all(struct encase_cage *cage)
{
	for (size_t i = 0; i < LENGTH(sends); i++) {
		down = sends[i].desc;
		offset = sends[i].offset;
		second = sends[i].second;
		unit_row("%s(+%ld, 0x%llx)", encase_text(down)->name, offset,
			 (unsigned long long) second);
		probe.calls = 0;
		same(enter_lab(cage, put, 64, 24), sends[i].good ? 0 : -EINVAL);
		same(probe.calls, sends[i].good);
	}
}

static void fill_room(void)
{
	memset(unit_room, 'x', UNIT_ROOM);
	unit_room[64 + 12] = 0;
}

Test(bounds, pointers_into_the_handlers_shadow)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer;

	fill_room();
	unit_push_natural(cage, &layer, put, send_down, ENCASE_COPY);
	send_all(cage);
	unit_free(cage);
}

/* The shadow is an upper layer's: it bounds what the layers below send, too. */
Test(bounds, pointers_into_an_upper_handlers_shadow)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer, upper;

	fill_room();
	unit_push_natural(cage, &layer, put, send_down, ENCASE_COPY);
	unit_push_raw(cage, &upper, put, lab_forward, ENCASE_COPY);
	send_all(cage);
	unit_free(cage);
}

static ssize_t send_own(const void *buf, size_t n)
{
	(void) buf;
	(void) n;
	same(lab_next_put(own + 17, 3), 0);
	same(lab_next_get(own, sizeof(own)), 0);
	same(lab_next_put(NULL, 1000), 0);
	same(lab_next_short_text("without a shadow"), 0);
	return lab_next_put(own, sizeof(own));
}

/* 4.5, the last sentence: for its own buffers the handler vouches. */
Test(bounds, a_handlers_own_buffers_are_not_bounded)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer;

	unit_push_natural(cage, &layer, put, send_own, ENCASE_COPY);
	same(enter_lab(cage, put, 64, 24), 0);
	same(probe.calls, 5);
	same(enter_lab(cage, put, 64, 0), 0);
	unit_free(cage);
}

/* -- A shadow's neighbour ------------------------------------------------- */

static char *neighbour;

static ssize_t send_neighbour(const void *buf, size_t n)
{
	(void) buf;
	(void) n;
	return neighbour ? lab_next_put(neighbour, 10) : 0;
}

/* A page of the handler's, and before it a hole of that size for the next mapping. */
static void make_neighbour(size_t size)
{
	char *block = mmap(NULL, size + 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	neighbour = block + size;
	same(mprotect(neighbour, 4096, PROT_READ | PROT_WRITE), 0);
	same(munmap(block, size), 0);
	alloc_map_at = block;
}

static void send_beside(size_t n, size_t mapping)
{
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layer;
	char *bytes = calloc(1, n);

	unit_push_natural(cage, &layer, put, send_neighbour, ENCASE_COPY);
	if (!mapping) { /* as large as it is the first time */
		same(enter_lab(cage, put, WORD(bytes), n), 0);
		mapping = alloc_map_size;
	}
	make_neighbour(mapping);
	probe.result = 10;
	same(enter_lab(cage, put, WORD(bytes), n), 10);
	same(alloc_map_at, NULL);
	free(bytes);
	unit_free(cage);
}

/* A mapping of the handler's that begins where a shadow's ends does not lie within the shadow. */
Test(bounds, a_buffer_right_behind_a_shadow_is_the_handlers_own)
{
	send_beside(((size_t) 17 << 20) - sizeof(struct enc_shadow), 0); /* too large to be kept */
}

/* Nor does one right behind the scratch, where that is full. */
Test(bounds, a_buffer_right_behind_the_scratch_is_the_handlers_own)
{
	send_beside(ENC_SCRATCH - sizeof(struct enc_shadow), ENC_SCRATCH);
}
