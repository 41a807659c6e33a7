/* SPDX-License-Identifier: MIT */
/*
 * What handlers give under the modes, beyond one buffer: several arguments that are
 * spent together, nulls in other calls, bytes for a replaced buffer, and calls whose
 * results are not as others.  docs/forwarding.md, 4.1, 4.3, 4.6, 4.8, 5.5 and 5.6.
 */
#include "unit.h"

#define ONCE    (ENCASE_PASS | ENCASE_ONCE)
#define REPLACE (ENCASE_PASS | ENCASE_REPLACE)
#define BOTH    (ENCASE_PASS | ENCASE_ONCE | ENCASE_REPLACE)

static struct lab_pair own_pair;
static char own[64];

/* -- Spent together ------------------------------------------------------- */

static int spend(const char *path, const void *in, size_t n, void *out, size_t m,
		 struct lab_pair *both)
{
	same(in, NULL);
	same(out, NULL);
	same(lab_next_several(path, in, n, own, m, both), 0);
	same(probe.words[1], 40);
	same(probe.words[3], WORD(own));
	same(probe.words[5], 64);
	same(lab_next_several(path, in, n, out, m, both), 0);
	same(probe.words[1], 40); /* PASS alone */
	same(probe.words[3], 0);  /* spent, though something else went down */
	same(probe.words[5], 0);
	return 0;
}

static ssize_t spend_natural(const char *path, const void *in, size_t n, void *out, size_t m,
			     struct lab_pair *both)
{
	return spend(path, in, n, out, m, both);
}

static long spend_raw(struct encase_call *call)
{
	return spend(encase_arg(call, 0), NULL, 4, NULL, 8, NULL);
}

#define SPENDING .in = ENCASE_PASS, .out = BOTH, .both = ONCE

static const struct encase_rule spend_natural_rules[] = {
	ENCASE_ON_IN(lab, several, spend_natural, SPENDING),
	ENCASE_END,
};
static const struct encase_rule spend_raw_rules[] = {
	ENCASE_ON_IN(lab, several, spend_raw, SPENDING),
	ENCASE_END,
};

Test(modes_given, arguments_are_spent_together)
{
	static const struct encase_layer layers[] = {
		{ .name = "natural", .rules = spend_natural_rules },
		{ .name = "raw", .rules = spend_raw_rules },
	};

	for (size_t i = 0; i < LENGTH(layers); i++) {
		struct encase_cage *cage = unit_arena_cage();

		unit_row("%s", layers[i].name);
		unit_push(cage, &layers[i]);
		same(enter_lab(cage, several, 8, 40, 4, 48, 8, 64), 0);
		unit_free(cage);
	}
}

static long forward_twice(struct encase_call *call)
{
	encase_forward(call);
	return encase_forward(call);
}

static const struct encase_rule any_once[] = {
	ENCASE_ON_ANY(forward_twice, ONCE),
	ENCASE_END,
};
static const struct encase_rule group_both[] = {
	ENCASE_ON_GROUP_IN(lab, third, forward_twice, BOTH),
	ENCASE_END,
};

/* A rule for a group, or for any call, may have any mode but NULLIFY. */
Test(modes_given, modes_of_many_calls)
{
	static const struct encase_layer layers[] = { { .name = "any", .rules = any_once },
						      { .name = "group", .rules = group_both } };

	for (size_t i = 0; i < LENGTH(layers); i++) {
		struct encase_cage *cage = unit_arena_cage();

		unit_push(cage, &layers[i]);
		probe.calls = 0;
		same(enter_lab(cage, several, 8, 40, 4, 48, 8, 64), 0);
		same(probe.calls, 2);
		same(probe.words[0] | probe.words[1] | probe.words[3] | probe.words[5], 0);
		unit_free(cage);
	}
}

/* Another call in between spends nothing. */
static ssize_t other_first(void *buf, size_t n)
{
	same(lab_next_put(own, 3), 0);
	same(lab_next_arity1(1), 0);
	return lab_next_trade(buf, n);
}

Test(modes_given, other_calls_spend_nothing)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer;

	unit_push_natural(cage, &layer, trade, other_first, ONCE);
	same(enter_lab(cage, trade, 8, 16), 0);
	same(probe.calls, 3);
	same(probe.words[0], 8);
	unit_free(cage);
}

/* -- Nulls in other calls ------------------------------------------------- */

static int errors[3];

