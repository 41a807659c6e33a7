/* SPDX-License-Identifier: MIT */
/*
 * Results that are told apart from errors in other ways than by a failure value:
 * calls that cannot fail, and calls that can and may return anything.
 * docs/forwarding.md, 5.5 and 5.6.
 */
#include "unit.h"

/* -- NEVER ---------------------------------------------------------------- */

/* All errors, their neighbours, and what looks like a failure value. */
static void each_word(void (*try_word)(struct encase_cage *cage, encase_word word),
		      struct encase_cage *cage)
{
	static const encase_word words[] = { 0,          1,         0xffffffff,
					     0x80000000, INT64_MAX, (encase_word) INT64_MIN };

	for (long e = 0; e <= 4200; e++)
		try_word(cage, (encase_word) -e);
	for (size_t i = 0; i < LENGTH(words); i++)
		try_word(cage, words[i]);
}

static void try_never(struct encase_cage *cage, encase_word word)
{
	lab_never_fn *fn = ENCASE_ENTRY_IN(lab, cage, never);
	encase_word result = ~word;

	probe.result = (long) word;
	lab_answer.word = word;
	errno = 55;
	same(enter_lab(cage, never, 7), word);
	same(encase_enter_checked(cage, &lab_desc_never, WORDS(7), &result), 0);
	same(result, word);
	same(fn(7), word);
	same(errno, 55);
}

Test(kinds, what_never_fails_has_every_result)
{
	struct encase_function functions[] = { ENCASE_FUNCTION_END, ENCASE_FUNCTION_END };
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layers[4];

	each_word(try_never, cage);
	unit_push_raw(cage, &layers[0], never, lab_forward, 0);
	each_word(try_never, cage);
	unit_natural(&layers[1], &lab_desc_never, lab_forwarder(&lab_desc_never), 0);
	unit_push(cage, &layers[1].layer);
	each_word(try_never, cage);
	unit_free(cage);
	/* a function that leaves errno dirty, below and as a handler */
	functions[0] = (struct encase_function){ .desc = &lab_desc_never,
						 .fn = lab_answerer(&lab_desc_never) };
	lab_answer.error = EBADF;
	cage = unit_cage_on(NULL, NULL, &encase_lower_functions, functions);
	each_word(try_never, cage);
	unit_natural(&layers[2], &lab_desc_never, lab_answerer(&lab_desc_never), 0);
	unit_push(cage, &layers[2].layer);
	unit_push_raw(cage, &layers[3], never, lab_forward, 0);
	each_word(try_never, cage);
	unit_free(cage);
}

static long never_runs(struct encase_call *call)
{
	(void) call;
	same(0, 1);
	return 0;
}

/* 2.7: what cannot be fetched ends the call here, and nothing is written to the cage. */
Test(kinds, what_never_fails_and_is_not_made_writes_nothing)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer;

	unit_paint();
	unit_push_raw(cage, &layer, never_out, never_runs, ENCASE_COPY);
	same(enter_lab(cage, never_out, 64, UNIT_ROOM), -EFAULT);
	same(probe.calls, 0);
	holds(unit_painted_but(0, 0));
	same(encase_traffic(cage).to_cage, 0);
	unit_free(cage);
}

static int64_t never_misplaces(struct lab_pair *out, const struct lab_pair *in)
{
	static struct lab_pair own;
	int64_t result;

	same(out, NULL);
	errno = 0;
	same(lab_next_never_out(&own, in), 0);
	same(errno, EINVAL);
	errno = 0;
	result = lab_next_never_out(out, in);
	same(errno, 0);
	return result;
}

/* What is refused fails all the same; an error of copying is a word like any other. */
Test(kinds, what_never_fails_can_be_refused)
{
	struct encase_setup setup = { .lower = &probe_lower };
	struct encase_cage *cage = unit_arena_cage(), *silent;
	struct unit_layer layers[2];
	encase_word result = 77;

	same(encase_cage_new(&setup, &silent), 0);
	same(encase_enter_checked(silent, &lab_desc_never, WORDS(1), &result), -ENOSYS);
	same(result, 77);
	unit_push_raw(cage, &layers[0], never_out, lab_forward, ENCASE_COPY);
	unit_push_natural(cage, &layers[1], never_out, never_misplaces, ENCASE_PASS);
	same(encase_enter_checked(cage, &lab_desc_never_out, WORDS(1, UNIT_ROOM), &result), 0);
	same(result, -EFAULT);
	unit_free(cage);
	unit_free(silent);
}

