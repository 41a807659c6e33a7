/* SPDX-License-Identifier: MIT */
/*
 * Compiled thunks and libffi agree: each call of each compiled table is made once more at
 * run time, and a function of its prototype is called both ways, by the compiled
 * thunk, by what needs no libffi where it can, and by libffi itself.  What it saw and
 * what it returned is the same, for random words and random sets of hidden pointers.
 */
#define MIRROR_NAME_OF_(t, a, ...) a
#define _GNU_SOURCE
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>

#include "../conform/mix.h"
#include "encase/make.h"
#include "ffi.h"
#include "unit.h"

/* For the macros with which thunks are made. */
#define ENCASE_PREFIX mirror
#define ENCASE_TABLE  "mirror.def"
#define ENCASE_NAME   "mirror"
#include <encase/declare.h>
#include <encase/define.h>

#define ROUNDS 300

static encase_word seen[ENCASE_MAX_ARGS], answer;

/* clang-format off */
#define WORD_OF(c, i, arg) seen[i] = ENC_WORD_OF(c, i, arg);
#define GROUP(...)
#define SEES(prefix, c, type, ...)                                                                 \
	static type prefix##_sees_##c(ENC_PARAMS(__VA_ARGS__))                                     \
	{                                                                                          \
		ENC_EACH(WORD_OF, , ##__VA_ARGS__)                                                 \
		return ENC_FROM_WORD(type, answer);                                                \
	}
#define CALL(c, number, type, res, cls, groups, ...) SEES(lab, c, type, ##__VA_ARGS__)
#include "lab.def"
#undef CALL
#define CALL(c, number, type, res, cls, groups, ...) SEES(encase, c, type, ##__VA_ARGS__)
#include <encase/linux.def>
#undef CALL
#define CALL(c, number, type, res, cls, groups, ...) SEES(mix, c, type, ##__VA_ARGS__)
#include "../conform/mix.def"
#undef CALL

static encase_fn *const lab_sees[] = {
#define CALL(c, ...) (encase_fn *) lab_sees_##c,
#include "lab.def"
#undef CALL
};
static encase_fn *const encase_sees[] = {
#define CALL(c, ...) (encase_fn *) encase_sees_##c,
#include <encase/linux.def>
#undef CALL
};
static encase_fn *const mix_sees[] = {
#define CALL(c, ...) (encase_fn *) mix_sees_##c,
#include "../conform/mix.def"
#undef CALL
};
/* clang-format on */

/* -- Mirrors -------------------------------------------------------------- */

static void mirror_call(const struct encase_desc *desc, struct encase_signature *call)
{
	const struct encase_text *text = encase_text(desc);
	bool is_float = desc->type == ENCASE_F32 || desc->type == ENCASE_F64;

	*call = (struct encase_signature){ .name = text->name,
					   .number = text->number,
					   .type = desc->type,
					   .result = desc->result,
					   .class_ = text->class_,
					   .transfer = text->transfer,
					   .anyway = text->anyway,
					   .null = desc->result != ENCASE_NEVER && !desc->fail,
					   .nargs = desc->nargs,
					   .shape = text->shape };
	if (!desc->limit && !is_float)
		call->fail = (int8_t) desc->fail;
	if (desc->limit)
		call->limit = text->arg[desc->limit - 1].name;
	for (unsigned i = 0; i < desc->nargs; i++) {
		struct encase_signature_arg *arg = &call->args[i];
		unsigned kind = desc->arg[i].kind & ENCASE_KIND;

		arg->name = text->arg[i].name;
		arg->kind = desc->arg[i].kind;
		arg->type = (uint8_t) encase_arg_type(desc, i);
		arg->size = desc->arg[i].size;
		if (kind == ENCASE_DEEP && (arg->size & 0xff) >= ENCASE_SIZED)
			arg->type = desc->arg[i].count;
		else if (kind == ENCASE_BUF || kind == ENCASE_DEEP)
			arg->count = text->arg[desc->arg[i].count].name;
	}
}

static const struct encase_interface *mirror(const struct encase_interface *table)
{
	static struct encase_signature calls[512];
	const struct encase_interface *made = NULL;
	char why[200] = "";

	holds(table->ncalls <= LENGTH(calls));
	for (size_t c = 0; c < table->ncalls; c++)
		mirror_call(table->calls[c], &calls[c]);
	same(encase_interface_make(table->name, calls, table->ncalls, &made, why, sizeof(why)), 0);
	return made;
}

/* All that the call path sees is the same, but for the thunk. */
static void compare_descs(const struct encase_desc *a, const struct encase_desc *b)
{
	same(a->fail, b->fail);
	same(a->index, b->index);
	same(a->nargs, b->nargs);
	same(a->type, b->type);
	same(a->result, b->result);
	same(a->limit, b->limit);
	same(a->pointers, b->pointers);
	same(a->sized, b->sized);
	same(encase_text(a)->transfer, encase_text(b)->transfer);
	same(encase_text(a)->anyway, encase_text(b)->anyway);
	same(encase_text(a)->class_, encase_text(b)->class_);
	same(encase_text(a)->number, encase_text(b)->number);
	for (unsigned i = 0; i < a->nargs; i++) {
		same(a->arg[i].kind, b->arg[i].kind);
		same(a->arg[i].count, b->arg[i].count);
		if (a->pointers >> i & 1)
			same(a->arg[i].size, b->arg[i].size);
	}
}

/* -- Words ---------------------------------------------------------------- */

static uint64_t state = 1;

static encase_word random_word(void)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* A _Bool has two values; the table alone knows it from a byte. */
static encase_word word_of(const char *type)
{
	return strcmp(type, "_Bool") != 0 ? random_word() : random_word() & 1;
}

static encase_word call_by(unsigned how, const struct encase_desc *compiled,
			   const struct encase_desc *made, encase_fn *fn, const encase_word *words,
			   unsigned hidden)
{
	memset(seen, 0xee, sizeof(seen));
	switch (how) {
	case 0:
		return compiled->thunk(fn, words, hidden);
	case 1:
		return enc_caller_call(made, fn, words, hidden);
	default:
		return enc_caller_call_ffi(made, fn, words, hidden);
	}
}

static void compare_calls(const struct encase_desc *compiled, const struct encase_desc *made,
			  encase_fn *fn)
{
	const struct encase_text *text = encase_text(compiled);
	encase_word words[ENCASE_MAX_ARGS];
	unsigned hidden = (unsigned) random_word() & compiled->pointers;

	answer = word_of(text->result);
	for (unsigned i = 0; i < compiled->nargs; i++)
		words[i] = word_of(text->arg[i].type);
	for (unsigned how = 0; how < 3; how++) {
		encase_word result = call_by(how, compiled, made, fn, words, hidden);

		unit_row("%s.%s, way %u", compiled->interface->name, text->name, how);
		same(result, encase_widen(compiled->type, answer));
		for (unsigned i = 0; i < compiled->nargs; i++)
			same(seen[i], hidden >> i & 1 ? 0
						      : encase_widen(encase_arg_type(compiled, i),
								     words[i]));
	}
}

static void compare_tables(const struct encase_interface *table, encase_fn *const *fns)
{
	const struct encase_interface *made = mirror(table);

	for (size_t c = 0; c < table->ncalls; c++) {
		unit_row("%s.%s", table->name, table->texts[c].name);
		compare_descs(table->calls[c], made->calls[c]);
		for (unsigned n = 0; n < ROUNDS; n++)
			compare_calls(table->calls[c], made->calls[c], fns[c]);
	}
	encase_interface_free(made);
}

Test(mirror, lab)
{
	compare_tables(&lab_calls, lab_sees);
}

Test(mirror, linux_calls)
{
	compare_tables(&encase_calls, encase_sees);
}

Test(mirror, mix)
{
	compare_tables(&mix_calls, mix_sees);
}

/* Where only some of a call's arguments are there, the function gets 0 for the rest. */
Test(mirror, shapes)
{
	const struct encase_interface *made = mirror(&encase_calls);
	const struct encase_desc *compiled = &encase_desc_openat;
	const struct encase_desc *other = made->calls[compiled->index];
	encase_word words[ENCASE_MAX_ARGS] = { 3, 0x1000, 0, 0x1234 };
	struct encase_desc shape;

	encase_shape(other, words, &shape);
	same(shape.nargs, 3);
	words[3] = 0x1234;
	for (unsigned how = 1; how < 3; how++) {
		unit_row("way %u", how);
		answer = 7;
		same(call_by(how, compiled, &shape, encase_sees[compiled->index], words, 0), 7);
		same(seen[0], 3);
		same(seen[1], 0x1000);
		same(seen[2], 0);
		same(seen[3], 0);
	}
	encase_interface_free(made);
}
