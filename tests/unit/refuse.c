/* SPDX-License-Identifier: MIT */
/*
 * Arguments that cannot be copied: bad and null pointers, ranges that wrap, lengths
 * beyond measure.  Each ends the call where it is copied: no handler runs, nothing
 * goes down, nothing is written, nothing is left on the thread.
 * docs/forwarding.md, 2.5, 2.7 and section 3.
 */
#include "unit.h"

/* Who copies: a natural or a raw handler, one below a layer that passes, one that asks for data. */
enum how { NATURAL, RAW, BELOW_PASS, BY_DATA, HOWS };

static unsigned runs;
static int data_error;

static long run_raw(struct encase_call *call)
{
	runs++;
	return encase_forward(call);
}

/* Fetches pointer arguments in their order, as COPY does; the first error is the answer. */
static long run_data(struct encase_call *call)
{
	const struct encase_desc *desc = encase_call_desc(call);

	data_error = 0;
	for (unsigned i = 0; i < desc->nargs && !data_error; i++)
		if (desc->pointers >> i & 1)
			data_error = encase_arg_data(call, i, NULL, NULL);
	if (data_error)
		return encase_fail(call, -data_error);
	runs++;
	return encase_forward(call);
}

static void push_copier(struct encase_cage *cage, struct unit_layer l[2],
			const struct encase_desc *desc, enum how how)
{
	if (how == NATURAL)
		unit_natural(&l[0], desc, lab_answerer(desc), ENCASE_COPY);
	else if (how == BY_DATA)
		unit_raw(&l[0], desc, run_data, ENCASE_PASS);
	else
		unit_raw(&l[0], desc, run_raw, ENCASE_COPY);
	unit_push(cage, &l[0].layer);
	if (how != BELOW_PASS)
		return;
	unit_natural(&l[1], desc, lab_forwarder(desc), ENCASE_PASS);
	unit_push(cage, &l[1].layer);
}

static struct encase_cage *cage_of(const struct encase_memory *memory)
{
	return memory == &encase_memory_arena ? unit_arena_cage() : unit_cage(memory, NULL);
}

/* What one call does to a cage; want is 0 or the errno.  The caller's errno changes nothing. */
static void refuse_once(struct encase_cage *cage, const struct encase_desc *desc,
			const encase_word *words, int want, enum how how, int e)
{
	unit_paint();
	memset(&lab_answer, 0, sizeof(lab_answer));
	runs = probe.calls = 0;
	errno = e;
	same(encase_enter(cage, desc, words), -want);
	same(errno, e);
	same(lab_answer.calls + runs, !want);
	same(probe.calls, !want && how != NATURAL);
	if (want)
		holds(unit_painted_but(0, 0));
	if (want)
		same(encase_traffic(cage).to_cage, 0);
	unit_idle();
}

static void refuse(const struct encase_memory *memory, const struct encase_desc *desc,
		   const encase_word *words, int want, enum how how)
{
	struct encase_cage *cage = cage_of(memory);
	struct unit_layer layers[2];

	push_copier(cage, layers, desc, how);
	refuse_once(cage, desc, words, want, how, 0);
	refuse_once(cage, desc, words, want, how, EBADF);
	unit_free(cage);
}

#define END UNIT_ROOM

