/* SPDX-License-Identifier: MIT */
/*
 * The modes: which of them a push takes, and for each what goes down of what a
 * handler gives, forward after forward.  docs/forwarding.md, 2, 2.9 and 4.1 to 4.4.
 */
#include "unit.h"

#define ONCE    (ENCASE_PASS | ENCASE_ONCE)
#define REPLACE (ENCASE_PASS | ENCASE_REPLACE)
#define BOTH    (ENCASE_PASS | ENCASE_ONCE | ENCASE_REPLACE)

/* -- Which modes there are ------------------------------------------------ */

static bool is_mode(unsigned mode, bool may_nullify)
{
	switch (mode) {
	case 0:
	case ENCASE_COPY:
	case ENCASE_PASS:
	case ONCE:
	case REPLACE:
	case BOTH:
		return true;
	case ENCASE_NULLIFY:
		return may_nullify;
	default:
		return false;
	}
}

static int push_one(struct unit_layer *l)
{
	struct encase_cage *cage = unit_host_cage();
	int rc = encase_push(cage, &l->layer, NULL);

	unit_free(cage);
	return rc;
}

/* In each place of a policy: named, for every, of one call, of a group, of any. */
Test(modes, each_byte_is_a_mode_or_refused)
{
	struct unit_layer l;

	for (unsigned mode = 0; mode < 256; mode++) {
		unit_row("mode %u", mode);
		unit_raw(&l, &lab_desc_trade, lab_forward, 0);
		l.policy[0] = (uint8_t) mode;
		same(push_one(&l), is_mode(mode, true) ? 0 : -EINVAL);
		unit_raw(&l, &lab_desc_trade, lab_forward, mode);
		same(push_one(&l), is_mode(mode, true) ? 0 : -EINVAL);
		unit_raw(&l, &lab_desc_put, lab_forward, 0);
		l.policy[0] = (uint8_t) mode;
		same(push_one(&l), is_mode(mode, false) ? 0 : -EINVAL);
		unit_raw(&l, &lab_desc_put, lab_forward, mode);
		same(push_one(&l), is_mode(mode, false) ? 0 : -EINVAL);
		unit_any(&l, lab_forward, mode);
		same(push_one(&l), is_mode(mode, false) ? 0 : -EINVAL);
		l.rules[0].interface = &lab_calls;
		l.rules[0].group = lab_group_first;
		same(push_one(&l), is_mode(mode, false) ? 0 : -EINVAL);
	}
}

/* A scalar's byte has no meaning; every is looked at though nothing may use it. */
Test(modes, what_a_policy_says_of_no_pointer)
{
	struct unit_layer l;

	unit_raw(&l, &lab_desc_trade, lab_forward, 0);
	l.policy[1] = 3;
	same(push_one(&l), 0);
	unit_raw(&l, &lab_desc_arity0, lab_forward, ENCASE_NULLIFY);
	same(push_one(&l), 0);
	unit_raw(&l, &lab_desc_arity0, lab_forward, ENCASE_ONCE);
	same(push_one(&l), -EINVAL);
}

/* pairs has two pointers that may not be null, and one that may. */
Test(modes, nullify_is_for_what_may_be_null)
{
	static const struct {
		uint8_t policy[4];
		int rc;
	} rows[] = {
		{ { 0, 0, ENCASE_NULLIFY, 0 }, 0 },
		{ { ENCASE_NULLIFY, 0, 0, 0 }, -EINVAL },
		{ { 0, ENCASE_NULLIFY, 0, 0 }, -EINVAL },
		{ { 0, 0, 0, ENCASE_NULLIFY }, -EINVAL },
		{ { ENCASE_COPY, 0, 0, ENCASE_NULLIFY }, -EINVAL },
		{ { ENCASE_COPY, ONCE, 0, ENCASE_NULLIFY }, 0 },
		{ { ENCASE_NULLIFY, ENCASE_COPY, ENCASE_COPY, ENCASE_PASS }, -EINVAL },
	};
	struct unit_layer l;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		unit_row("policy %zu", i);
		unit_raw(&l, &lab_desc_pairs, lab_forward, 0);
		memcpy(l.policy, rows[i].policy, sizeof(rows[i].policy));
		same(push_one(&l), rows[i].rc);
	}
}

/* -- What goes down ------------------------------------------------------- */

enum given {
	END,
	SEEN,  /* what the handler sees */
	OWN,   /* a buffer of its own */
	MEANT, /* ENCASE_NULL */
};
enum down { REFUSED, ARRIVED, COPIED, OWNED, NOTHING };

/* A forward: what is given, with which length where 16 arrived, and what goes down. */
struct step {
	enum given given;
	size_t n;
	enum down down;
};

