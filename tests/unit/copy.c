/* SPDX-License-Identifier: MIT */
/*
 * Copies: what a handler sees is its own, is what goes down, and is made once; what
 * is passed by is not touched.  Rules 2.2 to 2.6 and 2.8 of docs/forwarding.md, and
 * section 7.
 */
#include "unit.h"

#include <sys/mman.h>

/* -- The snapshot --------------------------------------------------------- */

static ssize_t scribble_and_put(const void *buf, size_t n)
{
	holds(!memcmp(buf, "checked", 7));
	memcpy(unit_room + 64, "changed", 7); /* as another thread of the cage's may */
	return lab_next_put(buf, n);
}

static long scribble_and_forward(struct encase_call *call)
{
	holds(!memcmp(encase_arg(call, 0), "checked", 7));
	memcpy(unit_room + 64, "changed", 7);
	return encase_forward(call);
}

static void check_snapshot(const struct encase_memory *memory, encase_word at, bool raw,
			   bool others)
{
	struct encase_cage *cage =
		memory == &encase_memory_arena ? unit_arena_cage() : unit_cage(memory, NULL);
	struct unit_layer layer, above, below;

	unit_row("%s, raw %d, others %d", memory->name, raw, others);
	if (others)
		unit_push_raw(cage, &below, put, lab_forward, ENCASE_COPY);
	if (raw)
		unit_push_raw(cage, &layer, put, scribble_and_forward, ENCASE_COPY);
	else
		unit_push_natural(cage, &layer, put, scribble_and_put, ENCASE_COPY);
	if (others)
		unit_push_any(cage, &above, lab_forward, ENCASE_PASS);
	memcpy(unit_room + 64, "checked", 7);
	memset(probe_kept, 0, 7);
	same(enter_lab(cage, put, at, 7), 7);
	holds(!memcmp(probe_kept, "checked", 7));
	unit_free(cage);
}

/* What was checked is what is used, whatever the cage does to its memory meanwhile. */
Test(copy, the_lower_layer_gets_what_was_checked)
{
	probe.answer = probe_keep;
	for (unsigned i = 0; i < 4; i++) {
		check_snapshot(&encase_memory_arena, 64, i & 1, i & 2);
		check_snapshot(&encase_memory_host, WORD(unit_room + 64), i & 1, i & 2);
		check_snapshot(&unit_far_memory, UNIT_FAR + 64, i & 1, i & 2);
	}
}

/* -- Once ----------------------------------------------------------------- */

static const void *shown[4];
static unsigned nshown;

static long keep_shown(struct encase_call *call)
{
	shown[nshown++] = encase_arg(call, 0);
	return encase_forward(call);
}

/* COPY below COPY sees the same copy, PASS between them or not; the bytes move once each way. */
Test(copy, copy_below_copy_does_not_copy_again)
{
	static const unsigned modes[][3] = {
		{ ENCASE_COPY, ENCASE_COPY, ENCASE_COPY },
		{ ENCASE_COPY, ENCASE_PASS, ENCASE_COPY },
		{ ENCASE_PASS, ENCASE_COPY, ENCASE_COPY },
		{ ENCASE_COPY, ENCASE_PASS, ENCASE_PASS },
		{ ENCASE_PASS, ENCASE_PASS, ENCASE_COPY },
	};

	for (size_t i = 0; i < LENGTH(modes); i++) {
		struct encase_cage *cage = unit_far_cage();
		struct unit_layer layers[3];
		const void *copy = NULL;

		unit_row("%zu", i);
		for (unsigned k = 3; k--;) /* the first mode is the newest layer's */
			unit_push_raw(cage, &layers[k], swap, keep_shown, modes[i][k]);
		unit_far = (struct unit_far){ 0 };
		nshown = 0;
		probe.result = 20;
		same(enter_lab(cage, swap, UNIT_FAR + 64, 100), 20);
		for (unsigned k = 0; k < 3; k++)
			if (modes[i][k] == ENCASE_PASS)
				same(shown[k], NULL);
			else if (!copy)
				copy = shown[k];
			else
				same(shown[k], copy);
		same(probe.words[0], WORD(copy));
		same(encase_traffic(cage).from_cage, 100);
		same(encase_traffic(cage).to_cage, 20);
		same(unit_far.reads, 1);
		same(unit_far.writes, 1);
		unit_free(cage);
	}
}

static long change_below(struct encase_call *call)
{
	char *copy = encase_arg(call, 0);

	copy[0] = 'n'; /* an upper layer's copy, and its layer sees it: one memory */
	return encase_forward(call);
}

static long see_change(struct encase_call *call)
{
	long result;

	holds(!memcmp(encase_arg(call, 0), "old", 3));
	result = encase_forward(call);
	holds(!memcmp(encase_arg(call, 0), "nld", 3));
	same(encase_forward(call), result);
	return result;
}

/* 1.5: what the layers below changed in one forward is seen by the next through memory alone. */
Test(copy, forwards_share_the_copy)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layers[2];

	unit_push_raw(cage, &layers[0], swap, change_below, ENCASE_COPY);
	unit_push_raw(cage, &layers[1], swap, see_change, ENCASE_COPY);
	memcpy(unit_room + 64, "old", 3);
	probe.result = 3;
	same(enter_lab(cage, swap, 64, 3), 3);
	holds(!memcmp(unit_room + 64, "nld", 3));
	unit_free(cage);
}

