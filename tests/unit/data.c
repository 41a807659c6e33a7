/* SPDX-License-Identifier: MIT */
/*
 * encase_arg_data(): a passed argument copied when it is asked for, in raw handlers
 * and in lower layers.  docs/forwarding.md, 2.6, and its contract in encase/call.h.
 */
#include "unit.h"

#include <limits.h>

#define BASE UNIT_FAR

/* -- What comes of each kind of argument ---------------------------------- */

static const struct {
	const struct encase_desc *desc;
	encase_word words[ENCASE_MAX_ARGS];
	unsigned i;
	int err;
	size_t len; /* if there is no error; the data is not null if there are words */
} rows[] = {
	{ &lab_desc_put, { 64, 100 }, 0, 0, 100 },
	{ &lab_desc_put, { 64, 0 }, 0, 0, 0 },
	{ &lab_desc_put, { 0, 0 }, 0, 0, 0 },
	{ &lab_desc_put, { 0, 5 }, 0, -EFAULT, 0 },
	{ &lab_desc_put, { UNIT_ROOM, 1 }, 0, -EFAULT, 0 },
	{ &lab_desc_put, { 64, 100 }, 1, -EINVAL, 0 },
	{ &lab_desc_put, { 64, 100 }, 2, -EINVAL, 0 },
	{ &lab_desc_put, { 64, 100 }, 7, -EINVAL, 0 },
	{ &lab_desc_put, { 64, 100 }, 8, -EINVAL, 0 },
	{ &lab_desc_put, { 64, 100 }, 9, -EINVAL, 0 },
	{ &lab_desc_put, { 64, 100 }, 32, -EINVAL, 0 },
	{ &lab_desc_put, { 64, 100 }, 4000, -EINVAL, 0 },
	{ &lab_desc_put, { 64, 100 }, UINT_MAX, -EINVAL, 0 },
	{ &lab_desc_arity0, { 0 }, 0, -EINVAL, 0 },
	{ &encase_desc_mmap, { 64, 100 }, 0, -EINVAL, 0 },
	{ &lab_desc_swap_s16, { 64, 0x10003 }, 0, 0, 6 },
	{ &lab_desc_swap_s16, { 64, 0xffff }, 0, 0, 0 },
	{ &lab_desc_list, { 0, 3 }, 0, 0, 0 },
	{ &lab_desc_list, { 64, 3 }, 0, 0, 12 },
	{ &lab_desc_pairs, { 64, 128, 256 }, 2, 0, 16 },
	{ &lab_desc_pairs, { 64, 128, 0 }, 2, 0, 0 },
	{ &lab_desc_pairs, { 0, 128, 0 }, 0, -EFAULT, 0 },
	{ &lab_desc_text, { 8, 8 }, 0, 0, 5 },
	{ &lab_desc_text, { 8, 8 }, 1, 0, 5 },
	{ &lab_desc_text, { 8, 64 }, 1, -ENAMETOOLONG, 0 },
	{ &lab_desc_text, { 64, 8 }, 0, -EINVAL, 0 },
	{ &lab_desc_text, { 0, 8 }, 0, -EFAULT, 0 },
	{ &lab_desc_short_text, { 0 }, 0, 0, 0 },
	{ &lab_desc_several, { 8, 64, 4, 128, 9, 256 }, 3, 0, 9 },
};

static size_t row;
static unsigned runs;

/* Asks twice, the second time for nothing, and forwards. */
static long ask(struct encase_call *call)
{
	unsigned i = rows[row].i;
	void *data = &row, *again = NULL;
	size_t len = 77;
	int err = encase_arg_data(call, i, &data, &len);

	runs++;
	same(err, rows[row].err);
	if (err) {
		same(data, &row);
		same(len, 77);
	} else {
		bool null = !rows[row].words[i];

		same(len, rows[row].len);
		same(!data, null);
		same(encase_arg(call, i), data);
		same(encase_arg_word(call, i), WORD(data));
	}
	same(encase_arg_data(call, i, NULL, NULL), err);
	same(encase_arg_data(call, i, &again, NULL), err);
	if (!err)
		same(again, data);
	return encase_forward(call);
}

/* If it failed, the argument goes on as it arrived. */
static long compare(struct encase_call *call)
{
	const struct encase_desc *desc = encase_call_desc(call);

	for (unsigned k = 0; k < desc->nargs; k++) {
		encase_word word = rows[row].words[k], arrived = encase_arg_word(call, k);

		if (!(desc->pointers >> k & 1))
			continue;
		if (k != rows[row].i || rows[row].err || !word)
			same(arrived, word ? word + BASE : 0);
		else
			same(arrived < BASE || arrived > BASE + UNIT_ROOM, 1);
	}
	return 0;
}

static void fill_room(void)
{
	memset(unit_room, 'd', UNIT_ROOM);
	memcpy(unit_room + 8, "datum", 6);
}

