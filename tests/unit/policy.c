/* SPDX-License-Identifier: MIT */
/*
 * Which rule of a layer a call gets, and which of its pointers the rule's policy
 * shows: docs/forwarding.md, 1.2 and the head of section 2, through the macros of
 * encase/layer.h.
 */
#include "unit.h"

/* -- Which rule ----------------------------------------------------------- */

#define ANSWER(n)                                        \
	static long answer_##n(struct encase_call *call) \
	{                                                \
		(void) call;                             \
		return n;                                \
	}
ANSWER(1)
ANSWER(2)
ANSWER(3)
ANSWER(4)
ANSWER(5)
ANSWER(6)

static const struct encase_rule own_last[] = {
	ENCASE_ON_ANY(answer_1),
	ENCASE_ON_GROUP_IN(lab, second, answer_2),
	ENCASE_ON_GROUP_IN(lab, first, answer_3),
	ENCASE_ON_GROUP(creds, answer_4),
	ENCASE_ON_IN(lab, swap, answer_5),
	ENCASE_ON_IN(lab, arity1, answer_6),
	ENCASE_END,
};
static const struct encase_rule own_first[] = {
	ENCASE_ON_IN(lab, swap, answer_5),         ENCASE_ON_GROUP_IN(lab, first, answer_3),
	ENCASE_ON_GROUP_IN(lab, second, answer_2), ENCASE_ON_ANY(answer_1),
	ENCASE_ON_IN(lab, arity1, answer_6),       ENCASE_END,
};
static const struct encase_rule groups_alone[] = {
	ENCASE_ON_GROUP_IN(lab, third, answer_4),
	ENCASE_ON_GROUP_IN(lab, second, answer_2),
	ENCASE_ON_GROUP_IN(lab, first, answer_3),
	ENCASE_END,
};
static const struct encase_rule linux_groups[] = {
	ENCASE_ON_GROUP(desc, answer_2),
	ENCASE_ON_GROUP(file, answer_3),
	ENCASE_END,
};

#define BELOW 99 /* no rule: the lower layer answers */

/* Calls of lab: swap and arity3 are in %first and %second, ints8 in all three, arity1 in %first,
 * get in %second, pairs in none.  Of Linux: geteuid in %creds, openat in %file and %desc. */
static const struct {
	const char *what;
	const struct encase_rule *rules;
	const struct encase_desc *desc;
	long answer;
} precedence[] = {
	{ "own before groups and any", own_last, &lab_desc_swap, 5 },
	{ "own before groups and any, listed first", own_first, &lab_desc_swap, 5 },
	{ "own, listed last", own_first, &lab_desc_arity1, 6 },
	{ "the first listed group", own_last, &lab_desc_arity3, 2 },
	{ "the first listed group, other order", own_first, &lab_desc_arity3, 3 },
	{ "a later group, of the first not", own_last, &lab_desc_put, 3 },
	{ "a later group, of the first not", own_first, &lab_desc_get, 2 },
	{ "a group before any listed earlier", own_last, &encase_desc_geteuid, 4 },
	{ "any", own_last, &lab_desc_pairs, 1 },
	{ "any, for another table", own_first, &encase_desc_getpid, 1 },
	{ "three groups", groups_alone, &lab_desc_ints8, 4 },
	{ "two groups of three", groups_alone, &lab_desc_arity3, 2 },
	{ "one group of three", groups_alone, &lab_desc_arity1, 3 },
	{ "no group", groups_alone, &lab_desc_arity0, BELOW },
	{ "a group's number in another table", groups_alone, &encase_desc_stat, BELOW },
	{ "a group's number in another table", linux_groups, &lab_desc_put, BELOW },
	{ "two groups of Linux's", linux_groups, &encase_desc_openat, 2 },
	{ "one group of Linux's", linux_groups, &encase_desc_stat, 3 },
};

