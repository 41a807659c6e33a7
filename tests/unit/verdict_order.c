/* SPDX-License-Identifier: MIT */
/*
 * Verdicts among a layer's rules and among layers, pushes of verdicts that cannot
 * be, and what encase_sight() tells of all kinds of rules.
 */
#include "unit.h"

static struct encase_cage *cage;

static void push_rules(const struct encase_rule *rules)
{
	static struct encase_layer layers[8];
	static unsigned n;

	layers[n] = (struct encase_layer){ .name = "rules", .rules = rules };
	unit_push(cage, &layers[n++]);
}

/* -- Within a layer --------------------------------------------------------- */

static char came_by[16];

static long note(struct encase_call *call, char c)
{
	came_by[strlen(came_by)] = c;
	return encase_forward(call);
}

static long own(struct encase_call *call)
{
	return note(call, 'o');
}

static long group(struct encase_call *call)
{
	return note(call, 'g');
}

static long any(struct encase_call *call)
{
	return note(call, 'a');
}

static const struct encase_rule ordered[] = {
	ENCASE_FAIL_ANY(EDOM), /* behind all that follows, but for its own kind */
	ENCASE_FAIL_GROUP_IN(lab, second, ERANGE),
	ENCASE_FAIL_IN(lab, arity1, 1, .a = ENCASE_IS(1)),
	ENCASE_RETURN_IN(lab, arity1, 22, .a = ENCASE_HAS(2)),
	ENCASE_FAIL_IN(lab, arity1, 3, .a = ENCASE_HAS(1)),
	ENCASE_ON_GROUP_IN(lab, first, group),
	ENCASE_RETURN_IN(lab, arity3, 33, .c = ENCASE_IS(3)),
	ENCASE_ON_IN(lab, ints8, own),
	ENCASE_END,
};

Test(verdict_order, within_a_layer)
{
	cage = unit_host_cage();
	push_rules(ordered);
	same(enter_lab(cage, arity1, 1), -1);
	same(enter_lab(cage, arity1, 2), 22);
	same(enter_lab(cage, arity1, 3), 22); /* the first that holds */
	same(enter_lab(cage, arity1, 5), -3);
	same(came_by[0], 0);
	same(enter_lab(cage, arity1, 4), 0); /* then the group's handler */
	same(strcmp(came_by, "g"), 0);
	same(enter_lab(cage, arity2, 0, 0), -ERANGE);
	same(enter_lab(cage, arity3, 0, 0, 3), 33);
	same(enter_lab(cage, arity3, 0, 0, 4),
	     -ERANGE); /* of two groups the first that is listed */
	same(enter_lab(cage, ints8, 0), 0);
	same(strcmp(came_by, "go"), 0);
	same(enter_lab(cage, arity4, 0), -EDOM);
	same(enter(cage, getpid), -EDOM);
	same(encase_enter_number(cage, &lab_calls, 9999, WORDS(0)), -EDOM);
	unit_free(cage);
}

static const struct encase_rule handler_last[] = {
	ENCASE_ON_IN(lab, arity1, own),
	ENCASE_FAIL_IN(lab, arity2, EDOM, .a = ENCASE_IS(1)),
	ENCASE_ON_IN(lab, arity2, own),
	ENCASE_ON_ANY(any),
	ENCASE_END,
};

Test(verdict_order, before_a_handler)
{
	cage = unit_host_cage();
	push_rules(handler_last);
	same(enter_lab(cage, arity2, 1, 0), -EDOM);
	same(enter_lab(cage, arity2, 2, 0), 0);
	same(enter_lab(cage, arity1, 1), 0);
	same(strcmp(came_by, "oo"), 0); /* and never any */
	unit_free(cage);
}

/* -- Among layers ----------------------------------------------------------- */

static const struct encase_rule upper[] = { ENCASE_ON_ANY(any), ENCASE_END };
static const struct encase_rule middle[] = {
	ENCASE_FAIL_IN(lab, arity2, EDOM, .a = ENCASE_IS(1)),
	ENCASE_RETURN_IN(lab, arity2, 9, .b = ENCASE_IS(1)),
	ENCASE_END,
};

static long add_to_a(long a, long b)
{
	long result = lab_next_arity2(a + 1, b);

	same(encase_self(), NULL);
	return result;
}