static const struct row {
	const char *what;
	unsigned mode;
	struct step steps[6];
} rows[] = {
	{ "COPY",
	  ENCASE_COPY,
	  { { SEEN, 16, COPIED }, { SEEN, 3, COPIED }, { SEEN, 16, COPIED } } },
	{ "COPY: a longer length",
	  ENCASE_COPY,
	  { { SEEN, 17, REFUSED }, { SEEN, 16, COPIED }, { SEEN, SIZE_MAX, REFUSED } } },
	{ "COPY: another pointer",
	  ENCASE_COPY,
	  { { OWN, 16, OWNED }, { OWN, 64, OWNED }, { SEEN, 16, COPIED } } },
	{ "COPY: null",
	  ENCASE_COPY,
	  { { MEANT, 16, NOTHING }, { MEANT, 64, NOTHING }, { SEEN, 16, COPIED } } },
	{ "PASS",
	  ENCASE_PASS,
	  { { SEEN, 16, ARRIVED }, { SEEN, 3, ARRIVED }, { SEEN, 0, ARRIVED } } },
	{ "PASS: a longer length", ENCASE_PASS, { { SEEN, 17, REFUSED }, { SEEN, 16, ARRIVED } } },
	{ "PASS: another pointer", ENCASE_PASS, { { OWN, 16, REFUSED }, { SEEN, 16, ARRIVED } } },
	{ "PASS: null",
	  ENCASE_PASS,
	  { { MEANT, 16, NOTHING }, { MEANT, 17, NOTHING }, { SEEN, 16, ARRIVED } } },
	{ "ONCE",
	  ONCE,
	  { { SEEN, 16, ARRIVED },
	    { SEEN, 16, NOTHING },
	    { SEEN, 64, NOTHING },
	    { SEEN, 3, NOTHING } } },
	{ "ONCE is not spent by what is refused",
	  ONCE,
	  { { OWN, 16, REFUSED },
	    { SEEN, 17, REFUSED },
	    { SEEN, 16, ARRIVED },
	    { SEEN, 16, NOTHING } } },
	{ "ONCE is spent by a null", ONCE, { { MEANT, 16, NOTHING }, { SEEN, 16, NOTHING } } },
	{ "ONCE: another pointer later",
	  ONCE,
	  { { SEEN, 16, ARRIVED }, { OWN, 16, REFUSED }, { SEEN, 16, NOTHING } } },
	{ "REPLACE",
	  REPLACE,
	  { { SEEN, 16, ARRIVED }, { OWN, 16, OWNED }, { SEEN, 16, ARRIVED }, { OWN, 3, OWNED } } },
	{ "REPLACE: longer",
	  REPLACE,
	  { { OWN, 64, OWNED }, { SEEN, 17, REFUSED }, { SEEN, 16, ARRIVED } } },
	{ "REPLACE: null",
	  REPLACE,
	  { { MEANT, 16, NOTHING }, { MEANT, 64, NOTHING }, { SEEN, 16, ARRIVED } } },
	{ "ONCE, REPLACE",
	  BOTH,
	  { { SEEN, 16, ARRIVED },
	    { SEEN, 16, NOTHING },
	    { OWN, 64, OWNED },
	    { SEEN, 16, NOTHING } } },
	{ "ONCE, REPLACE: spent by another pointer",
	  BOTH,
	  { { OWN, 16, OWNED }, { SEEN, 16, NOTHING }, { MEANT, 16, NOTHING } } },
	{ "NULLIFY",
	  ENCASE_NULLIFY,
	  { { SEEN, 16, NOTHING }, { SEEN, 3, NOTHING }, { MEANT, 16, NOTHING } } },
	{ "NULLIFY: another pointer",
	  ENCASE_NULLIFY,
	  { { OWN, 16, REFUSED }, { SEEN, 16, NOTHING } } },
	{ "NULLIFY: a longer length",
	  ENCASE_NULLIFY,
	  { { SEEN, 17, REFUSED }, { MEANT, 17, REFUSED }, { SEEN, 16, NOTHING } } },
};

static const struct row *row;
static encase_word arrived; /* at the layer under test */
static char own[64];

static void *pointer_of(enum given given, void *seen)
{
	return given == OWN ? own : given == MEANT ? ENCASE_NULL : seen;
}

/* What has gone down, or not, by a step; result and err as libc tells them. */
static void check(const struct step *step, const void *seen, ssize_t result, int err)
{
	const encase_word want[] = {
		[ARRIVED] = arrived, [COPIED] = WORD(seen), [OWNED] = WORD(own), [NOTHING] = 0
	};

	if (step->down == REFUSED) {
		same(result, -1);
		same(err, EINVAL);
		same(probe.calls, 0);
		return;
	}
	same(result, step->n <= 16 ? step->n : 16);
	same(probe.calls, 1);
	same(probe.words[0], want[step->down]);
	same(probe.words[1], step->n);
	probe.calls = 0;
}