static long give_others(void)
{
	probe.words[0] = 1;
	same(lab_next_trade(ENCASE_NULL, 9), 0);
	same(probe.words[0], 0);
	errno = 0;
	lab_next_put(ENCASE_NULL, 9);
	errors[0] = errno;
	errno = 0;
	lab_next_put(NULL, 9);
	errors[1] = errno;
	return 0;
}

static long others_natural(long a)
{
	(void) a;
	return give_others();
}

static long others_raw(struct encase_call *call)
{
	(void) call;
	return give_others();
}

/* They are the nulls that they are without the word: a layer that copies judges them. */
Test(modes_given, null_in_other_calls)
{
	for (unsigned raw = 0; raw < 2; raw++) {
		struct encase_cage *cage = unit_arena_cage();
		struct unit_layer layers[2];

		unit_row("raw %u", raw);
		if (raw)
			unit_push_raw(cage, &layers[0], arity1, others_raw, 0);
		else
			unit_push_natural(cage, &layers[0], arity1, others_natural, 0);
		same(enter_lab(cage, arity1, 1), 0);
		same(errors[0], 0);
		same(probe.words[0], 0);
		unit_free(cage);

		cage = unit_arena_cage();
		unit_push_raw(cage, &layers[1], put, lab_forward, ENCASE_COPY);
		if (raw)
			unit_push_raw(cage, &layers[0], arity1, others_raw, 0);
		else
			unit_push_natural(cage, &layers[0], arity1, others_natural, 0);
		same(enter_lab(cage, arity1, 1), 0);
		same(errors[0], EFAULT);
		same(errors[1], EFAULT);
		unit_free(cage);
	}
}

/* -- Bytes for a replaced buffer ------------------------------------------ */

static long taken; /* of what came back, the handler's result */

static ssize_t get_own(void *buf, size_t n)
{
	ssize_t got;

	same(buf, NULL);
	same(n, 8);
	got = lab_next_get(own, sizeof(own));
	same(got, probe.result);
	same(own[got - 1], 'L');
	return taken;
}

/* A buffer larger than the caller's: its bytes stay, and a result must fit the caller's. */
Test(modes_given, a_larger_buffer_than_the_callers)
{
	struct encase_cage *cage = unit_far_cage();
	struct unit_layer layer;

	unit_paint();
	unit_push_natural(cage, &layer, get, get_own, REPLACE);
	probe.answer = probe_fill;
	probe.result = sizeof(own);
	taken = 8;
	same(enter_lab(cage, get, UNIT_FAR + 8, 8), 8);
	taken = 9;
	same(enter_lab(cage, get, UNIT_FAR + 8, 8), -EIO);
	holds(unit_painted_but(0, 0));
	same(encase_traffic(cage).to_cage, 0);
	same(unit_far_accesses(), 0);
	unit_free(cage);
}

/* -- What is looked at again ---------------------------------------------- */

static const char *unended;

/* Takes the end of its own copy away, and gives it on with another path. */
static int unend(const char *s, const char *path)
{
	unended = s;
	((char *) s)[strlen(s)] = '!';
	(void) path;
	return lab_next_text(s, own);
}

static long unend_raw(struct encase_call *call)
{
	char *s = encase_arg(call, 0);

	s[strlen(s)] = '!';
	same(encase_set_arg(call, 1, WORD(own)), 0);
	same(encase_forward(call), 0);
	same(probe.words[0], WORD(s));
	same(encase_set_arg(call, 0, WORD(s + 1)), 0);
	return encase_forward(call);
}

/* As it arrived, then as its own replacement. */
static long give_unended(struct encase_call *call)
{
	same(encase_arg_word(call, 0), WORD(unended));
	same(encase_forward(call), 0);
	same(probe.words[0], WORD(unended));
	same(encase_set_arg(call, 0, encase_arg_word(call, 0)), 0);
	return encase_forward(call);
}

/* 4.5: a copy as it is seen, a word as it arrived are not; what a handler gives is. */
Test(modes_given, what_is_looked_at_again)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layers[3];

	memcpy(unit_room + 8, "text", 5);
	memcpy(unit_room + 16, "path", 5);
	unit_push_natural(cage, &layers[0], text, unend, ENCASE_COPY);
	same(enter_lab(cage, text, 8, 16), 0);
	same(probe.words[0], WORD(unended));
	unit_free(cage);
	cage = unit_arena_cage();
	unit_push_raw(cage, &layers[1], text, unend_raw, ENCASE_COPY);
	same(enter_lab(cage, text, 8, 16), -EINVAL);
	unit_free(cage);
	cage = unit_arena_cage();
	unit_push_raw(cage, &layers[2], text, give_unended, BOTH);
	unit_push_natural(cage, &layers[0], text, unend, ENCASE_COPY);
	same(enter_lab(cage, text, 8, 16), -EINVAL);
	same(probe.calls, 3);
	unit_free(cage);
}