/* Addresses are offsets into the arena; the memory that cannot be addressed has them further up. */
static const struct {
	const struct encase_desc *desc;
	int err;
	encase_word words[ENCASE_MAX_ARGS];
} rows[] = {
	/* the end of memory, by a byte */
	{ &lab_desc_put, 0, { END - 1, 1 } },
	{ &lab_desc_put, EFAULT, { END - 1, 2 } },
	{ &lab_desc_put, EFAULT, { END, 1 } },
	{ &lab_desc_put, EFAULT, { END + 1, 1 } },
	{ &lab_desc_get, 0, { END - 10, 10 } },
	{ &lab_desc_get, EFAULT, { END - 10, 11 } },
	{ &lab_desc_swap, 0, { 64, END - 64 } },
	{ &lab_desc_swap, EFAULT, { 64, END - 63 } },
	{ &lab_desc_fill, EFAULT, { END - 10, 11 } },
	{ &lab_desc_fill_ints, 0, { END - 8, 2 } },
	{ &lab_desc_fill_ints, EFAULT, { END - 8, 3 } },
	{ &lab_desc_list, EFAULT, { END - 8, 3 } },
	{ &lab_desc_pairs, 0, { END - 16, END - 16, END - 16 } },
	{ &lab_desc_pairs, EFAULT, { END - 15, 64, 64 } },
	{ &lab_desc_pairs, EFAULT, { 64, END - 15, 64 } },
	{ &lab_desc_pairs, EFAULT, { 64, 64, END - 15 } },
	/* absurd lengths and addresses */
	{ &lab_desc_put, EFAULT, { 64, SIZE_MAX } },
	{ &lab_desc_get, EFAULT, { 64, SIZE_MAX } },
	{ &lab_desc_swap, EFAULT, { 64, SIZE_MAX - 64 } },
	{ &lab_desc_put, EFAULT, { 64, 0x7ffff001 } },
	{ &lab_desc_put, EFAULT, { 64, 0x80000000 } },
	{ &lab_desc_send, EFAULT, { 64, SIZE_MAX } },
	{ &lab_desc_send, EFAULT, { 64, 0x7ffff001 } },
	{ &lab_desc_receive, EFAULT, { 64, SIZE_MAX } },
	{ &lab_desc_put, EFAULT, { UINT64_MAX, 1 } },
	{ &lab_desc_put, EFAULT, { UINT64_MAX, 2 } },
	{ &lab_desc_get, EFAULT, { UINT64_MAX - 1, 5 } },
	{ &lab_desc_pairs, EFAULT, { UINT64_MAX - 3, 64, 64 } },
	{ &lab_desc_put, EFAULT, { UINT64_C(0x8000000000000000), 64 } },
	{ &lab_desc_fill_ints, EFAULT, { 64, UINT64_C(0x4000000000000001) } }, /* 4 bytes */
	{ &lab_desc_fill_ints, EFAULT, { 64, UINT64_C(0x4000000000000000) } }, /* none */
	{ &lab_desc_fill_ints, EFAULT, { 64, SIZE_MAX } },
	{ &lab_desc_swap_u64, EFAULT, { 64, UINT64_C(0x8000000000000004) } },
	/* null */
	{ &lab_desc_put, EFAULT, { 0, 1 } },
	{ &lab_desc_put, 0, { 0, 0 } },
	{ &lab_desc_put, EFAULT, { 0, SIZE_MAX } },
	{ &lab_desc_get, EFAULT, { 0, 5 } },
	{ &lab_desc_list, 0, { 0, 5 } },
	{ &lab_desc_list, 0, { 0, 0 } },
	{ &lab_desc_pairs, EFAULT, { 0, 64, 64 } },
	{ &lab_desc_pairs, EFAULT, { 64, 0, 64 } },
	{ &lab_desc_pairs, 0, { 64, 64, 0 } },
	{ &lab_desc_text, EFAULT, { 0, 64 } },
	{ &lab_desc_short_text, 0, { 0 } },
	/* no bytes: nobody looks where it points */
	{ &lab_desc_put, 0, { END, 0 } },
	{ &lab_desc_put, 0, { UINT64_MAX, 0 } },
	{ &lab_desc_get, 0, { UINT64_MAX - 100, 0 } },
	{ &lab_desc_list, 0, { 12345678, 0 } },
	/* narrow counts: garbage above, and less than nothing */
	{ &lab_desc_swap_s8, 0, { END - 10, 0x105 } },
	{ &lab_desc_swap_s8, EFAULT, { END - 10, 0x106 } },
	{ &lab_desc_swap_s8, 0, { END, 0x80 } },
	{ &lab_desc_swap_s8, 0, { END, UINT64_MAX } },
	{ &lab_desc_swap_u8, 0, { END - 510, 0xffff } },
	{ &lab_desc_swap_u8, EFAULT, { END - 508, 0xffff } },
	{ &lab_desc_swap_s16, 0, { END - 4, UINT64_C(0xabcdef0000000002) } },
	{ &lab_desc_swap_s16, EFAULT, { END - 4, UINT64_C(0xabcdef0000000003) } },
	{ &lab_desc_swap_s16, 0, { END, 0x8000 } },
	{ &lab_desc_swap_u16, EFAULT, { END - 4, 0x8000 } },
	{ &lab_desc_swap_s32, 0, { END - 4, UINT64_C(0xffffffff00000002) } },
	{ &lab_desc_swap_s32, 0, { END, 0x80000000 } },
	{ &lab_desc_swap_u32, EFAULT, { 64, 0x80000000 } },
	{ &lab_desc_swap_u32, 0, { END - 4, UINT64_C(0xffffffff00000002) } },
	{ &lab_desc_swap_s64, 0, { END, UINT64_C(0x8000000000000000) } },
	{ &lab_desc_list, 0, { END, UINT64_C(0x7fffffffffffffff) } }, /* an int: -1 */
	/* the first that fails */
	{ &lab_desc_several, EFAULT, { END, 64, 4, 64, 4, 64 } },
	{ &lab_desc_several, EFAULT, { 64, END, 4, 64, 4, 64 } },
	{ &lab_desc_several, EFAULT, { 64, 64, 4, END, 4, 64 } },
	{ &lab_desc_several, EFAULT, { 64, 64, 4, 64, 4, END } },
	{ &lab_desc_several, 0, { 64, END, 0, END, 0, 64 } },
};

