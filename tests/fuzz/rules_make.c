/* SPDX-License-Identifier: MIT */
/*
 * Rules by hand: what the macros of encase/layer.h make, and what they would not: modes
 * and groups that there are not, verdicts that a call cannot have, no policy at all.
 */
#include <string.h>

#include "rules.h"

static struct encase_rule rules[LAYERS][RULES + 1];
static uint8_t policies[LAYERS][RULES][ENCASE_MAX_ARGS + 1];
static struct encase_verdict verdicts[LAYERS][RULES];
static struct encase_condition conditions[LAYERS][RULES][ENCASE_MAX_ARGS];

static void add_calls(struct kit_table *table)
{
	struct encase_desc *desc = kit_call(table, ENCASE_S64, 1);

	kit_scalar(desc, ENCASE_FD, ENCASE_S32);
	kit_buffer(desc, 0, ENCASE_IN, 1, 2, 0);
	kit_scalar(desc, ENCASE_SIZE, ENCASE_U64);
	kit_moved(desc, 2);
	desc = kit_call(table, ENCASE_S32, 2);
	kit_never(desc);
	desc = kit_call(table, ENCASE_S64, 3);
	kit_object(desc, ENCASE_NULLABLE, ENCASE_OUT, 16);
	kit_scalar(desc, ENCASE_FLAGS, ENCASE_U32);
	kit_overlaps(desc);
	desc = kit_call(table, ENCASE_S32, 6);
	kit_string(desc, ENCASE_STR, 0, 40);
	kit_string(desc, ENCASE_PATH, ENCASE_NULLABLE, 40);
}

void tables_make(void)
{
	static const char *const names[] = { "t0", "t1", "t2" };

	for (unsigned i = 0; i < 3; i++) {
		kit_table(&world.table[i], i, names[i]);
		add_calls(&world.table[i]);
	}
}

const struct encase_desc *call_any(void)
{
	uint64_t dice = random_below(&world.random, 100);
	const struct kit_table *table = &world.table[dice < 40 ? 0 : dice < 70 ? 1 : 2];

	if (dice >= 73)
		return encase_calls.calls[random_below(&world.random, encase_calls.ncalls)];
	return table->list[random_below(&world.random, table->interface.ncalls)];
}

static uint8_t mode_any(void)
{
	static const uint8_t modes[] = { 0,
					 0,
					 ENCASE_COPY,
					 ENCASE_COPY,
					 ENCASE_PASS,
					 ENCASE_PASS,
					 ENCASE_PASS | ENCASE_ONCE,
					 ENCASE_PASS | ENCASE_REPLACE,
					 ENCASE_NULLIFY };

	if (random_chance(&world.random, 3))
		return (uint8_t) random_below(&world.random, 256);
	return RANDOM_OF(&world.random, modes);
}

static void make_target(struct encase_rule *rule)
{
	uint64_t dice = random_below(&world.random, 100);

	if (dice < 60) {
		rule->desc = call_any();
	} else if (dice < 85) {
		rule->interface = &world.table[random_below(&world.random, 3)].interface;
		if (random_chance(&world.random, 40))
			rule->interface = &encase_calls;
		rule->group = (uint8_t) random_below(&world.random, 8);
	}
	if (random_chance(&world.random, 2))
		rule->interface = &encase_calls;
}

static void make_verdict(struct encase_rule *rule, struct encase_verdict *verdict,
			 struct encase_condition *where)
{
	static const int errors[] = { 0, 0, 1, 13, 4095, 4096, -1, INT32_MAX };

	rule->verdict = verdict;
	verdict->error = RANDOM_OF(&world.random, errors);
	verdict->value = random_below(&world.random, 40);
	if (random_chance(&world.random, 20))
		verdict->value = (encase_word) 0 - random_below(&world.random, 5000);
	memset(where, 0, ENCASE_MAX_ARGS * sizeof(*where));
	if (random_chance(&world.random, 50))
		return;
	rule->where = where;
	for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++) {
		if (random_chance(&world.random, 60))
			continue;
		where[i].mask = random_chance(&world.random, 50) ? 1 : UINT64_MAX;
		where[i].value = random_below(&world.random, 3);
	}
}

static void make_handler(struct encase_rule *rule, uint8_t *policy)
{
	unsigned n = rule->desc ? rule->desc->nargs : 0;

	rule->form = ENCASE_RAW;
	if (rule->desc && random_chance(&world.random, 50))
		rule->form = (uint8_t) random_below(&world.random, 3);
	else if (random_chance(&world.random, 2))
		rule->form = ENCASE_NATURAL;
	rule->handler = handler_for(rule->desc, rule->form);
	for (unsigned i = 0; i <= n; i++)
		policy[i] = mode_any();
	rule->policy = random_chance(&world.random, 2) ? NULL : policy;
}

void layer_make(unsigned i)
{
	unsigned n = (unsigned) random_below(&world.random, RULES + 1);

	memset(rules[i], 0, sizeof(rules[i]));
	for (unsigned r = 0; r < n; r++) {
		struct encase_rule *rule = &rules[i][r];

		make_target(rule);
		if (random_chance(&world.random, 35))
			make_verdict(rule, &verdicts[i][r], conditions[i][r]);
		if (!rule->verdict || random_chance(&world.random, 2))
			make_handler(rule, policies[i][r]);
	}
	world.layer[i].name = random_chance(&world.random, 2) ? NULL : "fuzz";
	world.layer[i].rules = random_chance(&world.random, 2) ? NULL : rules[i];
}

/* -- What a push must refuse ---------------------------------------------- */

static bool verdict_is_bad(const struct encase_rule *rule)
{
	int error = rule->verdict->error;

	return rule->handler || error < 0 || error > 4095 || (rule->where && !rule->desc) ||
	       (!error && !rule->desc) ||
	       (error && rule->desc && rule->desc->result == ENCASE_NEVER);
}

static bool handler_is_bad(const struct encase_rule *rule)
{
	if (!rule->policy)
		return true;
	if (!rule->desc)
		return rule->form != ENCASE_RAW || rule->policy[0] == ENCASE_NULLIFY;
	for (unsigned i = 0; i < rule->desc->nargs; i++) {
		uint8_t mode = rule->policy[i];

		if (!(rule->desc->pointers >> i & 1) || !mode)
			continue;
		if (mode & 0xe0 || (mode & ENCASE_COPY && mode != ENCASE_COPY) ||
		    (mode & (ENCASE_ONCE | ENCASE_REPLACE) && !(mode & ENCASE_PASS)) ||
		    (mode & ENCASE_NULLIFY && !(rule->desc->arg[i].kind & ENCASE_NULLABLE)))
			return true;
	}
	return rule->form == ENCASE_VARIADIC && !encase_text(rule->desc)->variadic;
}

bool layer_is_bad(const struct encase_layer *layer)
{
	if (!layer->name || !layer->rules)
		return true;
	for (const struct encase_rule *rule = layer->rules; !encase_is_end(rule); rule++) {
		const struct encase_interface *in =
			rule->desc ? rule->desc->interface : rule->interface;

		if (in == &world.table[2].interface ||
		    (rule->interface && rule->group >= rule->interface->ngroups))
			return true;
		if (rule->verdict ? verdict_is_bad(rule) : handler_is_bad(rule))
			return true;
	}
	return false;
}
