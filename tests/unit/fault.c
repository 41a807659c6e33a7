/* SPDX-License-Identifier: MIT */
/*
 * A cage's memory that fails at any one of its accesses: whatever was done before,
 * the call is EFAULT, nothing stays on the thread, and nothing was written but what
 * was flushed already.
 */
#include "unit.h"

#define BASE UNIT_FAR

/* Copies the input to the output, and swaps the pair. */
static long work(struct encase_call *call)
{
	int err = encase_reach(call);
	struct lab_pair *pair;
	int64_t a;

	if (err)
		return encase_fail(call, -err);
	memcpy(encase_arg(call, 3), encase_arg(call, 1), encase_arg_word(call, 2));
	pair = encase_arg(call, 5);
	a = pair->a;
	pair->a = pair->b;
	pair->b = a;
	return (long) encase_arg_word(call, 2);
}

static long fetch(struct encase_call *call)
{
	for (unsigned i = 0; i < encase_call_desc(call)->nargs; i++)
		if (encase_call_desc(call)->pointers >> i & 1) {
			int err = encase_arg_data(call, i, NULL, NULL);

			if (err)
				return encase_fail(call, -err);
		}
	return encase_forward(call);
}

/* The same, without minding errors: what cannot be had here goes on as it is. */
static long fetch_some(struct encase_call *call)
{
	encase_arg_data(call, 0, NULL, NULL);
	encase_arg_data(call, 5, NULL, NULL);
	return encase_forward(call);
}

/* Layers that copy this and pass that; the stacks below name them by their places here. */
static const struct encase_rule some[][3] = {
	{ ENCASE_ON_IN(lab, several, lab_next_several, ENCASE_COPY_ALL), ENCASE_END },
	{ ENCASE_ON_IN(lab, several, lab_next_several, .path = ENCASE_PASS, .both = ENCASE_PASS),
	  ENCASE_END },
	{ ENCASE_ON_IN(lab, several, lab_next_several, .in = ENCASE_PASS, .out = ENCASE_PASS),
	  ENCASE_END },
	{ ENCASE_ON_IN(lab, several, lab_next_several, ENCASE_PASS_POINTERS), ENCASE_END },
	{ ENCASE_ON_IN(lab, several, fetch, ENCASE_PASS_POINTERS), ENCASE_END },
	{ ENCASE_ON_IN(lab, several, fetch_some, ENCASE_PASS_POINTERS), ENCASE_END },
	{ ENCASE_ON_IN(lab, several, lab_forward, ENCASE_COPY_ALL), ENCASE_END },
};

static const struct {
	const char *what;
	const char *layers; /* places above, the oldest first */
	bool survives;      /* there is an access whose failure nobody minds */
} stacks[] = {
	{ "lower layer", "", false },
	{ "natural", "0", false },
	{ "raw", "6", false },
	{ "some copied", "1", false },
	{ "others copied", "2", false },
	{ "split between two", "12", false },
	{ "split the other way", "21", false },
	{ "passed, then copied", "03", false },
	{ "copied, then passed", "36", false },
	{ "fetched", "4", false },
	{ "some fetched, without minding", "5", true },
	{ "fetched, split, copied", "6514", false },
};

static void paint(void)
{
	unit_paint();
	memcpy(unit_room + 8, "path", 5);
}

static long call_several(struct encase_cage *cage)
{
	paint();
	unit_far = (struct unit_far){ .fail_at = unit_far.fail_at };
	return enter_lab(cage, several, BASE + 8, BASE + 64, 50, BASE + 256, 60, BASE + 512);
}

/* Which of the two written arguments hold what the call wrote; all else is as it was. */
static void check_written(bool *out, bool *both)
{
	static char got[UNIT_ROOM];

	memcpy(got, unit_room, UNIT_ROOM);
	paint();
	*out = !memcmp(got + 256, unit_room + 64, 50);
	*both = !memcmp(got + 512, unit_room + 520, 8) && !memcmp(got + 520, unit_room + 512, 8);
	if (*out)
		memcpy(unit_room + 256, got + 256, 50);
	if (*both)
		memcpy(unit_room + 512, got + 512, 16);
	holds(!memcmp(got, unit_room, UNIT_ROOM));
}

static void check_done(void)
{
	bool out, both;

	check_written(&out, &both);
	holds(out && both);
}

/* The second write failed: one of the two is written.  Else none is. */
static void check_undone(void)
{
	bool out, both;

	check_written(&out, &both);
	same(out + both, unit_far.writes == 2);
}

static void fail_each(struct encase_cage *cage, bool survives)
{
	unsigned accesses;

	unit_far.fail_at = 0;
	same(call_several(cage), 50);
	same(unit_far.strings, 1);
	same(unit_far.reads, 2);
	same(unit_far.writes, 2);
	check_done();
	accesses = unit_far_accesses();
	for (unsigned n = 1; n <= accesses; n++) {
		long result;

		unit_far.fail_at = n;
		errno = 12;
		result = call_several(cage);
		same(errno, 12);
		unit_idle();
		if (survives && result == 50) {
			check_done();
			continue;
		}
		same(result, -EFAULT);
		check_undone();
	}
	unit_far.fail_at = accesses + 1;
	same(call_several(cage), 50);
}

Test(fault, at_any_access)
{
	probe.answer = work;
	for (size_t i = 0; i < LENGTH(stacks); i++) {
		struct encase_cage *cage = unit_far_cage();
		struct encase_layer layers[4];

		unit_row("%s", stacks[i].what);
		for (size_t k = 0; stacks[i].layers[k]; k++) {
			layers[k] =
				(struct encase_layer){ .name = "row",
						       .rules = some[stacks[i].layers[k] - '0'] };
			unit_push(cage, &layers[k]);
		}
		fail_each(cage, stacks[i].survives);
		unit_free(cage);
	}
}

/* -- The handler that does not run ---------------------------------------- */

static unsigned runs;

static long count(struct encase_call *call)
{
	runs++;
	return encase_forward(call);
}

/* Of all accesses before the handler none may fail with it running; a write comes after it. */
Test(fault, handlers_run_when_all_is_fetched)
{
	struct encase_cage *cage = unit_far_cage();
	struct unit_layer layers[2];
	unsigned accesses;

	probe.answer = work;
	unit_push_raw(cage, &layers[0], several, count, ENCASE_COPY);
	same(call_several(cage), 50);
	accesses = unit_far_accesses();
	for (unsigned n = 1; n <= accesses; n++) {
		unit_row("access %u of %u", n, accesses);
		unit_far.fail_at = n;
		runs = probe.calls = 0;
		same(call_several(cage), -EFAULT);
		same(runs, n > accesses - 2);
		same(probe.calls, runs);
		same(unit_far_accesses(), n);
	}
	unit_far.fail_at = 0;
	unit_free(cage);
}