/* -- OVERLAPS ------------------------------------------------------------- */

/* What the lower layer answers: a result, or an errno. */
static encase_word lower_word;
static int lower_error;

static long overlap_below(struct encase_call *call)
{
	return lower_error ? encase_fail(call, lower_error) : (long) lower_word;
}

static void try_result(struct encase_cage *cage, encase_word word)
{
	lab_overlaps_fn *fn = ENCASE_ENTRY_IN(lab, cage, overlaps);
	encase_word result = ~word;

	lower_word = word;
	lower_error = 0;
	errno = 0;
	same(encase_enter_checked(cage, &lab_desc_overlaps, WORDS(1), &result), 0);
	same(result, word);
	same(enter_lab(cage, overlaps, 1), word);
	same(fn(1), word);
	same(errno, 0);
}

static void try_error(struct encase_cage *cage, encase_word word)
{
	lab_overlaps_fn *fn = ENCASE_ENTRY_IN(lab, cage, overlaps);
	encase_word result = 77;
	int e = (int) (0 - word);

	if (word < (encase_word) -4095)
		return;
	lower_error = e;
	errno = 0;
	same(encase_enter_checked(cage, &lab_desc_overlaps, WORDS(1), &result), -e);
	same(result, 77);
	same(enter_lab(cage, overlaps, 1), -e);
	same(errno, 0);
	same(fn(1), -1);
	same(errno, e);
}

static int64_t natural_sees(int64_t a)
{
	int64_t result;

	same(errno, 0);
	result = lab_next_overlaps(a);
	same(result, lower_error ? -1 : (int64_t) lower_word);
	same(errno, lower_error);
	return result;
}

static long raw_sees(struct encase_call *call)
{
	long result = encase_forward(call);

	same(result, lower_error ? -lower_error : (int64_t) lower_word);
	same(encase_failed(call), lower_error);
	return result;
}

/* Every word as a result and every errno as an error, through layers that only forward. */
Test(kinds, overlapping_results_and_errors)
{
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layers[6];

	probe.answer = overlap_below;
	for (unsigned i = 0; i < LENGTH(layers); i++) {
		unit_row("%u layers", i);
		each_word(try_result, cage);
		each_word(try_error, cage);
		if (i % 3)
			unit_push_natural(cage, &layers[i], overlaps, natural_sees, 0);
		else
			unit_push_raw(cage, &layers[i], overlaps, raw_sees, 0);
	}
	each_word(try_result, cage);
	each_word(try_error, cage);
	unit_free(cage);
}

/* A natural handler, or a function: fails by its failure value with an errno. */
static const struct {
	encase_word word;
	int error, failed;
} natural[] = {
	{ UINT64_MAX, 0, 0 },
	{ UINT64_MAX, EACCES, EACCES },
	{ UINT64_MAX, 4096, EIO },
	{ UINT64_MAX, -5, EIO },
	{ (encase_word) -13, 0, 0 },
	{ (encase_word) -13, EACCES, 0 },
	{ (encase_word) -5000, 5, 0 },
	{ 0, EACCES, 0 },
	{ 7, EACCES, 0 },
};

static void answer_naturally(struct encase_cage *cage)
{
	for (size_t i = 0; i < LENGTH(natural); i++) {
		encase_word result = 77;

		unit_row("0x%llx, errno %d", (unsigned long long) natural[i].word,
			 natural[i].error);
		lab_answer.word = natural[i].word;
		lab_answer.error = natural[i].error;
		same(encase_enter_checked(cage, &lab_desc_overlaps, WORDS(1), &result),
		     -natural[i].failed);
		same(result, natural[i].failed ? 77 : natural[i].word);
	}
}

Test(kinds, overlapping_results_of_functions)
{
	struct encase_function functions[] = { { .desc = &lab_desc_overlaps,
						 .fn = lab_answerer(&lab_desc_overlaps) },
					       ENCASE_FUNCTION_END };
	struct encase_cage *cage = unit_cage_on(NULL, NULL, &encase_lower_functions, functions);
	struct unit_layer layers[2];

	answer_naturally(cage);
	unit_natural(&layers[0], &lab_desc_overlaps, lab_answerer(&lab_desc_overlaps), 0);
	unit_push(cage, &layers[0].layer);
	answer_naturally(cage);
	unit_push_raw(cage, &layers[1], overlaps, lab_forward, 0);
	answer_naturally(cage);
	unit_free(cage);
}

/* -- What raw handlers make of forwards that failed ----------------------- */

