/* SPDX-License-Identifier: MIT */
/*
 * Call descriptors made at run time.
 *
 * A thunk is told the function and the words, not the call; so each call that
 * can exist at a time has a thunk of its own, which finds the descriptor by its
 * number.  What the thunks then do is what those of encase/define.h do: cut
 * words to types, hide what is hidden, widen the result.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "builder.h"

_Static_assert(KIT_TABLES *KIT_CALLS == 0100, "one thunk for each call of each table");

static const struct encase_desc *described[KIT_TABLES * KIT_CALLS];

static encase_word run(unsigned number, encase_fn *fn, const encase_word *words, unsigned hidden)
{
	const struct encase_desc *desc = described[number];
	encase_word value[ENCASE_MAX_ARGS] = { 0 };

	for (unsigned i = 0; i < desc->nargs; i++) {
		if (desc->pointers >> i & 1)
			value[i] = hidden >> i & 1 ? 0 : words[i];
		else
			value[i] = encase_widen(desc->arg[i].type, words[i]);
	}
	return encase_widen(desc->type, ((kit_fn *) fn)(desc, value));
}

/* What varies is shown by either thunk: it may be a number. */
static unsigned blinds(unsigned number, unsigned hidden)
{
	const struct encase_desc *desc = described[number];

	for (unsigned i = 0; i < desc->nargs; i++)
		if ((desc->arg[i].kind & ENCASE_KIND) != ENCASE_VARIES)
			hidden |= 1U << i;
	return hidden;
}

/* Numbers are octal: 00 to 77. */
/* clang-format off */
#define EIGHT(m, n) m(n##0) m(n##1) m(n##2) m(n##3) m(n##4) m(n##5) m(n##6) m(n##7)
#define SIXTYFOUR(m) EIGHT(m, 0) EIGHT(m, 1) EIGHT(m, 2) EIGHT(m, 3) \
		     EIGHT(m, 4) EIGHT(m, 5) EIGHT(m, 6) EIGHT(m, 7)