static const struct encase_rule adder[] = { ENCASE_ON_IN(lab, arity2, add_to_a), ENCASE_END };

/* A verdict sees what the layer above it forwards, and stands in the way of what comes from there alone. */
Test(verdict_order, among_layers)
{
	cage = unit_host_cage();
	push_rules(upper);
	push_rules(middle);
	push_rules(adder);
	same(enter_lab(cage, arity2, 0, 0), -EDOM);
	same(enter_lab(cage, arity2, 1, 0), 0);
	same(probe.words[0], 2);
	same(strcmp(came_by, "a"), 0);
	same(enter_lab(cage, arity2, 1, 1), 9);
	same(strcmp(came_by, "a"), 0);
	unit_free(cage);
}

/* Handlers that forward another call find the verdicts of the layers below. */
static long forward_two(long a)
{
	return lab_next_arity2(a, 0);
}

static const struct encase_rule other_call[] = { ENCASE_ON_IN(lab, arity1, forward_two),
						 ENCASE_FAIL_IN(lab, arity2, EXDEV), ENCASE_END };

Test(verdict_order, in_forwards_of_other_calls)
{
	cage = unit_host_cage();
	push_rules(middle);
	push_rules(other_call);
	same(enter_lab(cage, arity1, 1), -EDOM);
	same(enter_lab(cage, arity1, 2), 0);
	same(enter_lab(cage, arity2, 2, 0), -EXDEV);
	unit_free(cage);
}

/* Errors and copies come through verdicts that are passed over. */
static const struct encase_rule puts_middle[] = {
	ENCASE_FAIL_IN(lab, put, EDOM, .n = ENCASE_IS(1)),
	ENCASE_END,
};
static const struct encase_rule copies[] = {
	ENCASE_ON_IN(lab, put, lab_forward, ENCASE_COPY_ALL),
	ENCASE_END,
};

Test(verdict_order, between_copies)
{
	unit_paint();
	cage = unit_far_cage();
	push_rules(copies);
	push_rules(puts_middle);
	push_rules(copies);
	probe.answer = probe_keep;
	same(enter_lab(cage, put, UNIT_FAR + 9, 50), 50);
	same(memcmp(probe_kept, unit_room + 9, 50), 0);
	same(unit_far.reads, 1);
	same(enter_lab(cage, put, UNIT_FAR + 9, 1), -EDOM);
	same(enter_lab(cage, put, UNIT_FAR - 1, 50), -EFAULT);
	unit_free(cage);
}

/* -- Pushes that are refused ------------------------------------------------ */

static void refused(struct encase_rule rule, int want)
{
	struct encase_rule rules[2] = { rule };
	struct encase_layer layer = { .name = "bad", .rules = rules };

	cage = unit_host_cage();
	same(encase_push(cage, &layer, NULL), want);
	unit_free(cage);
}

static encase_fn *const some_handler = (encase_fn *) lab_forward;

Test(verdict_order, verdicts_that_cannot_be)
{
	static const struct encase_condition none[ENCASE_MAX_ARGS + 1];
	static const uint8_t policy[ENCASE_MAX_ARGS + 1];
	static const struct encase_verdict fails = { EACCES, 0 }, returns = { 0, 5 },
					   low = { -1, 0 }, high = { 4096, 0 }, most = { 4095, 0 },
					   like_error = { 0, -EACCES }, least = { 0, -4095 },
					   below = { 0, -4096 };
	const struct encase_desc *d = &lab_desc_arity1;

	refused((struct encase_rule){ .desc = d, .verdict = &low }, -EINVAL);
	refused((struct encase_rule){ .desc = d, .verdict = &high }, -EINVAL);
	refused((struct encase_rule){ .desc = d, .verdict = &most }, 0);
	refused((struct encase_rule){ .desc = d, .verdict = &like_error }, -EINVAL);
	refused((struct encase_rule){ .desc = d, .verdict = &least }, -EINVAL);
	refused((struct encase_rule){ .desc = d, .verdict = &below }, 0);
	refused((struct encase_rule){ .desc = &lab_desc_overlaps, .verdict = &like_error }, 0);
	refused((struct encase_rule){ .desc = &lab_desc_never, .verdict = &like_error }, 0);
	refused((struct encase_rule){ .desc = &lab_desc_never, .verdict = &fails }, -EINVAL);
	refused(
		(struct encase_rule){
			.desc = d, .verdict = &fails, .handler = some_handler, .policy = policy },
		-EINVAL);
	refused((struct encase_rule){ .verdict = &fails, .where = none }, -EINVAL);
	refused((struct encase_rule){ .interface = &lab_calls, .verdict = &fails, .where = none },
		-EINVAL);
	refused((struct encase_rule){ .verdict = &returns },
		-EINVAL); /* of any call: which type? */
	refused((struct encase_rule){ .interface = &lab_calls, .verdict = &returns }, -EINVAL);
	refused((struct encase_rule){ .interface = &lab_calls,
				      .verdict = &fails,
				      .group = lab_ngroups },
		-EINVAL);
	refused((struct encase_rule){ .interface = &lab_calls, .verdict = &fails }, 0);
	refused((struct encase_rule){ .verdict = &fails }, 0);
}

