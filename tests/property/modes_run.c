/* SPDX-License-Identifier: MIT */
/*
 * One run of the modes' test: a call through a stack whose handlers follow the
 * courses of the setting.
 *
 * The call reads one buffer, fills another, and has an object that it does both
 * with, or a string; there is a descriptor for each choice of nullable pointers, so
 * that a pointer is nullable exactly where some layer nullifies it.  Behind every
 * pointer that a handler gives of its own are ROOM bytes, more than any count is.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "modes.h"

#define SIZE  64 /* bytes of a cage */
#define COUNT 6  /* the call's own */
#define ROOM  32
#define WHOLE 8 /* bytes of the object; the string's bound is twice that */

const uint8_t modes[MODES] = {
	ENCASE_COPY,
	KIT_PASSES,
	ENCASE_NULLIFY,
};

static struct kit_table table;
static const struct encase_interface *const spoken[] = { &table.interface, NULL };
static struct plot plots[PLOT_KINDS];

/* The stack, and its cage in each router. */
static const struct encase_desc *desc;
static struct encase_layer layers[DEPTH];
static struct encase_rule rules[DEPTH][2];
static uint8_t policies[DEPTH][ENCASE_MAX_ARGS + 1];
static struct plot *plot;
static struct encase_cage *cages[2];

/* The run that is under way. */
static const struct engine *engine;
static const struct setting *setting;
static struct moments *moments;
static unsigned char own[DEPTH][POINTERS][ROOM];
static unsigned calls; /* of the lower layer */

static void note(const char *what, uint64_t value)
{
	if (moments->used == MOMENTS)
		abort();
	moments->at[moments->used++] = (struct moment){ what, value };
}

static uint64_t sum_of(const void *bytes, size_t n)
{
	const unsigned char *at = bytes;
	uint64_t sum = UINT64_C(0xcbf29ce484222325) + n;

	for (size_t i = 0; i < n; i++)
		sum = (sum ^ at[i]) * UINT64_C(0x100000001b3);
	return sum;
}

/* -- What is seen --------------------------------------------------------- */

/* A pointer's bytes; 0 for null. */
static void note_pointer(const char *what, unsigned i, encase_word word, encase_word count)
{
	const char *at = (const char *) (uintptr_t) word;
	size_t n = (size_t) (count <= ROOM ? count : 0);

	if (i == 2)
		n = kind_of(desc, 2) == ENCASE_OBJ ? WHOLE : strnlen(at ? at : "", 2 * WHOLE);
	note(what, at ? sum_of(at, n) : 0);
}

/* The word as a number: which cage's byte it is, or that it is a layer's. */
static void note_word(encase_word word)
{
	encase_word offset = word - plot->memory.base;

	if (!word)
		note("word: null", 0);
	else
		note("word", offset < SIZE ? offset : SIZE);
}

static void note_all(const char *who, const struct encase_call *call, const encase_word *words)
{
	note(who, words[POINTERS]);
	for (unsigned i = 0; i < POINTERS; i++) {
		note_pointer("sees", i, words[i], words[POINTERS]);
		if (call)
			note_word(engine->arg_word(call, i));
	}
}

static void look(const struct encase_call *call, encase_word *words)
{
	for (unsigned i = 0; i < POINTERS; i++)
		words[i] = (uintptr_t) engine->arg(call, i);
	words[POINTERS] = engine->arg_word(call, POINTERS);
}

/* -- Natural handlers ----------------------------------------------------- */

static encase_word give(const encase_word *words)
{
	encase_word down[ENCASE_MAX_ARGS] = { words[0], words[1], words[2], words[3] }, result;

	errno = 0;
	result = engine->next(desc, down);
	note("next", result);
	note("errno", (uint64_t) errno);
	return result;
}

/* What a course gives before it goes on with what it sees. */
static void change(unsigned layer, enum course course, const encase_word *seen, encase_word *words)
{
	unsigned i = setting->turn % POINTERS, j = (i + 1) % POINTERS;
	bool string = kind_of(desc, 2) == ENCASE_STR; /* it must not be written to */

	memcpy(words, seen, (POINTERS + 1) * sizeof(*words));
	switch (course) {
	case OWN:
		for (unsigned k = 0; k < POINTERS; k++)
			words[k] = (uintptr_t) own[layer][k];
		words[POINTERS] += 2;
		break;
	case NULLS:
		words[0] = words[1] = words[2] = (uintptr_t) ENCASE_NULL;
		words[POINTERS]++;
		break;
	case ONE:
		words[i] = (uintptr_t) own[layer][i];
		words[POINTERS]--;
		break;
	case WRONG:
		words[i] = seen[j] && !(string && i == 1) ? seen[j] : (uintptr_t) own[layer][j];
		break;
	default:
		break;
	}
}

