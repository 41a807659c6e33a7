/* SPDX-License-Identifier: MIT */
/*
 * Scenarios in readable form, as TAP comments.
 *
 * Tables come in the grammar of encase/table.h, nearly ("?" is NULLABLE), then each
 * cage with its memory and its stack, newest layer first, then the entries with
 * their words.
 */
#include <stdio.h>

#include "scenario.h"

void text_add_call(struct text *text, const struct encase_desc *desc)
{
	if (!desc) {
		text_add(text, "unknown");
		return;
	}
	text_add(text, "%s.%s", desc->interface->name, encase_text(desc)->name);
}

static void add_argument(struct text *text, const struct encase_desc *desc, unsigned i)
{
	static const char *const dirs[] = { "", "IN", "OUT", "INOUT" };
	static const char *const deeps[] = { "VEC",    "BITS", "NODES",   "PAGES",
					     "LETTER", "MSGS", "SIZED",   "TRAILED",
					     "PAIR",   "MSG",  "STRINGS", "OPAQUE" };
	const struct encase_arg *arg = &desc->arg[i];
	const char *dir = dirs[arg->kind >> 6];

	switch (kind_of(desc, i)) {
	case ENCASE_STR:
	case ENCASE_PATH:
		text_add(text, " %s(%u)", kind_of(desc, i) == ENCASE_STR ? "STR" : "PATH",
			 arg->size);
		break;
	case ENCASE_BUF:
		if (is_pointed(desc, i)) {
			text_add(text, " %s_LEN(a%u)", dir, arg->count);
			break;
		}
		text_add(text, " %s%s_N(%u * a%u)", dir, arg->kind & ENCASE_FILLED ? "" : "_ALL",
			 arg->size, arg->count);
		break;
	case ENCASE_DEEP:
		if (deep_of(desc, i) >= ENCASE_SIZED) {
			text_add(text, " %s_%s(%u, %u)", dir, deeps[deep_of(desc, i)], arg->count,
				 least_of(desc, i));
			break;
		}
		text_add(text, " %s%s_%s(a%u)", dir, arg->kind & ENCASE_FILLED ? "" : "_ALL",
			 deeps[deep_of(desc, i)], arg->count);
		break;
	case ENCASE_VARIES:
		text_add(text, " ARG");
		break;
	case ENCASE_OBJ:
		text_add(text, " %s_OBJ(%u)", dir, arg->size);
		break;
	default:
		text_add(text, " %s", encase_text(desc)->arg[i].type);
	}
	if (points(desc, i) && (arg->kind & ENCASE_NULLABLE))
		text_add(text, "?");
	if (encase_text(desc)->anyway >> i & 1)
		text_add(text, " ANYWAY");
}

static void print_call(const struct encase_desc *desc)
{
	static const char *const results[] = { "FAILS", "NEVER", "OVERLAPS" };
	const struct encase_text *names = encase_text(desc);
	struct text text = { .used = 0 };

	text_add_call(&text, desc);
	text_add(&text, " %s %s", names->result, results[desc->result]);
	if (desc->result == ENCASE_FAILS)
		text_add(&text, " with %lld", (long long) desc->fail);
	if (desc->limit)
		text_add(&text, " %s(a%u)", names->transfer ? "MOVED" : "COUNT", desc->limit - 1U);
	text_add(&text, " groups %#llx:", (unsigned long long) names->groups);
	for (unsigned i = 0; i < desc->nargs; i++)
		add_argument(&text, desc, i);
	printf("#   %s\n", text.at);
	for (unsigned k = 0; names->shape && k < KIT_SHAPES; k++) {
		encase_word words[ENCASE_MAX_ARGS] = { k };
		struct encase_desc shape = shape_of(desc, words);
		struct text one = { .used = 0 };

		for (unsigned i = 0; i < shape.nargs; i++)
			add_argument(&one, &shape, i);
		printf("#       a0 & 3 == %u:%s\n", k, one.at);
	}
}

static void add_mode(struct text *text, unsigned mode)
{
	static const char *const names[] = { "COPY", "PASS", "NULLIFY", "ONCE", "REPLACE" };

	for (unsigned bit = 0; bit < 8; bit++)
		if (mode >> bit & 1)
			text_add(text, "%s%s", mode & ((1U << bit) - 1) ? "|" : "",
				 bit < 5 ? names[bit] : "?");
}

static void print_rule(const struct encase_rule *rule)
{
	unsigned n = rule->desc ? rule->desc->nargs : 0;
	struct text text = { .used = 0 };

	if (rule->desc)
		text_add_call(&text, rule->desc);
	else if (rule->interface)
		text_add(&text, "%s %s", rule->interface->name,
			 rule->interface->groups[rule->group]);
	else
		text_add(&text, "any");
	if (rule->verdict) {
		text_add(&text, " verdict: errno %d, value %lld", rule->verdict->error,
			 (long long) rule->verdict->value);
		for (unsigned i = 0; rule->where && i < n; i++)
			text_add(&text, " a%u & %#llx == %#llx", i,
				 (unsigned long long) rule->where[i].mask,
				 (unsigned long long) rule->where[i].value);
		printf("#     %s\n", text.at);
		return;
	}
	text_add(&text, rule->form ? " raw" : " natural");
	for (unsigned i = 0; i < n; i++)
		if (points(rule->desc, i)) {
			text_add(&text, " a%u:", i);
			add_mode(&text, rule->policy[i]);
		}
	text_add(&text, " every:");
	add_mode(&text, rule->policy[n]);
	printf("#     %s\n", text.at);
}

static void print_cage(const struct scenario *scenario, unsigned cage)
{
	static const char *const kinds[] = { "arena", "near", "far", "host" };
	const struct plot *plot = &scenario->plot[cage];
	const struct stack *stack = &scenario->stack[cage];

	printf("# cage %u: %s memory of %#zx bytes", cage, kinds[plot->kind], plot->memory.size);
	if (plot->memory.hole_size)
		printf(", hole %#zx+%zu", plot->memory.hole, plot->memory.hole_size);
	if (plot->memory.stone_size)
		printf(", stone %#zx+%zu", plot->memory.stone, plot->memory.stone_size);
	printf("; refuse %d, unknown %d\n", scenario->refuse[cage], scenario->unknown[cage]);
	for (unsigned i = stack->nlayers; i--;) {
		printf("#   layer %s\n", stack->layer[i].name);
		for (const struct encase_rule *rule = stack->rule[i]; !encase_is_end(rule); rule++)
			print_rule(rule);
	}
}

void scenario_print(const struct scenario *scenario)
{
	printf("# seed %llu; %u of the tables are spoken\n", (unsigned long long) scenario->seed,
	       scenario->nspoken);
	for (unsigned i = 0; i < TABLES; i++)
		for (unsigned c = 0; c < scenario->table[i].interface.ncalls; c++)
			print_call(scenario->table[i].list[c]);
	for (unsigned i = 0; i < CAGES; i++)
		print_cage(scenario, i);
	for (unsigned i = 0; i < ENTRIES; i++) {
		const struct entry *entry = &scenario->entry[i];
		struct text text = { .used = 0 };

		text_add_call(&text, entry->desc);
		for (unsigned j = 0; j < (entry->desc ? entry->desc->nargs : 6U); j++)
			text_add(&text, " %#llx", (unsigned long long) entry->word[j]);
		printf("# entry %u%s%s, cage %u: %s\n", i, i < scenario->ntop ? " (top)" : "",
		       entry->numbered ? " by number" : "", entry->cage, text.at);
	}
}