static long answer_length(struct encase_call *call)
{
	size_t n = encase_arg_word(call, 1);

	return (long) (n <= 16 ? n : 16);
}

static void begin(void *seen)
{
	same(!seen, row->mode != ENCASE_COPY);
	probe.calls = 0;
}

static ssize_t by_values(void *seen, size_t n)
{
	begin(seen);
	same(n, 16);
	for (const struct step *step = row->steps; step->given; step++) {
		ssize_t result;

		errno = 0;
		result = lab_next_trade(pointer_of(step->given, seen), step->n);
		check(step, seen, result, errno);
	}
	return 7;
}

static long raw_by_values(struct encase_call *call)
{
	return by_values(encase_arg(call, 0), encase_arg_word(call, 1));
}

/* A pointer that is refused when it is set need not be forwarded. */
static long raw_by_set(struct encase_call *call)
{
	void *seen = encase_arg(call, 0);

	begin(seen);
	for (const struct step *step = row->steps; step->given; step++) {
		encase_word word = WORD(pointer_of(step->given, seen));
		long result = encase_set_arg(call, 0, word);

		if (result)
			same(step->given, OWN);
		same(encase_set_arg(call, 1, step->n), 0);
		if (!result) {
			result = encase_forward(call);
			same(encase_failed(call), result < 0 ? -result : 0);
		}
		check(step, seen, result < 0 ? -1 : result, result < 0 ? (int) -result : 0);
		same(encase_set_arg(call, 0, WORD(seen)), 0);
		same(encase_arg(call, 0), seen);
		same(encase_arg_word(call, 1), 16);
	}
	return 7;
}

static void run_row(struct encase_cage *cage, unsigned form, encase_word word)
{
	struct unit_layer layer;

	unit_row("%s, form %u", row->what, form);
	if (form == 0)
		unit_push_natural(cage, &layer, trade, by_values, row->mode);
	else
		unit_push_raw(cage, &layer, trade, form == 1 ? raw_by_values : raw_by_set,
			      row->mode);
	probe.answer = answer_length;
	arrived = word;
	same(enter_lab(cage, trade, word, 16), 7);
	unit_free(cage);
}

Test(modes, what_goes_down)
{
	for (row = rows; row < rows + LENGTH(rows); row++)
		for (unsigned form = 0; form < 3; form++) {
			run_row(unit_arena_cage(), form, 8);
			run_row(unit_host_cage(), form, WORD(unit_room + 8));
			run_row(unit_far_cage(), form, UNIT_FAR + 8);
		}
}

/* An address to nothing is as good, where nothing looks at it. */
Test(modes, nothing_is_read)
{
	for (row = rows; row < rows + LENGTH(rows); row++)
		for (unsigned form = 0; form < 3 && row->mode != ENCASE_COPY; form++) {
			unit_far.fail_at = 1;
			run_row(unit_far_cage(), form, UNIT_FAR + 8);
			run_row(unit_far_cage(), form, 1);
			run_row(unit_far_cage(), form, WORD(ENCASE_NULL));
			same(unit_far_accesses(), 0);
		}
}

/* Where null arrived, ARRIVED is null, and its length is bounded too. */
static const struct row nulls[] = {
	{ "COPY",
	  ENCASE_COPY,
	  { { SEEN, 16, NOTHING }, { SEEN, 17, REFUSED }, { OWN, 17, OWNED } } },
	{ "PASS",
	  ENCASE_PASS,
	  { { SEEN, 17, REFUSED }, { MEANT, 17, REFUSED }, { SEEN, 16, NOTHING } } },
	{ "ONCE", ONCE, { { SEEN, 16, NOTHING }, { SEEN, 17, REFUSED }, { OWN, 16, REFUSED } } },
	{ "REPLACE",
	  REPLACE,
	  { { SEEN, 17, REFUSED }, { OWN, 17, OWNED }, { SEEN, 16, NOTHING } } },
	{ "NULLIFY", ENCASE_NULLIFY, { { SEEN, 17, REFUSED }, { SEEN, 16, NOTHING } } },
};

static ssize_t null_by_values(void *seen, size_t n)
{
	same(seen, NULL);
	same(n, 16);
	probe.calls = 0;
	for (const struct step *step = row->steps; step->given; step++) {
		ssize_t result;

		errno = 0;
		result = lab_next_trade(pointer_of(step->given, NULL), step->n);
		check(step, NULL, result, errno);
	}
	return 7;
}

Test(modes, where_null_arrived)
{
	for (row = nulls; row < nulls + LENGTH(nulls); row++) {
		struct encase_cage *cage = unit_arena_cage();
		struct unit_layer layer;

		unit_row("%s", row->what);
		unit_push_natural(cage, &layer, trade, null_by_values, row->mode);
		probe.answer = answer_length;
		same(enter_lab(cage, trade, 0, 16), 7);
		unit_free(cage);
	}
}
