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
	bool varies; /* from this argument on: */
	unsigned varying;
	uint8_t length; /* the position of a length that a buffer points to it with; or nargs */
	bool taken;     /* some buffer does */
	uint8_t many;   /* the position of what counts messages, and nothing else; or nargs */
	bool many_taken;
	bool moved; /* a transfer of as many bytes as counts[0] says */
};

static const char *const table_names[TABLES] = { "t0", "t1", "t2" };

/* The last argument, if it is read and written whole, may be written by calls that fail, too. */
static void add_anyway(struct encase_desc *desc, struct random *random, unsigned percent)
{
	static const unsigned both = ENCASE_IN | ENCASE_OUT;
	unsigned i = desc->nargs - 1U;

	if ((desc->arg[i].kind & (both | ENCASE_FILLED)) == both && random_chance(random, percent))
		kit_anyway(desc, i);
}

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
	add_anyway(desc, random, 70);
}

/* Sometimes the length comes before the buffer. */
static void add_pointed(struct encase_desc *desc, struct random *random, struct plan *plan)
{
	static const uint8_t dirs[] = { ENCASE_OUT, ENCASE_OUT, ENCASE_IN | ENCASE_OUT, ENCASE_IN };
	unsigned null = random_chance(random, 50) ? ENCASE_NULLABLE : 0;

	plan->taken = true;
	kit_pointed(desc, null, RANDOM_OF(random, dirs), plan->length);
}

static void add_vector(struct encase_desc *desc, struct random *random, const struct plan *plan)
{
	static const uint8_t dirs[] = { ENCASE_IN, ENCASE_OUT, ENCASE_OUT, ENCASE_IN | ENCASE_OUT };
	unsigned null = random_chance(random, 30) ? ENCASE_NULLABLE : 0;
	unsigned len = RANDOM_OF(random, plan->counts), dir = RANDOM_OF(random, dirs);

	kit_vector(desc, null, dir, len, dir != ENCASE_IN && random_chance(random, 75));
}

/* Sets of bits, pages, letters; whatever of it is written as far as the result says. */
static void add_deep(struct encase_desc *desc, struct random *random, const struct plan *plan)
{
	static const uint8_t dirs[] = { ENCASE_IN, ENCASE_OUT, ENCASE_OUT, ENCASE_IN | ENCASE_OUT };
	unsigned null = random_chance(random, 70) ? ENCASE_NULLABLE : 0;
	unsigned which = ENCASE_BITS + (unsigned) random_below(random, 4);
	unsigned len = RANDOM_OF(random, plan->counts), dir = RANDOM_OF(random, dirs);

	kit_deep(desc, null, dir, which, len, dir != ENCASE_IN && random_chance(random, 50));
}

/* What tells itself how far it reaches. */
static void add_self(struct encase_desc *desc, struct random *random)
{
	static const uint8_t leasts[] = { 8, 16, 24, 64 };
	static const uint8_t dirs[] = { ENCASE_IN, ENCASE_IN | ENCASE_OUT };
	unsigned null = random_chance(random, 45) ? ENCASE_NULLABLE : 0;
	unsigned dir = RANDOM_OF(random, dirs), least = RANDOM_OF(random, leasts);
	uint64_t dice = random_below(random, 100);

	if (dice < 20)
		kit_self(desc, null, dir, ENCASE_SIZED, least - 4 * (unsigned) (dice % 2 + 1),
			 least);
	else if (dice < 35)
		kit_self(desc, null, dir, ENCASE_TRAILED, 0, 8);
	else if (dice < 51)
		kit_self(desc, null, ENCASE_IN, ENCASE_PAIR, 0, 16);
	else if (dice < 67)
		kit_self(desc, null, ENCASE_IN, ENCASE_STRINGS, 0, 8);
	else if (dice < 94)
		kit_self(desc, null, dir, ENCASE_MESSAGE, 0, 56);
	else
		kit_self(desc, dice < 98 ? ENCASE_NULLABLE : 0, ENCASE_IN, ENCASE_OPAQUE, 0, 0);
	if (dice < 35)
		add_anyway(desc, random, 50);
}

static void add_messages(struct encase_desc *desc, struct random *random, struct plan *plan)
{
	unsigned null = random_chance(random, 30) ? ENCASE_NULLABLE : 0;

	plan->many_taken = true;
	kit_deep(desc, null, ENCASE_IN | ENCASE_OUT, ENCASE_MESSAGES, plan->many,
		 random_chance(random, 60));
}

static void add_pointer(struct encase_desc *desc, struct random *random, struct plan *plan)
{
	static const uint16_t bounds[] = { 1, 2, 5, 16, 64, 300, 4096 };
	static const uint16_t sizes[] = { 1, 2, 4, 7, 16, 48, 144 };
	static const uint8_t dirs[] = { ENCASE_IN, ENCASE_OUT, ENCASE_IN | ENCASE_OUT };
	unsigned null = random_chance(random, 30) ? ENCASE_NULLABLE : 0;
	unsigned kind = random_chance(random, 50) ? ENCASE_PATH : ENCASE_STR;
	unsigned bound = RANDOM_OF(random, bounds), size = RANDOM_OF(random, sizes);
	unsigned dir = RANDOM_OF(random, dirs);
	uint64_t dice = random_below(random, 100);

	if (plan->length < plan->nargs && !plan->taken && dice < 60)
		add_pointed(desc, random, plan);
	else if (plan->many < plan->nargs && !plan->many_taken && dice < 70)
		add_messages(desc, random, plan);
	else if (random_chance(random, 25))
		add_self(desc, random);
	else if (plan->counted && dice < 22)
		add_vector(desc, random, plan);
	else if (plan->counted && dice < 40)
		add_deep(desc, random, plan);
	else if (plan->counted && dice < 64)
		add_buffer(desc, random, plan);
	else if (dice < 78)
		kit_object(desc, null, dir, size);
	else
		kit_string(desc, kind, null, bound);
	if (kind_of(desc, desc->nargs - 1U) == ENCASE_OBJ)
		add_anyway(desc, random, 50);
}