/* -- What a call writes is zero before ------------------------------------ */

static long claim(struct encase_call *call)
{
	const struct encase_desc *desc = encase_call_desc(call);

	same(encase_reach(call), 0);
	for (unsigned i = 0; i < desc->nargs; i++)
		if (desc->arg[i].kind & ENCASE_OUT && desc->pointers >> i & 1 &&
		    encase_arg(call, i))
			*(char *) encase_arg(call, i) = 'w'; /* one byte of all that it claims */
	return probe.result;
}

static void fill_the_scratch(struct encase_cage *cage)
{
	memset(unit_room, 's', UNIT_ROOM);
	same(enter_lab(cage, put, UNIT_FAR + 8, 60000), probe.result);
}

static void claim_all(struct encase_cage *cage, const struct encase_desc *desc, encase_word at,
		      encase_word n, long result, size_t written)
{
	unit_row("%s", encase_text(desc)->name);
	probe.result = 0;
	fill_the_scratch(cage);
	probe.result = result;
	same(encase_enter(cage, desc, WORDS(at, n, 0)), result);
	same(unit_room[64], 'w');
	for (size_t i = 1; i < written; i++)
		same(unit_room[64 + i], 0);
	same(unit_room[64 + written], 's');
}

/* A lower layer that claims more than it wrote gives away nothing of other calls. */
Test(copy, what_is_only_written_is_zeroed)
{
	struct encase_cage *cage = unit_far_cage();
	struct unit_layer layer;

	unit_push_any(cage, &layer, lab_forward, ENCASE_COPY);
	probe.answer = claim;
	claim_all(cage, &lab_desc_get, UNIT_FAR + 64, 1000, 1000, 1000);
	claim_all(cage, &lab_desc_receive, UNIT_FAR + 64, 1000, 900, 900);
	claim_all(cage, &lab_desc_fill, UNIT_FAR + 64, 1000, 0, 1000);
	claim_all(cage, &lab_desc_fill_ints, UNIT_FAR + 64, 100, 0, 400);
	claim_all(cage, &lab_desc_list, UNIT_FAR + 64, 100, 50, 200);
	claim_all(cage, &encase_desc_uname, UNIT_FAR + 64, 0, 0, encase_desc_uname.arg[0].size);
	unit_free(cage);
}

/* The same for copies that the lower layer makes, where no layer does. */
Test(copy, what_is_only_written_is_zeroed_below)
{
	struct encase_cage *cage = unit_far_cage();

	probe.answer = claim;
	claim_all(cage, &lab_desc_get, UNIT_FAR + 64, 1000, 1000, 1000);
	claim_all(cage, &lab_desc_fill, UNIT_FAR + 64, 1000, 0, 1000);
	unit_free(cage);
}

/* -- What is passed by ---------------------------------------------------- */

static ssize_t pass_put(const void *buf, size_t n)
{
	same(buf, NULL);
	same(lab_next_put(buf, n), (ssize_t) n);
	return lab_next_put(buf, n);
}

static long pass_raw(struct encase_call *call)
{
	same(encase_arg(call, 0), NULL);
	same(encase_forward(call), (long) encase_arg_word(call, 1));
	return encase_forward(call);
}

static long count_bytes(struct encase_call *call)
{
	return (long) encase_arg_word(call, 1);
}

/* A gigabyte that faults at any touch goes by, through 8 layers, 256 times. */
Test(copy, passed_buffer_is_never_touched)
{
	const size_t size = (size_t) 1 << 30;
	void *nothing =
		mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	struct encase_arena arena = { nothing, size };
	struct encase_cage *host = unit_host_cage(),
			   *guest = unit_cage(&encase_memory_arena, &arena);
	struct unit_layer layers[8];

	holds(nothing != MAP_FAILED);
	for (unsigned i = 0; i < 8; i++) {
		if (i & 1)
			unit_raw(&layers[i], &lab_desc_put, pass_raw, ENCASE_PASS);
		else
			unit_natural(&layers[i], &lab_desc_put, (encase_fn *) pass_put,
				     ENCASE_PASS);
		unit_push(host, &layers[i].layer);
		unit_push(guest, &layers[i].layer);
	}
	probe.answer = count_bytes;
	same(enter_lab(host, put, WORD(nothing), size), size);
	same(probe.words[0], WORD(nothing));
	same(enter_lab(guest, put, 4096, size - 4096), size - 4096);
	same(probe.calls, 512);
	same(encase_traffic(host).from_cage + encase_traffic(host).to_cage, 0);
	same(encase_traffic(guest).from_cage + encase_traffic(guest).to_cage, 0);
	unit_free(host);
	unit_free(guest);
	munmap(nothing, size);
}

/* -- Offsets -------------------------------------------------------------- */

/* Copies are aligned for any object, wherever they come from. */
static long check_alignment(struct encase_call *call)
{
	same(WORD(encase_arg(call, 0)) % _Alignof(max_align_t), 0);
	same(WORD(encase_arg(call, 1)) % _Alignof(max_align_t), 0);
	return 0;
}

Test(copy, is_aligned)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer;

	unit_push_raw(cage, &layer, pairs, check_alignment, ENCASE_COPY);
	for (size_t i = 1; i < 20; i++)
		same(enter_lab(cage, pairs, i, 100 + i, 200 + i), 0);
	unit_free(cage);
}