/* -- Results that overlap, results that cannot fail ----------------------- */

static int64_t overlap_natural(void *buf, size_t n)
{
	errno = 0;
	same(lab_next_overlaps_get(own, n), -1);
	same(errno, EINVAL);
	errno = 0;
	same(lab_next_overlaps_get(buf, n + 1), -1);
	same(errno, EINVAL);
	same(probe.calls, 0);
	errno = 0;
	same(lab_next_overlaps_get(buf, n), -EBADF); /* a result */
	same(errno, 0);
	same(probe.words[0], 8);
	same(lab_next_overlaps_get(ENCASE_NULL, n), -EBADF);
	same(probe.words[0], 0);
	return -EXDEV;
}

static long overlap_raw(struct encase_call *call)
{
	same(encase_set_arg(call, 0, WORD(own)), -EINVAL);
	same(encase_set_arg(call, 1, 9), 0);
	same(encase_forward(call), -EINVAL);
	same(encase_failed(call), EINVAL);
	same(encase_set_arg(call, 1, 8), 0);
	same(encase_forward(call), -EBADF);
	same(encase_failed(call), 0);
	same(encase_set_arg(call, 1, 9), 0);
	return encase_forward(call); /* refused, which is a failure, whatever the word */
}

Test(modes_given, results_that_overlap)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layers[2];
	encase_word result = 0;

	probe.result = -EBADF;
	unit_push_natural(cage, &layers[0], overlaps_get, overlap_natural, ENCASE_PASS);
	same(encase_enter_checked(cage, &lab_desc_overlaps_get, WORDS(8, 8), &result), 0);
	same(result, (encase_word) -EXDEV);
	unit_free(cage);
	cage = unit_arena_cage();
	unit_push_raw(cage, &layers[1], overlaps_get, overlap_raw, ENCASE_PASS);
	same(encase_enter_checked(cage, &lab_desc_overlaps_get, WORDS(8, 8), &result), -EINVAL);
	unit_free(cage);
}

static int64_t never_natural(struct lab_pair *out, const struct lab_pair *in)
{
	same(out, NULL);
	errno = 0;
	same(lab_next_never_out(&own_pair, in), (int64_t) lab_desc_never_out.fail);
	same(errno, EINVAL);
	same(probe.calls, 0);
	errno = 0;
	same(lab_next_never_out(out, in), -EBADF);
	same(errno, 0);
	same(probe.words[0], 8);
	same(lab_next_never_out(ENCASE_NULL, &own_pair), -EBADF);
	same(probe.words[0], 0);
	same(probe.words[1], WORD(&own_pair));
	return -EXDEV;
}

static long never_raw(struct encase_call *call)
{
	char *in = encase_arg(call, 1);

	same(encase_set_arg(call, 0, WORD(&own_pair)), -EINVAL);
	same(encase_set_arg(call, 1, WORD(in + 1)), 0); /* it ends beyond its shadow */
	same(encase_forward(call), -EINVAL);
	same(encase_failed(call), EINVAL);
	same(probe.calls, 0);
	same(encase_set_arg(call, 1, WORD(in)), 0);
	same(encase_forward(call), -EBADF);
	same(encase_failed(call), 0);
	return -EXDEV;
}

static const struct encase_rule never_rules[] = {
	ENCASE_ON_IN(lab, never_out, never_natural, .out = ENCASE_PASS),
	ENCASE_END,
};
static const struct encase_rule never_raw_rules[] = {
	ENCASE_ON_IN(lab, never_out, never_raw, .out = ENCASE_PASS),
	ENCASE_END,
};

Test(modes_given, results_that_cannot_fail)
{
	static const struct encase_layer layers[] = {
		{ .name = "natural", .rules = never_rules },
		{ .name = "raw", .rules = never_raw_rules },
	};

	probe.result = -EBADF;
	for (size_t i = 0; i < LENGTH(layers); i++) {
		struct encase_cage *cage = unit_arena_cage();

		unit_row("%s", layers[i].name);
		unit_push(cage, &layers[i]);
		probe.calls = 0;
		same(enter_lab(cage, never_out, 8, 40), -EXDEV);
		unit_free(cage);
	}
}