static void add_length(struct encase_desc *desc, struct random *random)
{
	unsigned null = random_chance(random, 50) ? ENCASE_NULLABLE : 0;

	kit_object(desc, null, ENCASE_IN | ENCASE_OUT, random_chance(random, 70) ? 4 : 8);
	add_anyway(desc, random, 30);
}

/* Where it is read and written, what varies may be written by calls that fail. */
static void add_varying(struct encase_desc *desc, struct random *random)
{
	if (random_chance(random, 20))
		kit_scalar(desc, ENCASE_MODE, ENCASE_U32);
	else if (random_chance(random, 30))
		kit_anyway(desc, kit_varies(desc));
	else
		kit_varies(desc);
}

static void add_argument(struct encase_desc *desc, struct random *random, struct plan *plan)
{
	static const uint8_t integers[] = { ENCASE_S8,  ENCASE_U8,  ENCASE_S16, ENCASE_U16,
					    ENCASE_S32, ENCASE_S32, ENCASE_U32, ENCASE_U32,
					    ENCASE_S64, ENCASE_S64, ENCASE_U64, ENCASE_U64,
					    ENCASE_U64 };
	unsigned kind = (unsigned) random_below(random, ENCASE_ADDR + 1);
	unsigned type = (unsigned) random_below(random, ENCASE_POINTER + 1), i = desc->nargs;

	if (plan->counted && (i == plan->counts[0] || i == plan->counts[1]))
		kit_scalar(desc, ENCASE_SIZE, RANDOM_OF(random, integers));
	else if (i == plan->many)
		kit_scalar(desc, ENCASE_SIZE, RANDOM_OF(random, integers));
	else if (i == plan->length)
		add_length(desc, random);
	else if (plan->varies && i == 0)
		kit_scalar(desc, ENCASE_OP, RANDOM_OF(random, integers));
	else if (plan->varies && i >= plan->varying)
		add_varying(desc, random);
	else if (random_chance(random, 30))
		kit_scalar(desc, kind, type);
	else
		add_pointer(desc, random, plan);
}

/* What each shape of a call has of the arguments that vary. */
static void choose_shapes(struct encase_desc *desc, struct random *random, const struct plan *plan)
{
	static const uint8_t kinds[] = { ENCASE_NUM, ENCASE_NUM, ENCASE_OBJ,  ENCASE_OBJ,
					 ENCASE_BUF, ENCASE_STR, ENCASE_PATH, ENCASE_DEEP };
	static const uint8_t dirs[] = { ENCASE_IN, ENCASE_OUT, ENCASE_IN | ENCASE_OUT };
	static const uint8_t sizes[] = { 1, 2, 4, 7, 16, 48 };
	struct kit_shapes *shapes = kit_shapes(desc);

	shapes->op = 0;
	for (unsigned k = 0; k < KIT_SHAPES; k++) {
		struct kit_shape *of = &shapes->of[k];
		unsigned left = (unsigned) random_below(random, plan->nargs - plan->varying + 1);

		of->nargs = random_chance(random, 50) ? plan->nargs : plan->varying + left;
		for (unsigned i = plan->varying; i < plan->nargs; i++) {
			of->arg[i].kind = RANDOM_OF(random, kinds);
			of->arg[i].dir = RANDOM_OF(random, dirs);
			of->arg[i].size = RANDOM_OF(random, sizes);
			of->arg[i].count = plan->counts[0];
			if (of->arg[i].kind == ENCASE_BUF && !plan->counted)
				of->arg[i].kind = ENCASE_NUM;
		}
	}
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

	if (plan->many < plan->nargs && dice < 50) {
		kit_count(desc, plan->many);
	} else if (plan->counted && dice < 25) {
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

/* Messages have a count of their own. */
static void choose_many(struct random *random, struct plan *plan)
{
	plan->many = (uint8_t) plan->nargs;
	if (plan->nargs < 2 || !random_chance(random, 16))
		return;
	plan->many = (uint8_t) random_below(random, plan->nargs);
	if ((plan->counted && (plan->many == plan->counts[0] || plan->many == plan->counts[1])) ||
	    plan->many == plan->length || (plan->varies && plan->many >= plan->varying) ||
	    (plan->varies && !plan->many))
		plan->many = (uint8_t) plan->nargs;
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
	plan.varies = plan.nargs > 1 && random_chance(random, 33);
	plan.varying = 1 + (unsigned) random_below(random, plan.nargs + 1U);
	plan.varies &= plan.varying < plan.nargs;
	if (plan.varies && (plan.counts[0] >= plan.varying || plan.counts[1] >= plan.varying ||
			    !plan.counts[0] || !plan.counts[1]))
		plan.counted = false;
	plan.length = (uint8_t) plan.nargs;
	if (!plan.varies && plan.nargs > 1 && random_chance(random, 40))
		plan.length = (uint8_t) random_below(random, plan.nargs);
	if (plan.counted && (plan.length == plan.counts[0] || plan.length == plan.counts[1]))
		plan.length = (uint8_t) plan.nargs;
	choose_many(random, &plan);
	choose_result(desc, random, &plan);
	if (random_chance(random, 50))
		kit_blind(desc);
	kit_class(desc, (unsigned) random_below(random, ENCASE_COMMAND + 1));
	for (unsigned i = 0; i < plan.nargs; i++)
		add_argument(desc, random, &plan);
	if (plan.varies)
		choose_shapes(desc, random, &plan);
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