static void refuse_all(const struct encase_memory *memory, encase_word base)
{
	for (size_t i = 0; i < LENGTH(rows); i++)
		for (enum how how = NATURAL; how < HOWS; how++) {
			encase_word words[ENCASE_MAX_ARGS];

			for (unsigned k = 0; k < ENCASE_MAX_ARGS; k++)
				words[k] = rows[i].desc->pointers >> k & 1 && rows[i].words[k] &&
							   rows[i].words[k] < END + 100
						   ? rows[i].words[k] + base
						   : rows[i].words[k];
			unit_row("%s, row %zu of %s, how %d", memory->name, i,
				 encase_text(rows[i].desc)->name, how);
			refuse(memory, rows[i].desc, words, rows[i].err, how);
		}
}

Test(refuse, in_an_arena)
{
	refuse_all(&encase_memory_arena, 0);
}

Test(refuse, in_memory_that_cannot_be_addressed)
{
	refuse_all(&unit_far_memory, UNIT_FAR);
}

/* The host's own memory: what user space cannot have, and null. */
Test(refuse, in_the_hosts_memory)
{
	static const struct {
		int err;
		encase_word words[2];
	} puts[] = {
		{ EFAULT, { 0, 1 } },
		{ EFAULT, { 1, 1 } },
		{ EFAULT, { 4095, 1 } },
		{ EFAULT, { UINT64_C(0xffff800000000000), 1 } },
		{ EFAULT, { UINT64_MAX, 1 } },
		{ EFAULT, { UINT64_MAX, 2 } },
		{ EFAULT, { UINT64_C(0x7fffffffffffffff), 1 } },
		{ EFAULT, { 4096, SIZE_MAX } },
		{ EFAULT, { 4096, SIZE_MAX - 4096 } },
		{ EFAULT, { 4096, UINT64_C(0x0100000000000000) } },
		{ 0, { 0, 0 } },
		{ 0, { 1, 0 } },
		{ 0, { UINT64_MAX, 0 } },
	};

	for (size_t i = 0; i < LENGTH(puts); i++)
		for (enum how how = NATURAL; how < HOWS; how++) {
			unit_row("%zu, how %d", i, how);
			refuse(&encase_memory_host, &lab_desc_put, puts[i].words, puts[i].err, how);
			refuse(&encase_memory_host, &lab_desc_get, puts[i].words, puts[i].err, how);
			refuse(&encase_memory_host, &lab_desc_send, puts[i].words, puts[i].err,
			       how);
		}
}

/* -- Of what is passed nothing can fail ----------------------------------- */

Test(refuse, passed_arguments_are_not_looked_at)
{
	for (size_t i = 0; i < LENGTH(rows); i++)
		for (unsigned raw = 0; raw < 2; raw++) {
			const struct encase_desc *desc = rows[i].desc;
			struct encase_cage *cage = unit_far_cage();
			struct unit_layer layer;

			unit_row("row %zu of %s, raw %u", i, encase_text(desc)->name, raw);
			if (raw)
				unit_raw(&layer, desc, lab_forward, ENCASE_PASS);
			else
				unit_natural(&layer, desc, lab_forwarder(desc), ENCASE_PASS);
			unit_push(cage, &layer.layer);
			probe.calls = 0;
			same(encase_enter(cage, desc, rows[i].words), 0);
			same(probe.calls, 1);
			for (unsigned k = 0; k < desc->nargs; k++)
				if (desc->pointers >> k & 1)
					same(probe.words[k], rows[i].words[k]);
			same(unit_far_accesses(), 0);
			unit_free(cage);
		}
}

/* -- In the order of the arguments ---------------------------------------- */

/* ENOMEM of the second argument after EFAULT of the first, and the other way round. */
Test(refuse, the_first_argument_that_fails_tells_the_error)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer;

	memset(unit_room, 'x', UNIT_ROOM);
	unit_push_raw(cage, &layer, text, run_raw, ENCASE_COPY);
	same(enter_lab(cage, text, END, 64), -EFAULT);
	same(enter_lab(cage, text, 64, END), -EINVAL);
	unit_room[70] = 0;
	same(enter_lab(cage, text, 64, 128), -ENAMETOOLONG);
	same(enter_lab(cage, text, 128, 0), -EINVAL);
	same(enter_lab(cage, text, 64, 0), -EFAULT);
	same(runs, 0);
	same(encase_traffic(cage).from_cage, 2 * 7);
	unit_free(cage);
}