Test(policy, own_rule_then_first_group_then_any)
{
	for (size_t i = 0; i < LENGTH(precedence); i++) {
		struct encase_cage *cage = unit_host_cage();
		struct encase_layer layer = { .name = "row", .rules = precedence[i].rules };

		unit_row("%s", precedence[i].what);
		probe.result = BELOW;
		unit_push(cage, &layer);
		same(encase_enter(cage, precedence[i].desc, WORDS(WORD(unit_room), BELOW)),
		     precedence[i].answer);
		unit_free(cage);
	}
}

static char visited[8];

#define VISIT(c)                                        \
	static long visit_##c(struct encase_call *call) \
	{                                               \
		strcat(visited, #c);                    \
		return encase_forward(call);            \
	}
VISIT(a)
VISIT(b)
VISIT(c)

static const struct encase_rule rules_a[] = { ENCASE_ON_IN(lab, arity0, visit_a), ENCASE_END };
static const struct encase_rule rules_b[] = { ENCASE_ON_IN(lab, arity1, visit_b), ENCASE_END };
static const struct encase_rule rules_c[] = { ENCASE_ON_ANY(visit_c), ENCASE_END };

/* Newest first; a layer without a rule for a call is not visited. */
Test(policy, layers_without_a_rule_are_skipped)
{
	static const struct encase_layer a = { .name = "a", .rules = rules_a },
					 b = { .name = "b", .rules = rules_b },
					 c = { .name = "c", .rules = rules_c };
	static const struct {
		const struct encase_desc *desc;
		const char *visits;
	} rows[] = {
		{ &lab_desc_arity0, "acaa" },
		{ &lab_desc_arity1, "bcb" },
		{ &lab_desc_arity2, "c" },
	};
	const struct encase_layer *layers[] = { &a, &a, &b, &c, &b, &a };
	struct encase_cage *cage = unit_host_cage();

	for (size_t i = 0; i < LENGTH(layers); i++)
		unit_push(cage, layers[i]);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		unit_row("%s", rows[i].visits);
		visited[0] = 0;
		probe.calls = 0;
		same(encase_enter(cage, rows[i].desc, WORDS(1, 2)), 0);
		holds(!strcmp(visited, rows[i].visits));
		same(probe.calls, 1);
	}
	unit_free(cage);
}

/* -- Which pointers ------------------------------------------------------- */

/* The arguments shown of several(path, in, n, out, m, both): bits. */
enum { PATH = 1, IN = 2, OUT = 8, BOTH = 32, ALL = PATH | IN | OUT | BOTH };

static unsigned shown;

static long show(struct encase_call *call)
{
	shown = 0;
	for (unsigned i = 0; i < encase_call_desc(call)->nargs; i++)
		shown |= (unsigned) !!encase_arg(call, i) << i;
	return encase_forward(call);
}

static ssize_t show_naturally(const char *path, const void *in, size_t n, void *out, size_t m,
			      struct lab_pair *both)
{
	shown = (path ? PATH : 0) | (in ? IN : 0) | (out ? OUT : 0) | (both ? BOTH : 0);
	return lab_next_several(path, in, n, out, m, both);
}

static const struct {
	const char *what;
	struct encase_rule rule;
	unsigned shown;
} policies[] = {
	{ "default of a call", ENCASE_ON_IN(lab, several, show), ALL },
	{ "natural", ENCASE_ON_IN(lab, several, show_naturally), ALL },
	{ "one passed", ENCASE_ON_IN(lab, several, show, .in = ENCASE_PASS), ALL - IN },
	{ "natural", ENCASE_ON_IN(lab, several, show_naturally, .in = ENCASE_PASS), ALL - IN },
	{ "two passed", ENCASE_ON_IN(lab, several, show, .path = ENCASE_PASS, .both = ENCASE_PASS),
	  IN | OUT },
	{ "all passed", ENCASE_ON_IN(lab, several, show, ENCASE_PASS_POINTERS), 0 },
	{ "natural", ENCASE_ON_IN(lab, several, show_naturally, ENCASE_PASS_POINTERS), 0 },
	{ "all copied", ENCASE_ON_IN(lab, several, show, ENCASE_COPY_ALL), ALL },
	{ "all passed but one",
	  ENCASE_ON_IN(lab, several, show, ENCASE_PASS_POINTERS, .out = ENCASE_COPY), OUT },
	{ "all copied but one",
	  ENCASE_ON_IN(lab, several, show_naturally, ENCASE_COPY_ALL, .path = ENCASE_PASS),
	  ALL - PATH },
	{ "0 is no mode", ENCASE_ON_IN(lab, several, show, ENCASE_PASS_POINTERS, .out = 0), 0 },
	{ "0 is no mode", ENCASE_ON_IN(lab, several, show, .every = 0, .in = 0), ALL },
	{ "default of a group", ENCASE_ON_GROUP_IN(lab, third, show), 0 },
	{ "a group, passed", ENCASE_ON_GROUP_IN(lab, third, show, ENCASE_PASS), 0 },
	{ "a group, copied", ENCASE_ON_GROUP_IN(lab, third, show, ENCASE_COPY), ALL },
	{ "default of any", ENCASE_ON_ANY(show), 0 },
	{ "any, passed", ENCASE_ON_ANY(show, ENCASE_PASS), 0 },
	{ "any, copied", ENCASE_ON_ANY(show, ENCASE_COPY), ALL },
};

