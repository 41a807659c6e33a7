/* SPDX-License-Identifier: MIT */
/*
 * Random tables of calls.
 *
 * A call has up to eight arguments.  Two or more may be counts, of any integer
 * type; buffers name one of them.  Result and arguments are combined as the
 * grammar in encase/table.h allows: only FAILS with -1 has a limit, and the buffers
 * of a transfer are counted in bytes.
 */
#include "scenario.h"

struct plan {
	unsigned nargs;
	uint8_t counts[2]; /* positions; the same twice if there is one */
	bool counted;
	bool moved; /* a transfer of as many bytes as counts[0] says */
};

static const char *const table_names[TABLES] = { "t0", "t1", "t2" };

static void add_buffer(struct encase_desc *desc, struct random *random, const struct plan *plan)
{
	static const uint8_t units[] = { 1, 1, 1, 2, 3, 4, 8, 24 };
	static const uint8_t dirs[] = { ENCASE_IN, ENCASE_OUT, ENCASE_OUT, ENCASE_IN | ENCASE_OUT };
	unsigned null = random_chance(random, 30) ? ENCASE_NULLABLE : 0;
	unsigned len = RANDOM_OF(random, plan->counts), unit = RANDOM_OF(random, units);
	unsigned dir = RANDOM_OF(random, dirs);

	if (plan->moved && len == plan->counts[0])
		unit = 1;
	kit_buffer(desc, null, dir, unit, len, dir != ENCASE_IN && random_chance(random, 70));
}

static void add_pointer(struct encase_desc *desc, struct random *random, const struct plan *plan)
{
	static const uint16_t bounds[] = { 1, 2, 5, 16, 64, 300, 4096 };
	static const uint16_t sizes[] = { 1, 2, 4, 7, 16, 48, 144 };
	static const uint8_t dirs[] = { ENCASE_IN, ENCASE_OUT, ENCASE_IN | ENCASE_OUT };
	unsigned null = random_chance(random, 30) ? ENCASE_NULLABLE : 0;
	unsigned kind = random_chance(random, 50) ? ENCASE_PATH : ENCASE_STR;
	unsigned bound = RANDOM_OF(random, bounds), size = RANDOM_OF(random, sizes);
	unsigned dir = RANDOM_OF(random, dirs);
	uint64_t dice = random_below(random, 100);

	if (plan->counted && dice < 55)
		add_buffer(desc, random, plan);
	else if (dice < 78)
		kit_object(desc, null, dir, size);
	else
		kit_string(desc, kind, null, bound);
}

static void add_argument(struct encase_desc *desc, struct random *random, const struct plan *plan)
{
	static const uint8_t integers[] = { ENCASE_S8,  ENCASE_U8,  ENCASE_S16, ENCASE_U16,
					    ENCASE_S32, ENCASE_S32, ENCASE_U32, ENCASE_U32,
					    ENCASE_S64, ENCASE_S64, ENCASE_U64, ENCASE_U64,
					    ENCASE_U64 };
	unsigned kind = (unsigned) random_below(random, ENCASE_ADDR + 1);
	unsigned type = (unsigned) random_below(random, ENCASE_POINTER + 1), i = desc->nargs;

	if (plan->counted && (i == plan->counts[0] || i == plan->counts[1]))
		kit_scalar(desc, ENCASE_SIZE, RANDOM_OF(random, integers));
	else if (random_chance(random, 30))
		kit_scalar(desc, kind, type);
	else
		add_pointer(desc, random, plan);
}

static unsigned result_type(struct random *random)
{
	static const uint8_t types[] = { ENCASE_S32,     ENCASE_S32, ENCASE_S32, ENCASE_S64,
					 ENCASE_S64,     ENCASE_S64, ENCASE_U64, ENCASE_U32,
					 ENCASE_POINTER, ENCASE_S8,  ENCASE_U8,  ENCASE_S16,
					 ENCASE_U16 };

	return RANDOM_OF(random, types);
}

static void choose_result(struct encase_desc *desc, struct random *random, struct plan *plan)
{
	static const int8_t failures[] = { 0, 0, -1, -2, 5, 127, -128 };
	uint64_t dice = random_below(random, 100);

	if (plan->counted && dice < 25) {
		kit_count(desc, plan->counts[0]);
	} else if (plan->counted && dice < 45) {
		kit_moved(desc, plan->counts[0]);
		plan->moved = true;
	} else if (dice < 55) {
		kit_fails_with(desc, RANDOM_OF(random, failures));
	} else if (dice < 65) {
		kit_never(desc);
	} else if (dice < 78) {
		kit_overlaps(desc);
	}
}

/* A few groups, or none. */
static uint64_t random_groups(struct random *random)
{
	uint64_t some = random_word(random), others = random_word(random);

	return some & others & ((1U << KIT_GROUPS) - 1);
}

static void make_call(struct kit_table *table, struct random *random)
{
	struct plan plan = { .nargs = (unsigned) random_below(random, ENCASE_MAX_ARGS + 1) };
	unsigned type = result_type(random);
	struct encase_desc *desc = kit_call(table, type, random_groups(random));

	if (plan.nargs >= 2 && random_chance(random, 85)) {
		plan.counted = true;
		plan.counts[0] = (uint8_t) random_below(random, plan.nargs);
		plan.counts[1] = plan.counts[0];
		if (plan.nargs >= 4 && random_chance(random, 40))
			plan.counts[1] = (uint8_t) random_below(random, plan.nargs);
	}
	choose_result(desc, random, &plan);
	if (random_chance(random, 50))
		kit_blind(desc);
	kit_class(desc, (unsigned) random_below(random, ENCASE_COMMAND + 1));
	for (unsigned i = 0; i < plan.nargs; i++)
		add_argument(desc, random, &plan);
}

void tables_make(struct scenario *scenario, struct random *random)
{
	scenario->nspoken = 1 + (unsigned) random_below(random, 2);
	for (unsigned i = 0; i < TABLES; i++) {
		unsigned ncalls = 1 + (unsigned) random_below(random, 4);

		kit_table(&scenario->table[i], i, table_names[i]);
		for (unsigned c = 0; c < ncalls; c++)
			make_call(&scenario->table[i], random);
		scenario->spoken[i] = i < scenario->nspoken ? &scenario->table[i].interface : NULL;
	}
}

const struct encase_desc *scenario_call(const struct scenario *scenario, struct random *random)
{
	unsigned n = random_chance(random, 8) ? TABLES : scenario->nspoken;
	const struct kit_table *table = &scenario->table[random_below(random, n)];

	return table->list[random_below(random, table->interface.ncalls)];
}