static const struct encase_rule mine[] = { ENCASE_FAIL_IN(lab, arity1, EDOM), ENCASE_END };

Test(verdict_order, of_an_interface_that_is_not_spoken)
{
	static const struct encase_layer layer = { .name = "lab", .rules = mine };
	struct encase_setup setup = { .lower = &probe_lower };

	same(encase_cage_new(&setup, &cage), 0);
	same(encase_push(cage, &layer, NULL), -EINVAL);
	unit_free(cage);
}

/* Behind a rule that decides there is none for the same thing. */
static const struct encase_rule twice[][4] = {
	{ ENCASE_FAIL_IN(lab, arity1, 1), ENCASE_FAIL_IN(lab, arity1, 2), ENCASE_END },
	{ ENCASE_FAIL_IN(lab, arity1, 1), ENCASE_ON_IN(lab, arity1, own), ENCASE_END },
	{ ENCASE_ON_IN(lab, arity1, own), ENCASE_FAIL_IN(lab, arity1, 1, .a = ENCASE_IS(1)),
	  ENCASE_END },
	{ ENCASE_FAIL_IN(lab, arity1, 1, .a = { 0, 0 }), ENCASE_RETURN_IN(lab, arity1, 1),
	  ENCASE_END },
	{ ENCASE_FAIL_GROUP_IN(lab, first, 1), ENCASE_ON_GROUP_IN(lab, first, group), ENCASE_END },
	{ ENCASE_FAIL_ANY(1), ENCASE_ON_ANY(any), ENCASE_END },
	{ ENCASE_FAIL_ANY(1), ENCASE_FAIL_ANY(1), ENCASE_END },
};
static const struct encase_rule once[][4] = {
	{ ENCASE_FAIL_IN(lab, arity1, 1, .a = ENCASE_IS(0)), ENCASE_FAIL_IN(lab, arity1, 2),
	  ENCASE_END },
	{ ENCASE_FAIL_IN(lab, arity1, 1, .a = ENCASE_IS(0)),
	  ENCASE_FAIL_IN(lab, arity1, 1, .a = ENCASE_IS(0)), ENCASE_ON_IN(lab, arity1, own),
	  ENCASE_END },
	{ ENCASE_FAIL_IN(lab, arity1, 1, .a = { 0, 1 }), ENCASE_FAIL_IN(lab, arity1, 2),
	  ENCASE_END }, /* the first never holds */
	{ ENCASE_FAIL_GROUP_IN(lab, first, 1), ENCASE_FAIL_GROUP_IN(lab, second, 1), ENCASE_END },
	{ ENCASE_FAIL_ANY(1), ENCASE_FAIL_GROUP(file, 1), ENCASE_FAIL_IN(lab, arity1, 1),
	  ENCASE_END },
};

Test(verdict_order, two_rules_for_one_thing)
{
	for (size_t i = 0; i < LENGTH(twice); i++) {
		struct encase_layer layer = { .name = "twice", .rules = twice[i] };

		unit_row("row %zu", i);
		cage = unit_host_cage();
		same(encase_push(cage, &layer, NULL), -EEXIST);
		unit_free(cage);
	}
	for (size_t i = 0; i < LENGTH(once); i++) {
		struct encase_layer layer = { .name = "once", .rules = once[i] };

		unit_row("good row %zu", i);
		cage = unit_host_cage();
		same(encase_push(cage, &layer, NULL), 0);
		unit_free(cage);
	}
}