static encase_word natural(unsigned layer, const encase_word *seen)
{
	enum course course = (enum course) setting->course[layer];
	encase_word words[ENCASE_MAX_ARGS];

	note_all("natural", NULL, seen);
	change(layer, course, seen, words);
	for (unsigned n = (course != AS_IS) + (course == ONE); n; n--)
		give(words);
	if (course == WRONG) {
		words[POINTERS]++;
		give(words);
		memcpy(words, seen, POINTERS * sizeof(*words));
		give(words);
	}
	return give(seen);
}

/* -- Raw handlers --------------------------------------------------------- */

static long forward(struct encase_call *call)
{
	long result = engine->forward(call);

	note("forward", (uint64_t) result);
	note("failed", (uint64_t) engine->failed(call));
	return result;
}

static void set(struct encase_call *call, unsigned i, encase_word word)
{
	note("set", (uint64_t) engine->set_arg(call, i, word));
}

static void set_all(struct encase_call *call, const encase_word *words)
{
	for (unsigned i = 0; i <= POINTERS; i++)
		set(call, i, words[i]);
}

static void fetch(struct encase_call *call, unsigned i)
{
	void *data = NULL;
	size_t len = 99;
	int rc = engine->arg_data(call, i, &data, &len);

	note("data", (uint64_t) rc);
	if (!rc) {
		note("length", len);
		note("bytes", data ? sum_of(data, len) : 0);
	}
}

static long raw(unsigned layer, struct encase_call *call)
{
	enum course course = (enum course)(setting->course[layer] - COURSES);
	encase_word seen[POINTERS + 1], words[POINTERS + 1];
	unsigned i = setting->turn % POINTERS, j = (i + 1) % POINTERS;

	look(call, seen);
	note_all("raw", call, seen);
	change(layer, course, seen, words);
	if (course == TWICE)
		forward(call);
	if (course != AS_IS && course != TWICE) {
		set_all(call, words);
		if (course == ONE)
			fetch(call, setting->turn & 4 ? i : j);
		forward(call);
		if (course == ONE)
			forward(call);
		if (course == WRONG) {
			set(call, POINTERS, words[POINTERS] + 1);
			forward(call);
			set(call, i, seen[i]);
			forward(call);
		}
		look(call, seen);
		set_all(call, seen);
	}
	return forward(call);
}

/* Handlers by their layers. */
/* clang-format off */
#define HANDLERS(n)                                                                       \
	static encase_word natural_##n(const struct encase_desc *of, const encase_word *words) \
	{                                                                                      \
		(void) of;                                                                     \
		return natural(n, words);                                                      \
	}                                                                                      \
	static long raw_##n(struct encase_call *call)                                          \
	{                                                                                      \
		return raw(n, call);                                                           \
	}
/* clang-format on */
HANDLERS(0)
HANDLERS(1)
HANDLERS(2)

static kit_fn *const naturals[DEPTH] = { natural_0, natural_1, natural_2 };
static encase_raw_fn *const raws[DEPTH] = { raw_0, raw_1, raw_2 };

/* -- The lower layer ------------------------------------------------------ */

/* Writes all that the call writes, each time something else. */
static long lower_call(void *below, const void *bound, struct encase_call *call)
{
	encase_word words[POINTERS + 1];
	int rc = engine->reach(call);

	(void) below;
	(void) bound;
	note("lower", (uint64_t) rc);
	if (rc)
		return rc;
	look(call, words);
	note_all("lower sees", NULL, words);
	if (words[1] && words[POINTERS] <= ROOM)
		memset((void *) (uintptr_t) words[1], 'a' + (int) calls, words[POINTERS]);
	if (words[2] && kind_of(desc, 2) == ENCASE_OBJ)
		memset((void *) (uintptr_t) words[2], 'A' + (int) calls, WHOLE);
	if (setting->fails >> calls++ & 1)
		return -EXDEV;
	return (long) words[POINTERS] - 1;
}

static const struct encase_lower lower = { .name = "modes", .call = lower_call };

/* -- Stacks --------------------------------------------------------------- */