/* Counts arrive whatever the policy; below a hidden pointer is what it was. */
static long look_below(struct encase_call *call)
{
	same(encase_arg_word(call, 2), 3);
	same(encase_arg_word(call, 4), 5);
	for (unsigned i = 0; i < encase_call_desc(call)->nargs; i++)
		if (ALL >> i & 1)
			same(shown >> i & 1, encase_arg_word(call, i) < UNIT_ROOM ? 0 : 1);
	return 0;
}

Test(policy, modes_and_their_defaults)
{
	probe.answer = look_below;
	for (size_t i = 0; i < LENGTH(policies); i++) {
		struct encase_rule rules[] = { policies[i].rule, ENCASE_END };
		struct encase_layer layer = { .name = "row", .rules = rules };
		struct encase_cage *cage = unit_arena_cage();

		unit_row("%s", policies[i].what);
		shown = ~0U;
		unit_push(cage, &layer);
		same(enter_lab(cage, several, 8, 16, 3, 24, 5, 32), 0);
		same(shown, policies[i].shown);
		unit_free(cage);
	}
	same(probe.calls, LENGTH(policies));
}

/* Rules made without the macros may leave even the one mode out. */
Test(policy, no_mode_at_all)
{
	static const uint8_t none[ENCASE_MAX_ARGS + 1];
	struct encase_rule rules[] = { { .policy = none, .form = ENCASE_RAW }, ENCASE_END };
	struct encase_layer layer = { .name = "none", .rules = rules };

	rules[0].handler = (encase_fn *) show;
	for (unsigned what = 0; what < 3; what++) {
		struct encase_cage *cage = unit_arena_cage();

		unit_row("%u", what);
		rules[0].desc = what == 2 ? &lab_desc_several : NULL;
		rules[0].interface = what == 1 ? &lab_calls : NULL;
		rules[0].group = what == 1 ? lab_group_third : 0;
		unit_push(cage, &layer);
		same(enter_lab(cage, several, 8, 16, 3, 24, 5, 32), 0);
		same(shown, what == 2 ? ALL : 0);
		unit_free(cage);
	}
}

static const struct encase_rule copy_any[] = { ENCASE_ON_ANY(show, ENCASE_COPY), ENCASE_END };

/* A group's and an any-rule's mode is for calls of all shapes, those without pointers included. */
Test(policy, one_mode_for_all_calls)
{
	static const struct encase_layer layer = { .name = "any", .rules = copy_any };
	struct encase_cage *cage = unit_arena_cage();

	unit_push(cage, &layer);
	for (size_t i = 0; i < lab_calls.ncalls; i++) {
		const struct encase_desc *desc = lab_calls.calls[i];

		unit_row("%s", encase_text(desc)->name);
		same(encase_enter(cage, desc, WORDS(8, 8, 8, 8, 8, 8, 8, 8)), 0);
		same(shown, desc->pointers);
	}
	same(probe.calls, lab_calls.ncalls);
	unit_free(cage);
}
