/* SPDX-License-Identifier: MIT */
/*
 * Making scenarios, and printing them.
 *
 * Each layer has one to five rules: for calls, for groups, for any call; half of
 * the scenarios have one call for which every layer has a rule, so that calls go
 * deep.  Policies name some arguments, or all by .every, or nothing; now and
 * then a mode is none, and the layer cannot be pushed.
 */
#include <stdio.h>
#include <string.h>

#include "scenario.h"
#include "script.h"

static const char *const layer_names[CAGES][LAYERS] = {
	{ "A0", "A1", "A2", "A3", "A4", "A5" },
	{ "B0", "B1", "B2", "B3", "B4", "B5" },
};
/* By its options a layer's start() knows which push it is for. */
static const char *const options[CAGES][LAYERS] = {
	{ "00", "01", "02", "03", "04", "05" },
	{ "10", "11", "12", "13", "14", "15" },
};

const char *scenario_options(unsigned cage, unsigned layer)
{
	return options[cage][layer];
}

static uint8_t random_mode(struct random *random, bool null)
{
	static const uint8_t modes[] = { 0,           0,           ENCASE_COPY, ENCASE_COPY,
					 ENCASE_COPY, ENCASE_COPY, ENCASE_COPY, KIT_PASSES };

	if (random_below(random, 400) == 0)
		return (uint8_t) random_below(random, random_chance(random, 90) ? 32 : 256);
	return null && random_chance(random, 22) ? ENCASE_NULLIFY : RANDOM_OF(random, modes);
}

/* Is there a rule for the same already?  The rules before this one end with it. */
static bool twice(const struct encase_rule *first, const struct encase_rule *rule)
{
	for (; first < rule; first++)
		if ((first->handler || !first->where) && first->desc == rule->desc &&
		    first->interface == rule->interface && first->group == rule->group)
			return true;
	return false;
}

static void choose_calls(struct scenario *scenario, struct random *random, struct encase_rule *rule)
{
	const struct kit_table *table = &scenario->table[random_below(random, scenario->nspoken)];
	uint64_t dice = random_below(random, 100);

	if (dice < 60) {
		rule->desc = table->list[random_below(random, table->interface.ncalls)];
	} else if (dice < 85) {
		rule->interface = &table->interface;
		rule->group = (uint8_t) random_below(random, KIT_GROUPS);
	}
}

/* Of words that may be addresses of layers' own, which differ, only null is asked for. */
static struct encase_condition random_condition(struct random *random, bool pointer)
{
	encase_word small = random_below(random, 4);

	if (pointer)
		return (struct encase_condition){ random_chance(random, 70) ? UINT64_MAX : 0, 0 };
	switch (random_below(random, 5)) {
	case 0:
		return (struct encase_condition) ENCASE_IS(small);
	case 1:
		return (struct encase_condition) ENCASE_HAS(UINT64_C(1)
							    << random_below(random, 64));
	case 2:
		return (struct encase_condition){ 3, small };
	default:
		return (struct encase_condition){ 1, small & 1 };
	}
}

static void make_verdict(struct scenario *scenario, unsigned cage, unsigned layer, unsigned used,
			 struct random *random)
{
	static const int64_t values[] = { 0, 0,   0,   1,    1,  3,     3,        7,
					  7, 100, 100, 1000, -1, -5000, INT64_MIN };
	struct stack *stack = &scenario->stack[cage];
	struct encase_rule *rule = &stack->rule[layer][used];
	struct encase_verdict *verdict = &stack->verdict[layer][used];
	struct encase_condition *where = stack->where[layer][used];

	bool fails = !rule->desc || rule->desc->result != ENCASE_NEVER;

	rule->verdict = verdict;
	if (random_chance(random, 3))
		fails = !fails;
	if (fails && (!rule->desc || random_chance(random, 50)))
		verdict->error = 1 + (int) random_below(random, 4095);
	else
		verdict->value = (encase_word) RANDOM_OF(random, values);
	if (!rule->desc || random_chance(random, 20))
		return;
	rule->where = where;
	for (unsigned i = 0; i < rule->desc->nargs; i++)
		if (random_chance(random, 40))
			where[i] = random_condition(random, points(rule->desc, i));
}

/* A length mostly has a mode that its buffer's allows. */
static void mend_length(struct random *random, const struct encase_desc *desc, unsigned i,
			uint8_t *policy)
{
	unsigned length = desc->arg[i].count, mode = policy[i];
	bool shown;

	if (!mode)
		mode = policy[desc->nargs] ? policy[desc->nargs] : (unsigned) ENCASE_COPY;
	shown = mode == ENCASE_COPY || mode & ENCASE_REPLACE;
	policy[length] = ENCASE_COPY;
	if (!shown && random_chance(random, 60))
		policy[length] =
			random_chance(random, 50) ? ENCASE_PASS : ENCASE_PASS | ENCASE_ONCE;
	if (mode == ENCASE_NULLIFY && desc->arg[length].kind & ENCASE_NULLABLE &&
	    random_chance(random, 40))
		policy[length] = ENCASE_NULLIFY;
}