static void make_call(unsigned shape, unsigned nullable)
{
	struct encase_desc *call = kit_call(&table, ENCASE_S64, 0);
	unsigned null[POINTERS];

	for (unsigned i = 0; i < POINTERS; i++)
		null[i] = nullable >> i & 1 ? ENCASE_NULLABLE : 0;
	kit_buffer(call, null[0], ENCASE_IN, 1, POINTERS, 0);
	kit_buffer(call, null[1], ENCASE_OUT, 1, POINTERS, shape == 0);
	if (shape == 0)
		kit_object(call, null[2], ENCASE_IN | ENCASE_OUT, WHOLE);
	else
		kit_string(call, ENCASE_STR, null[2], 2 * WHOLE);
	kit_scalar(call, ENCASE_SIZE, ENCASE_U32);
	if (shape == 0)
		kit_count(call, POINTERS);
}

void modes_set_up(void)
{
	kit_table(&table, 0, "modes");
	for (unsigned shape = 0; shape < SHAPES; shape++)
		for (unsigned nullable = 0; nullable < 1 << POINTERS; nullable++)
			make_call(shape, nullable);
	for (unsigned kind = 0; kind < PLOT_KINDS; kind++) {
		struct plot *one = &plots[kind];
		struct ref_memory *memory = &one->memory;

		one->kind = (enum plot_kind) kind;
		one->initial = malloc(SIZE);
		memory->bytes = malloc(SIZE);
		if (!one->initial || !memory->bytes)
			abort();
		for (unsigned i = 0; i < SIZE; i++)
			one->initial[i] = (unsigned char) (i % 10 ? '0' + i : 0);
		memory->size = SIZE;
		memory->host = kind == PLOT_HOST;
		memory->base = memory->host ? (uintptr_t) memory->bytes : 0;
		memory->placed = kind != PLOT_FAR;
		one->arena = (struct encase_arena){ memory->bytes, SIZE };
	}
}

void modes_tear_down(void)
{
	for (unsigned kind = 0; kind < PLOT_KINDS; kind++)
		plot_free(&plots[kind]);
}

static unsigned nullified(const struct setting *of)
{
	unsigned mask = of->nulls;

	for (unsigned n = 0; n < of->depth; n++)
		for (unsigned i = 0; i < POINTERS; i++)
			if (of->policy[n][i] == ENCASE_NULLIFY)
				mask |= 1U << i;
	return mask;
}

static void push(unsigned n, const struct setting *of)
{
	struct encase_rule *rule = rules[n];

	memset(rule, 0, sizeof(rules[n]));
	memcpy(policies[n], of->policy[n], POINTERS);
	rule->desc = desc;
	rule->policy = policies[n];
	rule->form = of->course[n] >= COURSES;
	rule->handler = rule->form ? (encase_fn *) raws[n] : (encase_fn *) naturals[n];
	layers[n] = (struct encase_layer){ .name = "modes", .rules = rule };
	if (engine_library.push(cages[0], &layers[n], NULL) ||
	    engine_reference.push(cages[1], &layers[n], NULL))
		abort();
}

void modes_stack(const struct setting *of)
{
	struct encase_setup setup = { .interfaces = spoken, .lower = &lower };

	desc = table.list[of->shape * (1U << POINTERS) + nullified(of)];
	plot = &plots[of->plot];
	cages[0] = engine_library.cage_new(&setup, plot);
	cages[1] = engine_reference.cage_new(&setup, plot);
	for (unsigned n = of->depth; n--;)
		push(n, of);
}

void modes_stack_free(void)
{
	engine_library.cage_free(cages[0]);
	engine_reference.cage_free(cages[1]);
}

void modes_run(const struct engine *of, const struct setting *how, struct moments *to)
{
	static const encase_word places[POINTERS] = { 8, 24, 43 };
	struct encase_cage *cage = cages[of != &engine_library];
	encase_word words[ENCASE_MAX_ARGS] = { 0 };
	struct encase_traffic before = of->traffic(cage), after;

	engine = of;
	setting = how;
	moments = to;
	moments->used = 0;
	calls = 0;
	plot_reset(plot);
	memset(own, 0, sizeof(own));
	for (unsigned i = 0; i < POINTERS; i++)
		if (!(how->nulls >> i & 1))
			words[i] = plot->memory.base + places[i];
	words[POINTERS] = COUNT;
	note("result", (uint64_t) of->enter(cage, desc, words));
	note("memory", sum_of(plot->memory.bytes, SIZE));
	note("own", sum_of(own, sizeof(own)));
	after = of->traffic(cage);
	note("from cage", after.from_cage - before.from_cage);
	note("to cage", after.to_cage - before.to_cage);
}
