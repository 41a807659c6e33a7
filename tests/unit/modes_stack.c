/* SPDX-License-Identifier: MIT */
/*
 * Modes on top of one another: with which home a word reaches the next layer, who
 * copies it, and where the bytes go that are written below.  docs/forwarding.md,
 * 2.3, 2.4, 2.9, 4.1 to 4.3 and 4.8.
 */
#include "unit.h"

#define ONCE    (ENCASE_PASS | ENCASE_ONCE)
#define REPLACE (ENCASE_PASS | ENCASE_REPLACE)
#define BOTH    (ENCASE_PASS | ENCASE_ONCE | ENCASE_REPLACE)
#define N       16 /* bytes of the call */

static char own[64];

/* What the lower handler, or the lower layer, found. */
static void *upper_saw, *lower_saw;
static char bytes_below[N];

static long lower_layer(struct encase_call *call)
{
	same(encase_reach(call), 0);
	memset(bytes_below, 0, N);
	if (encase_arg(call, 0)) {
		memcpy(bytes_below, encase_arg(call, 0), N);
		memset(encase_arg(call, 0), 'L', N);
	}
	return N;
}

/* -- Two layers ----------------------------------------------------------- */

/* The upper handler's only forward, and what it gives in it. */
static bool gives_own;

static ssize_t upper(void *buf, size_t n)
{
	upper_saw = buf;
	return lab_next_trade(gives_own ? own : buf, n);
}

static ssize_t lower(void *buf, size_t n)
{
	lower_saw = buf;
	return lab_next_trade(buf, n);
}

enum what { NIL, ITS_OWN, UPPERS, CAGES };

/* For a call from an arena, at 8: what the lower handler sees, what it forwards; bytes moved. */
static const struct {
	unsigned upper, lower;
	bool own;
	enum what sees, below;
	unsigned from_cage, to_cage;
} rows[] = {
	/* The word of a passed argument has the cage for its home, whatever the mode's company. */
	{ ENCASE_PASS, ENCASE_COPY, false, ITS_OWN, ITS_OWN, N, N },
	{ ONCE, ENCASE_COPY, false, ITS_OWN, ITS_OWN, N, N },
	{ REPLACE, ENCASE_COPY, false, ITS_OWN, ITS_OWN, N, N },
	{ BOTH, ENCASE_COPY, false, ITS_OWN, ITS_OWN, N, N },
	{ ENCASE_PASS, ENCASE_PASS, false, NIL, CAGES, 0, 0 },
	{ ONCE, REPLACE, false, NIL, CAGES, 0, 0 },
	{ REPLACE, ONCE, false, NIL, CAGES, 0, 0 },
	/* Below a copy, what was checked is what goes on. */
	{ ENCASE_COPY, ENCASE_COPY, false, UPPERS, UPPERS, N, N },
	{ ENCASE_COPY, ENCASE_PASS, false, NIL, UPPERS, N, N },
	{ ENCASE_COPY, ONCE, false, NIL, UPPERS, N, N },
	{ ENCASE_COPY, REPLACE, false, NIL, UPPERS, N, N },
	/* Below a replaced pointer nothing is the cage's. */
	{ REPLACE, ENCASE_COPY, true, UPPERS, UPPERS, 0, 0 },
	{ REPLACE, ENCASE_PASS, true, NIL, UPPERS, 0, 0 },
	{ BOTH, ONCE, true, NIL, UPPERS, 0, 0 },
	{ ENCASE_COPY, ENCASE_PASS, true, NIL, UPPERS, N, N },
	/* A null for good is null for all below, and its bytes stay where they are. */
	{ ENCASE_NULLIFY, ENCASE_COPY, false, NIL, NIL, 0, 0 },
	{ ENCASE_NULLIFY, ENCASE_PASS, false, NIL, NIL, 0, 0 },
	{ ENCASE_COPY, ENCASE_NULLIFY, false, NIL, NIL, N, N },
	{ REPLACE, ENCASE_NULLIFY, true, NIL, NIL, 0, 0 },
};

static bool is(enum what what, bool owned, const void *seen)
{
	switch (what) {
	case NIL:
		return !seen;
	case UPPERS:
		return seen == (owned ? own : upper_saw);
	default:
		return seen && seen != upper_saw && seen != own;
	}
}

static void run_row(size_t i, bool far)
{
	struct encase_cage *cage = far ? unit_far_cage() : unit_arena_cage();
	encase_word word = far ? UNIT_FAR + 8 : 8;
	struct unit_layer layers[2];
	/* The lower layer has to copy from a far memory, which is counted, too. */
	unsigned copied = far && rows[i].below == CAGES ? N : 0;

	unit_row("row %zu, far %d", i, far);
	gives_own = rows[i].own;
	memset(own, 'o', sizeof(own));
	unit_paint();
	unit_push_natural(cage, &layers[1], trade, lower, rows[i].lower);
	unit_push_natural(cage, &layers[0], trade, upper, rows[i].upper);
	probe.answer = lower_layer;
	same(enter_lab(cage, trade, word, N), N);
	holds(is(rows[i].sees, rows[i].own, lower_saw));
	if (rows[i].below == CAGES)
		same(probe.words[0], word);
	else if (rows[i].below == UPPERS)
		same(probe.words[0], WORD(rows[i].own ? own : upper_saw));
	else
		same(probe.words[0], WORD(rows[i].below == NIL ? NULL : lower_saw));
	same(encase_traffic(cage).from_cage, rows[i].from_cage + copied);
	same(encase_traffic(cage).to_cage, rows[i].to_cage + copied);
	holds(unit_painted_but(8, N));
	unit_free(cage);
}