static void make_policy(struct random *random, const struct encase_rule *rule, uint8_t *policy)
{
	unsigned n = rule->desc ? rule->desc->nargs : 0;
	bool null = rule->desc != NULL; /* may every argument without a mode be null? */

	for (unsigned i = 0; i < n; i++) {
		bool may = rule->desc->arg[i].kind & ENCASE_NULLABLE;

		if (!points(rule->desc, i))
			continue;
		policy[i] = random_mode(random, may);
		null &= may || policy[i];
	}
	policy[n] = random_mode(random, null);
	for (unsigned i = 0; i < n; i++)
		if (is_pointed(rule->desc, i) && random_chance(random, 90))
			mend_length(random, rule->desc, i, policy);
}

static void make_layer(struct scenario *scenario, unsigned cage, unsigned layer,
		       const struct encase_desc *always, struct random *random)
{
	struct stack *stack = &scenario->stack[cage];
	struct encase_rule *rules = stack->rule[layer];
	unsigned nrules = 1 + (unsigned) random_below(random, RULES), used = 0;

	for (unsigned i = 0; i < nrules; i++) {
		struct encase_rule *rule = &rules[used];

		memset(rule, 0, sizeof(*rule));
		if (i == 0 && always)
			rule->desc = always;
		else
			choose_calls(scenario, random, rule);
		if (twice(rules, rule) && !random_chance(random, 2))
			continue;
		if (random_chance(random, 25)) {
			make_verdict(scenario, cage, layer, used++, random);
			continue;
		}
		rule->form = !rule->desc || random_chance(random, 50) ? ENCASE_RAW : ENCASE_NATURAL;
		rule->handler = script_handler((cage * LAYERS + layer) * RULES + used, rule->form);
		rule->policy = stack->policy[layer][used];
		make_policy(random, rule, stack->policy[layer][used]);
		used++;
	}
	memset(&rules[used], 0, sizeof(rules[used]));
	stack->layer[layer] = (struct encase_layer){ .name = layer_names[cage][layer],
						     .rules = rules,
						     .start = script_start };
}

void stack_make(struct scenario *scenario, unsigned cage, struct random *random)
{
	const struct encase_desc *always = NULL;
	unsigned most = cage ? 2 : LAYERS;

	if (random_chance(random, 60))
		always = scenario->entry[0].desc;
	scenario->stack[cage].nlayers = (unsigned) random_below(random, most + 1);
	if (always && random_chance(random, 25))
		scenario->stack[cage].nlayers = most;
	for (unsigned i = 0; i < scenario->stack[cage].nlayers; i++)
		make_layer(scenario, cage, i, always, random);
}

static void make_entry(struct scenario *scenario, struct random *random, unsigned i)
{
	struct entry *entry = &scenario->entry[i];

	if (i == 0)
		entry->desc = scenario->table[0].list[0];
	else
		entry->desc = scenario_call(scenario, random);
	entry->interface = entry->desc->interface;
	entry->number = encase_text(entry->desc)->number;
	entry->numbered = entry->desc->nargs <= 6 && random_chance(random, 15);
	if (!i || !random_chance(random, 8))
		return;
	entry->desc = NULL;
	entry->number = 100000;
	entry->numbered = true;
}

static void make_rest(struct scenario *scenario, struct random *random, unsigned cage)
{
	if (random_chance(random, 20))
		scenario->refuse[cage] = 1 + (int) random_below(random, 4095);
	scenario->unknown[cage] = random_chance(random, 60);
}

/* The call that is made first: many strings are too long only in a large memory. */
static bool has_strings(const struct scenario *scenario)
{
	const struct encase_desc *desc = scenario->table[0].list[0];

	for (unsigned i = 0; i < desc->nargs; i++)
		if (deep_of(desc, i) == ENCASE_STRINGS)
			return true;
	return false;
}

void scenario_draw(struct scenario *scenario, struct random random, struct random running)
{
	memset(scenario, 0, sizeof(*scenario));
	scenario->run = running;
	tables_make(scenario, &random);
	for (unsigned i = 0; i < CAGES; i++)
		plot_make(&scenario->plot[i], &random, has_strings(scenario) ? 65 : 2);
	scenario->ntop = 1 + (unsigned) random_below(&random, 3);
	for (unsigned i = 0; i < ENTRIES; i++) {
		struct entry *entry = &scenario->entry[i];

		entry->cage = i && random_chance(&random, 40);
		entry->checked = random_chance(&random, 60);
		make_entry(scenario, &random, i);
		words_make(&scenario->plot[entry->cage], &random, entry);
	}
	for (unsigned i = 0; i < CAGES; i++) {
		stack_make(scenario, i, &random);
		make_rest(scenario, &random, i);
	}
}

void scenario_make(struct scenario *scenario, uint64_t seed)
{
	scenario_draw(scenario, (struct random){ .state = seed * 2 },
		      (struct random){ .state = seed * 2 + 1 });
	scenario->seed = seed;
}

void scenario_free(struct scenario *scenario)
{
	for (unsigned i = 0; i < CAGES; i++)
		plot_free(&scenario->plot[i]);
}
