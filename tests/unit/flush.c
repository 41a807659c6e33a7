/* SPDX-License-Identifier: MIT */
/*
 * What goes back to the cage: how much of which argument, in which order, and what
 * if the memory refuses.  docs/forwarding.md, 5.8 to 5.10.
 */
#include "unit.h"

#define BASE UNIT_FAR

/* Writes 'L' to all that it can reach, read-only arguments included, and answers. */
static long fill_all(struct encase_call *call)
{
	const struct encase_desc *desc = encase_call_desc(call);

	same(encase_reach(call), 0);
	for (unsigned i = 0; i < desc->nargs; i++) {
		size_t n;
		void *data;

		if (!(desc->pointers >> i & 1))
			continue;
		same(encase_arg_data(call, i, &data, &n), 0);
		if (n)
			memset(data, 'L', n);
	}
	return probe.result;
}

/* -- How much ------------------------------------------------------------- */

static const struct {
	const struct encase_desc *desc;
	encase_word words[ENCASE_MAX_ARGS];
	long result;
	struct {
		size_t at, n;
	} flushed[2];
} rows[] = {
	/* as the result says */
	{ &lab_desc_get, { 64, 100 }, 30, { { 64, 30 } } },
	{ &lab_desc_get, { 64, 100 }, 100, { { 64, 100 } } },
	{ &lab_desc_get, { 64, 100 }, 0, { { 0, 0 } } },
	{ &lab_desc_get, { 64, 0 }, 0, { { 0, 0 } } },
	{ &lab_desc_swap, { 64, 100 }, 1, { { 64, 1 } } },
	{ &lab_desc_receive, { 64, 100 }, 99, { { 64, 99 } } },
	{ &lab_desc_swap_s8, { 64, 0x105 }, 3, { { 64, 6 } } },
	{ &lab_desc_swap_u64, { 64, 5 }, 5, { { 64, 10 } } },
	{ &lab_desc_list, { 64, 10 }, 3, { { 64, 12 } } },
	{ &lab_desc_list, { 64, 10 }, 0x100000003, { { 64, 12 } } }, /* an int */
	{ &encase_desc_readlink, { 8, 64, 30 }, 20, { { 64, 20 } } },
	/* whole, whatever it says */
	{ &lab_desc_fill, { 64, 100 }, 0, { { 64, 100 } } },
	{ &lab_desc_fill, { 64, 100 }, 7, { { 64, 100 } } },
	{ &lab_desc_fill, { 64, 0 }, 7, { { 0, 0 } } },
	{ &lab_desc_fill_ints, { 64, 10 }, 5, { { 64, 40 } } },
	{ &lab_desc_pairs, { 8, 64, 128 }, 0, { { 64, 16 }, { 128, 16 } } },
	{ &lab_desc_pairs, { 8, 64, 0 }, 1, { { 64, 16 } } },
	{ &lab_desc_several, { 8, 24, 4, 64, 50, 128 }, 20, { { 64, 20 }, { 128, 16 } } },
	{ &lab_desc_several, { 8, 24, 4, 64, 50, 128 }, 0, { { 0, 0 }, { 128, 16 } } },
	/* never more than there is */
	{ &lab_desc_list, { 64, 10 }, 11, { { 64, 40 } } },
	{ &lab_desc_list, { 64, 10 }, 0x7fffffff, { { 64, 40 } } },
	{ &lab_desc_list, { 64, 0 }, 5, { { 0, 0 } } },
	{ &lab_desc_list, { 64, (encase_word) -1 }, 5, { { 0, 0 } } },
	{ &encase_desc_getgroups, { 0, 64 }, 5, { { 0, 0 } } },
	{ &encase_desc_getgroups, { 3, 64 }, 5, { { 64, 12 } } },
	/* nothing of what is only read */
	{ &lab_desc_put, { 64, 100 }, 100, { { 0, 0 } } },
	{ &lab_desc_send, { 64, 100 }, 100, { { 0, 0 } } },
	{ &lab_desc_text, { 8, 8 }, 0, { { 0, 0 } } },
};