Test(modes_stack, homes_and_bytes)
{
	for (size_t i = 0; i < LENGTH(rows); i++) {
		run_row(i, false);
		run_row(i, true);
	}
}

/* What is written below goes to the cage through a copy or in place, and nowhere else. */
Test(modes_stack, where_bytes_go)
{
	for (size_t i = 0; i < LENGTH(rows); i++) {
		bool written = rows[i].below == CAGES || rows[i].to_cage;
		bool shadow = rows[i].upper == ENCASE_COPY && (rows[i].own || rows[i].below == NIL);

		run_row(i, false);
		/* A copy that did not go down is flushed as it was read. */
		same(unit_room[8] == 'L', written && !shadow);
		same(own[0] == 'L', rows[i].own && rows[i].below == UPPERS);
		same(own[N], 'o');
		if (rows[i].below != NIL)
			same(bytes_below[0], rows[i].own ? 'o' : unit_byte(8));
	}
}

/* -- More than one forward ------------------------------------------------ */

static ssize_t results[2];
static int errors[2];

static ssize_t forward_twice(void *buf, size_t n)
{
	for (unsigned i = 0; i < 2; i++) {
		errno = 0;
		results[i] = lab_next_trade(buf, n);
		errors[i] = errno;
	}
	return results[1];
}

static ssize_t swap_twice(void *buf, size_t n)
{
	for (unsigned i = 0; i < 2; i++) {
		errno = 0;
		results[i] = lab_next_swap(buf, n);
		errors[i] = errno;
	}
	return 5;
}

/* The second null is a null that the layer below judges as any other. */
Test(modes_stack, once_above_a_copy)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layers[4];

	unit_paint();
	unit_push_natural(cage, &layers[0], trade, lower, ENCASE_COPY);
	unit_push_natural(cage, &layers[1], trade, forward_twice, ONCE);
	unit_push_raw(cage, &layers[2], swap, lab_forward, ENCASE_COPY);
	unit_push_natural(cage, &layers[3], swap, swap_twice, ONCE);
	probe.answer = lower_layer;
	same(enter_lab(cage, trade, 8, N), N);
	same(probe.calls, 2);
	same(lower_saw, NULL);
	same(unit_room[8], 'L');
	same(enter_lab(cage, swap, 40, N), 5);
	same(probe.calls, 3);
	same(results[0], N);
	same(results[1], -1);
	same(errors[1], EFAULT);
	unit_free(cage);
}

/* A first forward that fails counts: in the layer below, at the lower layer, by a bad address. */
Test(modes_stack, a_failed_forward_spends)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layers[2];

	unit_push_raw(cage, &layers[0], trade, lab_forward, ENCASE_COPY);
	unit_push_natural(cage, &layers[1], trade, forward_twice, ONCE);
	same(enter_lab(cage, trade, UNIT_ROOM, N), 0);
	same(results[0], -1);
	same(errors[0], EFAULT);
	same(results[1], 0);
	same(probe.calls, 1);
	same(probe.words[0], 0);
	probe.result = -EBADF;
	same(enter_lab(cage, trade, 8, N), -EBADF);
	same(probe.calls, 3);
	same(probe.words[0], 0);
	unit_free(cage);
}

/* Each call is passed once: the next call through the same layer is another one. */
Test(modes_stack, once_is_for_each_call)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer;

	unit_push_raw(cage, &layer, trade, lab_forward, ONCE);
	for (unsigned i = 0; i < 3; i++) {
		same(enter_lab(cage, trade, 8, N), 0);
		same(probe.words[0], 8);
	}
	unit_free(cage);
}

/* -- Checked is used ------------------------------------------------------ */

static char letter;

static ssize_t check_and_change(void *buf, size_t n)
{
	letter = *(char *) buf;
	unit_room[8]++; /* the program, in another thread */
	return lab_next_trade(buf, n);
}

Test(modes_stack, what_was_checked_is_used)
{
	static const unsigned below[] = { ENCASE_COPY, ENCASE_PASS, ONCE, REPLACE, BOTH };

	for (size_t i = 0; i < LENGTH(below); i++) {
		struct encase_cage *cage = unit_arena_cage();
		struct unit_layer layers[2];

		unit_row("mode %u below", below[i]);
		unit_paint();
		unit_push_raw(cage, &layers[0], trade, lab_forward, below[i]);
		unit_push_natural(cage, &layers[1], trade, check_and_change, ENCASE_COPY);
		probe.answer = lower_layer;
		same(enter_lab(cage, trade, 8, N), N);
		same(letter, unit_byte(8));
		same(bytes_below[0], letter);
		unit_free(cage);
	}
}

/* In host memory a pointer that arrived may be given as a handler's own: nobody copies it. */
static long give_what_arrived(struct encase_call *call)
{
	same(encase_set_arg(call, 0, encase_arg_word(call, 0)), 0);
	same(encase_set_arg(call, 1, N + 1), 0);
	same(encase_forward(call), -EINVAL);
	same(encase_set_arg(call, 1, N), 0);
	return encase_forward(call);
}

Test(modes_stack, what_arrived_as_a_replacement)
{
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layers[2];

	unit_push_natural(cage, &layers[0], trade, lower, ENCASE_COPY);
	unit_push_raw(cage, &layers[1], trade, give_what_arrived, REPLACE);
	probe.answer = lower_layer;
	same(enter_lab(cage, trade, WORD(own), N), N);
	same(lower_saw, own);
	same(probe.words[0], WORD(own));
	same(encase_traffic(cage).from_cage, 0);
	unit_free(cage);
}