Test(data, of_each_kind_of_argument)
{
	probe.answer = compare;
	fill_room();
	for (row = 0; row < LENGTH(rows); row++) {
		const struct encase_desc *desc = rows[row].desc;
		struct encase_cage *cage = unit_far_cage();
		struct unit_layer layer;
		encase_word words[ENCASE_MAX_ARGS];

		unit_row("row %zu of %s", row, encase_text(desc)->name);
		for (unsigned k = 0; k < ENCASE_MAX_ARGS; k++)
			words[k] = desc->pointers >> k & 1 && rows[row].words[k]
					   ? rows[row].words[k] + BASE
					   : rows[row].words[k];
		unit_push_any(cage, &layer, ask, ENCASE_PASS);
		same(encase_enter(cage, desc, words), 0);
		same(runs, row + 1);
		unit_free(cage);
	}
}

/* -- What it is good for -------------------------------------------------- */

static long look_first(struct encase_call *call)
{
	char *data;

	same(encase_arg(call, 0), NULL);
	same(encase_arg_data(call, 0, (void **) &data, NULL), 0);
	holds(!memcmp(data, "datum", 6));
	memset(unit_room, 'x', UNIT_ROOM); /* the cage changes its mind */
	same(encase_forward(call), 6);
	holds(!memcmp(probe_kept, "datum", 6));
	memset(probe_kept, 0, 6);
	same(lab_next_put(data, 6), 6);
	same(probe.words[0], WORD(data));
	holds(!memcmp(probe_kept, "datum", 6));
	same(lab_next_put(NULL, 0), 0); /* no longer a passed slot: null is null */
	same(probe.words[0], 0);
	return 6;
}

static long keep_some(struct encase_call *call)
{
	return encase_arg_word(call, 1) ? probe_keep(call) : 0;
}

/* What was seen is what every later forward sends, in either way of forwarding. */
Test(data, is_what_goes_down)
{
	struct encase_cage *cage = unit_far_cage();
	struct unit_layer layers[2];

	fill_room();
	unit_push_raw(cage, &layers[0], put, lab_forward, ENCASE_COPY);
	unit_push_raw(cage, &layers[1], put, look_first, ENCASE_PASS);
	probe.answer = keep_some;
	same(enter_lab(cage, put, BASE + 8, 6), 6);
	same(unit_far.reads, 1);
	same(encase_traffic(cage).from_cage, 6);
	unit_free(cage);
}

static long fetch_late(struct encase_call *call)
{
	char *data;
	long result;

	probe.result = 4;
	result = encase_forward(call); /* once passed by, */
	same(probe.words[0], BASE + 64);
	same(encase_arg_data(call, 0, (void **) &data, NULL), 0);
	for (unsigned i = 0; i < 10; i++)
		same(data[i], 0);
	probe.result = 7;
	probe.answer = probe_fill;
	same(encase_forward(call), 7); /* once copied */
	same(probe.words[0], WORD(data));
	same(data[6], 'L');
	data[0] = 'H';
	return result;
}

/* Out data begins as zeros and goes to the cage when the handler has returned. */
Test(data, that_is_written)
{
	struct encase_cage *cage = unit_far_cage();
	struct unit_layer layer;

	unit_paint();
	unit_push_raw(cage, &layer, get, fetch_late, ENCASE_PASS);
	same(enter_lab(cage, get, BASE + 64, 10), 4);
	holds(!memcmp(unit_room + 64, "HLLL", 4));
	holds(unit_painted_but(64, 4));
	same(encase_traffic(cage).to_cage, 4);
	same(encase_traffic(cage).from_cage, 0);
	unit_free(cage);
}

/* -- Where a copy is there already ---------------------------------------- */

static const void *upper;

static long show_upper(struct encase_call *call)
{
	upper = encase_arg(call, 0);
	return encase_forward(call);
}

static ssize_t own_upper(const void *buf, size_t n)
{
	(void) buf;
	upper = unit_room + 1000;
	return lab_next_put(upper, n - 1);
}

static long take_upper(struct encase_call *call)
{
	void *data;
	size_t len;

	same(encase_arg_data(call, 0, &data, &len), 0);
	same(data, upper);
	same(len, encase_arg_word(call, 1));
	runs++;
	return encase_forward(call);
}

/* Under COPY, below an upper layer's copy, and below its own buffer: nothing is copied. */
Test(data, that_is_in_the_layers_memory)
{
	for (unsigned i = 0; i < 6; i++) {
		struct encase_cage *cage = unit_far_cage();
		struct unit_layer layers[3];
		unsigned mode = i % 2 ? ENCASE_COPY : ENCASE_PASS;

		unit_row("%u", i);
		runs = 0;
		unit_push_raw(cage, &layers[0], put, take_upper, mode);
		if (i / 2 == 0)
			unit_push_raw(cage, &layers[1], put, show_upper, ENCASE_COPY);
		else if (i / 2 == 1)
			unit_push_natural(cage, &layers[1], put, own_upper, ENCASE_COPY);
		else
			unit_push_raw(cage, &layers[1], put, take_upper, mode);
		unit_push_raw(cage, &layers[2], put, show_upper, ENCASE_COPY);
		same(enter_lab(cage, put, BASE + 64, 100), 0);
		same(runs, i / 2 == 2 ? 2 : 1);
		same(encase_traffic(cage).from_cage, 100);
		unit_free(cage);
	}
}