static void check_flushed(size_t i, struct encase_traffic before, struct encase_cage *cage)
{
	size_t total = rows[i].flushed[0].n + rows[i].flushed[1].n;

	for (size_t at = 9; at < UNIT_ROOM; at++) {
		bool flushed = at - rows[i].flushed[0].at < rows[i].flushed[0].n ||
			       at - rows[i].flushed[1].at < rows[i].flushed[1].n;

		if (unit_room[at] != (flushed ? 'L' : unit_byte(at)))
			same(at, 0);
	}
	same(encase_traffic(cage).to_cage - before.to_cage, total);
}

static void run_row(struct encase_cage *cage, size_t i, long result)
{
	struct encase_traffic before = encase_traffic(cage);
	encase_word words[ENCASE_MAX_ARGS];
	const struct encase_desc *desc = rows[i].desc;

	for (unsigned k = 0; k < ENCASE_MAX_ARGS; k++)
		words[k] = desc->pointers >> k & 1 && rows[i].words[k] ? rows[i].words[k] + BASE
								       : rows[i].words[k];
	unit_row("%zu: %s", i, encase_text(desc)->name);
	unit_paint();
	unit_room[8] = 0;
	probe.result = result;
	same(encase_enter(cage, desc, words), result);
	if (result >= 0)
		check_flushed(i, before, cage);
	else
		holds(unit_painted_but(8, 1));
	unit_idle();
}

static void run_rows(struct encase_cage *cage)
{
	for (size_t i = 0; i < LENGTH(rows); i++) {
		run_row(cage, i, rows[i].result);
		run_row(cage, i, -EPIPE);
		run_row(cage, i, -EFAULT);
	}
}

/* Copies of the lower layer's, of one layer, and of the uppermost of several. */
Test(flush, as_much_as_was_written)
{
	struct encase_cage *cage = unit_far_cage();
	struct unit_layer layers[3];

	probe.answer = fill_all;
	run_rows(cage);
	unit_push_any(cage, &layers[0], lab_forward, ENCASE_COPY);
	run_rows(cage);
	unit_push_any(cage, &layers[1], lab_forward, ENCASE_PASS);
	run_rows(cage);
	unit_push_any(cage, &layers[2], lab_forward, ENCASE_COPY);
	run_rows(cage);
	unit_free(cage);
}

/* -- What handlers write -------------------------------------------------- */

static ssize_t get_alone(void *buf, size_t n)
{
	memset(buf, 'H', n);
	return (ssize_t) n - 1;
}

static ssize_t get_and_change(void *buf, size_t n)
{
	ssize_t result = lab_next_get(buf, n);

	memset(buf, 'H', 2);
	return result - 1;
}

static ssize_t get_elsewhere(void *buf, size_t n)
{
	char own[100];

	same(lab_next_get(own, sizeof(own)), 10);
	same(own[9], 'L');
	memset(buf, 'O', 1);
	return (ssize_t) n;
}

static long get_raw(struct encase_call *call)
{
	memset(encase_arg(call, 0), 'R', 5);
	return 5;
}

static void get_naturally(lab_get_fn *fn, long result, const char *bytes)
{
	struct encase_cage *cage = unit_far_cage();
	struct unit_layer layer;

	unit_paint();
	unit_push_natural(cage, &layer, get, *fn, ENCASE_COPY);
	same(enter_lab(cage, get, BASE + 64, 10), result);
	holds(!memcmp(unit_room + 64, bytes, (size_t) result));
	holds(unit_painted_but(64, (size_t) result));
	unit_free(cage);
}

/* The shadow goes, not what the lower layer wrote; so much of it as the handler answers. */
Test(flush, what_handlers_leave_in_the_copy)
{
	struct encase_cage *cage = unit_far_cage();
	struct unit_layer layer;

	probe.answer = probe_fill;
	probe.result = 10;
	get_naturally(get_alone, 9, "HHHHHHHHH");
	get_naturally(get_and_change, 9, "HHLLLLLLL");
	get_naturally(get_elsewhere, 10, "O\0\0\0\0\0\0\0\0\0");
	unit_paint();
	unit_push_raw(cage, &layer, get, get_raw, ENCASE_COPY);
	same(enter_lab(cage, get, BASE + 64, 10), 5);
	holds(!memcmp(unit_room + 64, "RRRRR", 5));
	holds(unit_painted_but(64, 5));
	unit_free(cage);
}

