/* SPDX-License-Identifier: MIT */
/*
 * Running a scenario: cages are made and entered, and what is left is logged.
 *
 * A run's events are bounded: when a scenario has had its share, handlers and
 * lower layers return at once, so that stacks in which every handler forwards
 * three times come to an end.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hits.h"
#include "script.h"

#define EVENTS 60
#define ROW    16   /* bytes of memory logged in a line */
#define BLOCK  1024 /* bytes that are compared at once */

struct run run;
unsigned long hits[NHITS];

/* What layers have for state: the name of one push. */
static char states[CAGES][LAYERS];

int script_start(void **state, const char *options)
{
	*state = &states[options[0] - '0'][options[1] - '0'];
	return 0;
}

bool script_weary(void)
{
	return run.events >= EVENTS;
}

void script_log(const char *format, ...)
{
	struct text text;
	int before = errno;
	va_list args;

	va_start(args, format);
	(void) vsnprintf(text.at, sizeof(text.at), format, args);
	va_end(args);
	log_line(run.log, "%*s%s", (int) (2 * run.depth), "", text.at);
	errno = before;
}

static void gate_log(const struct entry *entry, const char *what)
{
	struct text text = { .used = 0 };

	text_add(&text, "%s cage %u ", what, entry->cage);
	text_add_call(&text, entry->desc);
	for (unsigned i = 0; i < (entry->desc ? entry->desc->nargs : 6U); i++)
		text_add(&text, " %#llx", (unsigned long long) entry->word[i]);
	script_log("%s", text.at);
}

void script_gate(const struct entry *entry)
{
	struct encase_cage *cage = run.cage[entry->cage];
	encase_word result = 0;
	long rc;

	gate_log(entry, "gate:");
	run.depth++;
	run.gates++;
	if (entry->numbered)
		rc = run.engine->enter_number(cage, entry->interface, entry->number, entry->word);
	else if (entry->checked)
		rc = run.engine->enter_checked(cage, entry->desc, entry->word, &result);
	else
		rc = run.engine->enter(cage, entry->desc, entry->word);
	run.gates--;
	run.depth--;
	script_log("gate: = %ld result=%#llx errno=%d", rc, (unsigned long long) result, errno);
}

void script_nested_gate(bool below)
{
	const struct entry *entry = &run.scenario->entry[random_below(&run.random, ENTRIES)];
	struct encase_cage *mine = run.engine->caller();

	if (run.gates >= 3 || script_weary())
		return;
	if (below)
		hit(HIT_GATE_LOWER);
	else
		hit(mine == run.cage[entry->cage] ? HIT_GATE : HIT_GATE_OTHER);
	script_gate(entry);
}

/* -- Results -------------------------------------------------------------- */

int random_errno(void)
{
	static const int some[] = { 1, 2, 4, 5, 13, 14, 22, 34, 38, 133, 4094, 4095 };

	return RANDOM_OF(&run.random, some);
}

encase_word result_good(const struct sight *sight)
{
	const struct encase_desc *desc = &sight->shape;
	unsigned limit = desc->limit;
	uint64_t bound;

	if (!limit)
		return random_below(&run.random, random_chance(&run.random, 80) ? 12 : 120);
	bound = count_value(desc, limit - 1U, sight->word[limit - 1]);
	if (random_chance(&run.random, 30))
		return bound;
	return random_below(&run.random, bound < 100 ? bound + 1 : 100);
}

encase_word result_nonsense(const struct sight *sight)
{
	static const int64_t some[] = { -1,        -2,        -14,        -4095,      -4096,
					-5000,     INT32_MIN, INT32_MAX,  1LL << 32,  1LL << 40,
					INT64_MAX, INT64_MIN, 0x80000000, 0xffffffff, 0xfffffff2 };
	unsigned limit = sight->shape.limit;

	if (limit && random_chance(&run.random, 40))
		return count_value(&sight->shape, limit - 1U, sight->word[limit - 1]) + 1 +
		       random_below(&run.random, 3);
	if (random_chance(&run.random, 20))
		return random_word(&run.random);
	return (encase_word) RANDOM_OF(&run.random, some);
}

/* -- A run ---------------------------------------------------------------- */

static void cages_make(const struct engine *engine, struct scenario *scenario)
{
	for (unsigned i = 0; i < CAGES; i++) {
		const struct stack *stack = &scenario->stack[i];
		struct encase_setup setup = { .interfaces = scenario->spoken,
					      .lower = &script_lower,
					      .below = &run.cage[i],
					      .self = &run.cage[i],
					      .refuse = scenario->refuse[i],
					      .unknown = scenario->unknown[i] };

		plot_reset(&scenario->plot[i]);
		run.cage[i] = engine->cage_new(&setup, &scenario->plot[i]);
		for (unsigned j = 0; j < stack->nlayers; j++)
			log_line(run.log, "push: %d",
				 engine->push(run.cage[i], &stack->layer[j],
					      scenario_options(i, j)));
	}
}

static void log_memory(const struct plot *plot)
{
	const unsigned char *bytes = plot->memory.bytes, *initial = plot->initial;
	unsigned rows = 0;

	for (size_t at = 0; at < plot->memory.size && rows < 40; at += ROW) {
		size_t left = plot->memory.size - at;
		struct text text = { .used = 0 };

		if (left > BLOCK && !memcmp(bytes + at, initial + at, BLOCK))
			at += BLOCK - ROW;
		if (!memcmp(bytes + at, initial + at, left < ROW ? left : ROW))
			continue;
		text_add_bytes(&text, bytes + at, left < ROW ? left : ROW);
		log_line(run.log, "  %#zx %s", at, text.at);
		rows++;
	}
	log_line(run.log, "  memory %016llx",
		 (unsigned long long) text_sum(bytes, plot->memory.size));
}

static void log_remains(const struct engine *engine, const struct scenario *scenario)
{
	for (unsigned i = 0; i < CAGES; i++) {
		struct encase_traffic traffic = engine->traffic(run.cage[i]);

		if (scenario->plot[i].gathers) /* what is behind a bad argument may count */
			traffic.from_cage = 0;
		log_line(run.log, "cage %u: %llu bytes from it, %llu to it", i,
			 (unsigned long long) traffic.from_cage,
			 (unsigned long long) traffic.to_cage);
		log_memory(&scenario->plot[i]);
	}
	log_line(run.log, "layers' own memory %016llx", (unsigned long long) script_pool_sum());
}

void script_run(const struct engine *engine, struct scenario *scenario, struct log *log)
{
	log_clear(log);
	run = (struct run){
		.engine = engine, .scenario = scenario, .log = log, .random = scenario->run
	};
	script_pool_reset();
	cages_make(engine, scenario);
	for (unsigned i = 0; i < scenario->ntop; i++) {
		errno = (int) random_below(&run.random, 200);
		run.events = 0;
		script_gate(&scenario->entry[i]);
	}
	log_remains(engine, scenario);
	for (unsigned i = 0; i < CAGES; i++)
		engine->cage_free(run.cage[i]);
}