/* -- In a lower layer ----------------------------------------------------- */

static long ask_below(struct encase_call *call)
{
	char *data;
	size_t len;

	same(encase_arg_data(call, 0, (void **) &data, &len), 0);
	same(len, 10);
	same(data[0], 0);
	memset(data, 'B', len);
	same(encase_arg_data(call, 1, (void **) &data, &len), -EINVAL);
	return 3;
}

Test(data, in_a_lower_layer)
{
	struct encase_cage *cage = unit_far_cage();

	unit_paint();
	probe.answer = ask_below;
	same(enter_lab(cage, get, BASE + 64, 10), 3);
	holds(!memcmp(unit_room + 64, "BBB", 3));
	holds(unit_painted_but(64, 3));
	unit_free(cage);
}

static const uint32_t ints[4];

static int give_too_many(uint32_t *buf, size_t n)
{
	(void) buf;
	(void) n;
	return lab_next_fill_ints((uint32_t *) ints, SIZE_MAX / 2);
}

static long fetch_too_many(struct encase_call *call)
{
	same(encase_arg_data(call, 0, NULL, NULL), -EFAULT);
	same(encase_arg(call, 0), NULL);
	same(encase_set_arg(call, 0, WORD(ints)), -EINVAL);
	return encase_forward(call);
}

/* A pointer that a layer above gave with a length that nothing has: it stays passed. */
Test(data, a_layers_pointer_with_no_extent)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layers[2];

	unit_push_raw(cage, &layers[0], fill_ints, fetch_too_many, ENCASE_PASS);
	unit_push_natural(cage, &layers[1], fill_ints, give_too_many, ENCASE_COPY);
	same(enter_lab(cage, fill_ints, 8, 4), 0);
	same(probe.words[0], WORD(ints));
	unit_free(cage);
}

/* -- Of what tells itself how far it reaches ------------------------------ */

static size_t told[2]; /* by the lower layer, and the upper one */

/* Asks, makes it say something else, and asks again. */
static long ask_and_turn(struct encase_call *call)
{
	bool strings = encase_call_desc(call) == &encase_desc_execve;
	char *data;
	size_t len;

	same(encase_arg_data(call, 1, (void **) &data, &len), 0);
	same(len, strings ? 3 * sizeof(char *) : 56);
	if (strings)
		((char **) data)[2] = data;
	else
		*(uint32_t *) data = 4000;
	same(encase_arg_data(call, 1, NULL, &told[0]), 0);
	return 0;
}

static long ask_before_and_after(struct encase_call *call)
{
	long result = encase_forward(call);

	same(encase_arg_data(call, 1, NULL, &told[1]), 0);
	return result;
}

/* To whom the copy is, is told what was fetched; others no more than there is of it. */
Test(data, of_which_memory_tells_how_much_there_is)
{
	static const struct {
		const struct encase_desc *desc;
		size_t upper, lower;
	} lengths[] = {
		{ &encase_desc_sched_setattr, 56, 56 },
		{ &encase_desc_execve, 3 * sizeof(char *), 4 * sizeof(char *) },
	};

	for (unsigned i = 0; i < 2 * LENGTH(lengths); i++) {
		const struct encase_desc *desc = lengths[i / 2].desc;
		struct encase_cage *cage = unit_far_cage();
		struct unit_layer layers[2];
		encase_word *argv = (encase_word *) (unit_room + 128);

		unit_row("%u", i);
		memset(unit_room, 0, 512);
		memcpy(unit_room + 64, &(uint32_t){ 56 }, 4);
		memcpy(unit_room + 256, "string", 7);
		argv[0] = BASE + 256;
		argv[1] = BASE + 260;
		unit_raw(&layers[0], desc, ask_and_turn, i % 2 ? ENCASE_PASS : ENCASE_COPY);
		unit_push(cage, &layers[0].layer);
		unit_raw(&layers[1], desc, ask_before_and_after, ENCASE_COPY);
		unit_push(cage, &layers[1].layer);
		same(encase_enter(cage, desc,
				  i / 2 ? WORDS(BASE + 256, BASE + 128, 0)
					: WORDS(0, BASE + 64, 0)),
		     0);
		same(told[1], lengths[i / 2].upper);
		same(told[0], lengths[i / 2].lower);
		unit_free(cage);
	}
}