/* -- In the order of the arguments ---------------------------------------- */

static long fetch_backwards(struct encase_call *call)
{
	for (unsigned i = encase_call_desc(call)->nargs; i--;)
		if (encase_call_desc(call)->pointers >> i & 1)
			same(encase_arg_data(call, i, NULL, NULL), 0);
	return encase_forward(call);
}

/* several() writes arguments 3 and 5: of the two writes none, the first or both are made. */
static void fail_write(struct encase_cage *cage, unsigned nth, unsigned before)
{
	struct encase_traffic old = encase_traffic(cage);
	bool first = nth != 1, second = !nth;

	unit_row("write %u", nth);
	unit_paint();
	unit_room[8] = 0;
	unit_far = (struct unit_far){ .fail_at = nth ? before + nth : 0 };
	same(enter_lab(cage, several, BASE + 8, BASE + 24, 4, BASE + 64, 50, BASE + 128),
	     second ? 50 : -EFAULT);
	same(unit_room[64 + 49], first ? 'L' : unit_byte(64 + 49));
	same(unit_room[128], second ? 'L' : unit_byte(128));
	same(encase_traffic(cage).to_cage - old.to_cage, (first ? 50 : 0) + (second ? 16 : 0));
	same(unit_far.writes, nth == 1 ? 1 : 2);
	unit_idle();
}

static void fail_writes(struct encase_cage *cage)
{
	unsigned accesses;

	probe.answer = fill_all;
	probe.result = 50;
	fail_write(cage, 0, 0);
	accesses = unit_far_accesses() - 2; /* before the writes */
	fail_write(cage, 1, accesses);
	fail_write(cage, 2, accesses);
}

/* What was flushed before the memory refused stays; the call is EFAULT. */
Test(flush, in_the_order_of_arguments_until_the_memory_refuses)
{
	struct encase_cage *cage = unit_far_cage();
	struct unit_layer layers[2];

	fail_writes(cage);
	unit_push_raw(cage, &layers[0], several, lab_forward, ENCASE_COPY);
	fail_writes(cage);
	unit_free(cage);
	cage = unit_far_cage();
	unit_push_raw(cage, &layers[1], several, fetch_backwards, ENCASE_PASS);
	fail_writes(cage);
	unit_free(cage);
}

static int seen_errno;

static ssize_t several_sees(const char *path, const void *in, size_t n, void *out, size_t m,
			    struct lab_pair *both)
{
	ssize_t result = lab_next_several(path, in, n, out, m, both);

	seen_errno = errno;
	return result;
}

/* The EFAULT of a layer's flush is that layer's answer: layers above get it as any other. */
Test(flush, errors_go_up)
{
	struct encase_cage *cage = unit_far_cage();
	struct unit_layer layers[2];
	lab_several_fn *fn = ENCASE_ENTRY_IN(lab, cage, several);
	char *base = (char *) BASE;

	unit_push_raw(cage, &layers[0], several, lab_forward, ENCASE_COPY);
	unit_push_natural(cage, &layers[1], several, several_sees, ENCASE_PASS);
	probe.answer = fill_all;
	probe.result = 50;
	unit_room[8] = 0;
	fail_write(cage, 0, 0);
	unit_far = (struct unit_far){ .fail_at = unit_far_accesses() };
	errno = 0;
	unit_room[8] = 0;
	same(fn(base + 8, base + 24, 4, base + 64, 50, (struct lab_pair *) (base + 128)), -1);
	same(errno, EFAULT);
	same(seen_errno, EFAULT);
	unit_free(cage);
}

/* -- Results that are no errors ------------------------------------------- */

static long fill_never(struct encase_call *call)
{
	same(encase_reach(call), 0);
	memset(encase_arg(call, 0), 'L', sizeof(struct lab_pair));
	return -EACCES;
}

/* A result that would be an error elsewhere is none here: what was written is flushed. */
Test(flush, what_never_fails)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer;

	unit_paint();
	unit_push_raw(cage, &layer, never_out, lab_forward, ENCASE_COPY);
	probe.answer = fill_never;
	same(enter_lab(cage, never_out, 64, 128), -EACCES);
	same(unit_room[64], 'L');
	holds(unit_painted_but(64, sizeof(struct lab_pair)));
	unit_free(cage);
}