static long forward_then(struct encase_call *call)
{
	long result;

	same(encase_failed(call), 0);
	switch (encase_arg_word(call, 0)) {
	case 0: /* the forward's error, by its number */
		encase_forward(call);
		return -EACCES;
	case 1: /* another number is a result */
		encase_forward(call);
		return -EBADF;
	case 2: /* another error */
		encase_forward(call);
		return encase_fail(call, EBADF);
	case 3: /* the second forward is the last */
		encase_forward(call);
		same(encase_failed(call), EACCES);
		lower_error = 0;
		result = encase_forward(call);
		same(encase_failed(call), 0);
		return result;
	case 4: /* a good result after a failure */
		encase_forward(call);
		return 5;
	case 5: /* without a forward */
		return encase_fail(call, ENOLCK);
	default:
		return -ENOLCK;
	}
}

static const struct {
	int error;
	encase_word result;
} forwards[] = {
	{ EACCES, 77 },
	{ 0, (encase_word) -EBADF },
	{ EBADF, 77 },
	{ 0, (encase_word) -EACCES },
	{ 0, 5 },
	{ ENOLCK, 77 },
	{ 0, (encase_word) -ENOLCK },
};

Test(kinds, raw_handlers_fail_or_not_after_a_failed_forward)
{
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layer;

	unit_push_raw(cage, &layer, overlaps, forward_then, 0);
	probe.answer = overlap_below;
	lower_word = (encase_word) -EACCES;
	for (size_t i = 0; i < LENGTH(forwards); i++) {
		encase_word result = 77;

		unit_row("%zu", i);
		lower_error = EACCES;
		same(encase_enter_checked(cage, &lab_desc_overlaps, WORDS(i), &result),
		     -forwards[i].error);
		same(result, forwards[i].result);
	}
	unit_free(cage);
}

/* Of other calls, too, the last forward's errno is told; and failing needs no encase_fail(). */
static long fail_plainly(struct encase_call *call)
{
	probe.result = -ESRCH;
	same(encase_forward(call), -ESRCH);
	same(encase_failed(call), ESRCH);
	probe.result = 4;
	same(encase_forward(call), 4);
	same(encase_failed(call), 0);
	return encase_arg_word(call, 0) ? encase_fail(call, ETIME) : -ENOSR;
}

Test(kinds, plain_calls_fail_either_way)
{
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layer, below;
	encase_word result = 77;

	unit_push_any(cage, &below, lab_forward, 0);
	unit_push_raw(cage, &layer, arity1, fail_plainly, 0);
	same(enter_lab(cage, arity1, 0), -ENOSR);
	same(enter_lab(cage, arity1, 1), -ETIME);
	same(encase_enter_checked(cage, &lab_desc_arity1, WORDS(1), &result), -ETIME);
	same(result, 77);
	same(encase_enter_checked(cage, &lab_desc_arity2, WORDS(1), &result), 0);
	same(result, 4);
	unit_free(cage);
}

/* -- Copies --------------------------------------------------------------- */

static long fill_and_answer(struct encase_call *call)
{
	same(encase_reach(call), 0);
	memset(encase_arg(call, 0), 'L', encase_arg_word(call, 1));
	return overlap_below(call);
}

/* Whether something is flushed depends on whether it failed, not on the word. */
Test(kinds, overlapping_results_are_flushed_and_errors_are_not)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer;
	encase_word result;

	unit_paint();
	unit_push_raw(cage, &layer, overlaps_get, lab_forward, ENCASE_COPY);
	probe.answer = fill_and_answer;
	lower_error = ENOTTY;
	same(encase_enter_checked(cage, &lab_desc_overlaps_get, WORDS(64, 8), &result), -ENOTTY);
	holds(unit_painted_but(0, 0));
	lower_error = 0;
	lower_word = (encase_word) -5;
	same(encase_enter_checked(cage, &lab_desc_overlaps_get, WORDS(64, 8), &result), 0);
	same(result, -5);
	holds(unit_painted_but(0, 0)); /* as many bytes as that are none */
	lower_word = 3;
	same(encase_enter_checked(cage, &lab_desc_overlaps_get, WORDS(64, 8), &result), 0);
	same(result, 3);
	same(unit_room[66], 'L');
	holds(unit_painted_but(64, 3));
	same(encase_enter_checked(cage, &lab_desc_overlaps_get, WORDS(UNIT_ROOM, 8), &result),
	     -EFAULT);
	unit_free(cage);
}