/* clang-format on */
#define THUNKS(n)                                                                              \
	static encase_word thunk_##n(encase_fn *fn, const encase_word *words, unsigned hidden) \
	{                                                                                      \
		return run(0##n, fn, words, hidden);                                           \
	}                                                                                      \
	static encase_word blind_##n(encase_fn *fn, const encase_word *words, unsigned hidden) \
	{                                                                                      \
		return run(0##n, fn, words, blinds(0##n, hidden));                             \
	}
#define THUNK_NAME(n) thunk_##n,
#define BLIND_NAME(n) blind_##n,

SIXTYFOUR(THUNKS)
static encase_thunk *const thunks[] = { SIXTYFOUR(THUNK_NAME) };
static encase_thunk *const blind_thunks[] = { SIXTYFOUR(BLIND_NAME) };

static const char *const call_names[KIT_CALLS] = { "c0",  "c1",  "c2",  "c3", "c4",  "c5",
						   "c6",  "c7",  "c8",  "c9", "c10", "c11",
						   "c12", "c13", "c14", "c15" };
static const char *const arg_names[ENCASE_MAX_ARGS] = { "a0", "a1", "a2", "a3",
							"a4", "a5", "a6", "a7" };
static const char *const group_names[KIT_GROUPS + 1] = { "%g0", "%g1", "%g2", "%g3", "%g4", "%g5" };
static const char *const type_names[] = { "int8_t",  "uint8_t",  "int16_t", "uint16_t",
					  "int32_t", "uint32_t", "int64_t", "uint64_t",
					  "float",   "double",   "void *" };

/* A small constant as a word of a type; of float and double only 0 and -1. */
static encase_word constant(unsigned type, int value)
{
	switch (type) {
	case ENCASE_F32:
		return value ? UINT32_C(0xbf800000) : 0;
	case ENCASE_F64:
		return value ? UINT64_C(0xbff0000000000000) : 0;
	default:
		return encase_widen(type, (encase_word) (int64_t) value);
	}
}

void kit_table(struct kit_table *table, unsigned number, const char *name)
{
	assert(number < KIT_TABLES);
	memset(table, 0, sizeof(*table));
	table->number = number;
	table->interface.name = name;
	table->interface.ngroups = KIT_GROUPS;
	table->interface.calls = table->list;
	table->interface.texts = table->text;
	table->interface.groups = group_names;
}

struct encase_desc *kit_call(struct kit_table *table, unsigned type, uint64_t groups)
{
	unsigned index = (unsigned) table->interface.ncalls++;
	struct encase_desc *desc = &table->desc[index];

	assert(index < KIT_CALLS);
	described[table->number * KIT_CALLS + index] = desc;
	table->list[index] = desc;
	table->text[index].name = call_names[index];
	table->text[index].result = type_names[type];
	table->text[index].number = 100 + (long) index;
	table->text[index].groups = groups;
	desc->interface = &table->interface;
	desc->thunk = thunks[table->number * KIT_CALLS + index];
	desc->index = (uint16_t) index;
	desc->type = (uint8_t) type;
	desc->result = ENCASE_FAILS;
	desc->fail = constant(type, -1);
	return desc;
}

/* The interface of a call that is still being made is the test's own. */
static struct encase_text *text_of(const struct encase_desc *desc)
{
	return (struct encase_text *) encase_text(desc);
}

static unsigned add(struct encase_desc *desc, unsigned kind, unsigned size, const char *type)
{
	struct encase_text *text = text_of(desc);
	unsigned i = desc->nargs++;

	assert(i < ENCASE_MAX_ARGS && size <= UINT16_MAX);
	desc->arg[i].kind = (uint8_t) kind;
	desc->arg[i].size = (uint16_t) size;
	text->arg[i].name = arg_names[i];
	text->arg[i].type = type;
	return i;
}

unsigned kit_scalar(struct encase_desc *desc, unsigned kind, unsigned type)
{
	unsigned i = add(desc, kind, kit_size(type), type_names[type]);

	desc->arg[i].type = (uint8_t) type;
	return i;
}

unsigned kit_string(struct encase_desc *desc, unsigned kind, unsigned null, unsigned most)
{
	unsigned i = add(desc, kind | ENCASE_IN | null, most, "const char *");

	desc->pointers |= (uint8_t) (1U << i);
	return i;
}

unsigned kit_buffer(struct encase_desc *desc, unsigned null, unsigned dir, unsigned unit,
		    unsigned len, int fills)
{
	unsigned i =
		add(desc, ENCASE_BUF | dir | null | (fills ? ENCASE_FILLED : 0U), unit, "void *");

	desc->arg[i].count = (uint8_t) len;
	desc->pointers |= (uint8_t) (1U << i);
	desc->sized |= (uint8_t) (1U << i);
	return i;
}

unsigned kit_object(struct encase_desc *desc, unsigned null, unsigned dir, unsigned size)
{
	unsigned i = add(desc, ENCASE_OBJ | dir | null, size, "void *");

	desc->pointers |= (uint8_t) (1U << i);
	return i;
}

unsigned kit_pointed(struct encase_desc *desc, unsigned null, unsigned dir, unsigned len)
{
	unsigned i = add(desc, ENCASE_BUF | ENCASE_FILLED | dir | null, 1, "void *");

	desc->arg[i].count = (uint8_t) len;
	desc->pointers |= (uint8_t) (1U << i);
	return i;
}

unsigned kit_vector(struct encase_desc *desc, unsigned null, unsigned dir, unsigned len, int fills)
{
	return kit_deep(desc, null, dir, ENCASE_IOVEC, len, fills);
}

unsigned kit_deep(struct encase_desc *desc, unsigned null, unsigned dir, unsigned which,
		  unsigned len, int fills)
{
	unsigned i = add(desc, ENCASE_DEEP | dir | null | (fills ? ENCASE_FILLED : 0U), which,
			 which == ENCASE_IOVEC ? "const struct iovec *" : "void *");

	desc->arg[i].count = (uint8_t) len;
	desc->pointers |= (uint8_t) (1U << i);
	desc->sized |= (uint8_t) (1U << i);
	return i;
}

unsigned kit_self(struct encase_desc *desc, unsigned null, unsigned dir, unsigned which,
		  unsigned at, unsigned least)
{
	unsigned i = add(desc, ENCASE_DEEP | dir | null, ENCASE_DEEP_SIZE(which, least), "void *");

	desc->arg[i].count = (uint8_t) at;
	desc->pointers |= (uint8_t) (1U << i);
	return i;
}

void kit_anyway(struct encase_desc *desc, unsigned i)
{
	text_of(desc)->anyway |= (uint8_t) (1U << i);
}

unsigned kit_varies(struct encase_desc *desc)
{
	unsigned i = add(desc, ENCASE_VARIES, 0, "unsigned long");

	desc->pointers |= (uint8_t) (1U << i);
	return i;
}

/* The encase_shape_fn of all calls made here. */
static void shape_of(struct encase_desc *shape, const encase_word *words)
{
	const struct kit_table *table = (const struct kit_table *) shape->interface;
	const struct kit_shapes *shapes = &table->shapes[shape->index];
	const struct kit_shape *of = &shapes->of[words[shapes->op] % KIT_SHAPES];

	/* Also of those that are not there this time: they count for nothing. */
	for (unsigned i = 0; i < table->desc[shape->index].nargs; i++) {
		const struct kit_variant *arg = &of->arg[i];

		if ((table->desc[shape->index].arg[i].kind & ENCASE_KIND) != ENCASE_VARIES)
			continue;
		if (arg->kind == ENCASE_OBJ)
			encase_shape_object(shape, i, arg->dir, arg->size);
		else if (arg->kind == ENCASE_BUF)
			encase_shape_buffer(shape, i, arg->dir, arg->size, arg->count);
		else if (arg->kind == ENCASE_DEEP)
			encase_shape_opaque(shape, i);
		else if (arg->kind != ENCASE_NUM)
			encase_shape_string(shape, i, arg->kind, arg->size);
	}
	shape->nargs = (uint8_t) of->nargs;
}

struct kit_shapes *kit_shapes(struct encase_desc *desc)
{
	struct kit_table *table = (struct kit_table *) desc->interface;

	text_of(desc)->shape = shape_of;
	return &table->shapes[desc->index];
}

static void result(struct encase_desc *desc, unsigned how, int fail, unsigned limit, int moved)
{
	desc->result = (uint8_t) how;
	desc->fail = constant(desc->type, fail);
	desc->limit = (uint8_t) limit;
	text_of(desc)->transfer = (uint8_t) moved;
}

void kit_class(struct encase_desc *desc, unsigned class_)
{
	text_of(desc)->class_ = (uint8_t) class_;
}

void kit_blind(struct encase_desc *desc)
{
	for (unsigned i = 0; i < KIT_TABLES * KIT_CALLS; i++)
		if (described[i] == desc)
			text_of(desc)->blind = blind_thunks[i];
}

void kit_fails_with(struct encase_desc *desc, int value)
{
	result(desc, ENCASE_FAILS, value, 0, 0);
}

void kit_count(struct encase_desc *desc, unsigned arg)
{
	result(desc, ENCASE_FAILS, -1, 1 + arg, 0);
}

void kit_moved(struct encase_desc *desc, unsigned arg)
{
	result(desc, ENCASE_FAILS, -1, 1 + arg, 1);
}

void kit_never(struct encase_desc *desc)
{
	result(desc, ENCASE_NEVER, 0, 0, 0);
}

void kit_overlaps(struct encase_desc *desc)
{
	result(desc, ENCASE_OVERLAPS, -1, 0, 0);
}

unsigned kit_size(unsigned type)
{
	static const uint8_t sizes[] = { 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 8 };

	return sizes[type];
}
