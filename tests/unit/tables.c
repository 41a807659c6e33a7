/* SPDX-License-Identifier: MIT */
/*
 * All descriptors of both tables are well formed: what the library relies on
 * without looking.  And Linux's numbers are Linux's.
 */
#include "unit.h"

#include "systems.h"

static unsigned kind_of(const struct encase_desc *desc, unsigned i)
{
	return desc->arg[i].kind & ENCASE_KIND;
}

static bool counts(unsigned type)
{
	return type <= ENCASE_U64;
}

/* -- Each argument -------------------------------------------------------- */

static const unsigned char sizes[] = { 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 8 };

static void check_scalar(const struct encase_arg *arg)
{
	holds(arg->kind <= ENCASE_ADDR); /* no direction, not nullable */
	holds(arg->type <= ENCASE_POINTER);
	same(arg->size, sizes[arg->type]);
	if (arg->kind == ENCASE_ADDR)
		same(arg->type, ENCASE_POINTER);
}

/* Whether a buffer's length stands behind another pointer. */
static bool is_pointed(const struct encase_desc *desc, unsigned i)
{
	return kind_of(desc, i) == ENCASE_BUF && desc->pointers >> desc->arg[i].count & 1;
}

static void check_buffer(const struct encase_desc *desc, const struct encase_arg *arg)
{
	holds(arg->kind & (ENCASE_IN | ENCASE_OUT));
	holds(arg->count < desc->nargs);
	if (is_pointed(desc, (unsigned) (arg - desc->arg))) {
		const struct encase_arg *length = &desc->arg[arg->count];

		same(length->kind & ~ENCASE_NULLABLE, ENCASE_OBJ | ENCASE_IN | ENCASE_OUT);
		holds(length->size == 4 || length->size == 8);
	} else {
		same(kind_of(desc, arg->count), ENCASE_SIZE);
		holds(counts(desc->arg[arg->count].type));
	}
	holds(arg->size > 0);
	holds(!(arg->kind & ENCASE_FILLED) || arg->kind & ENCASE_OUT);
}

static bool is_counted(const struct encase_arg *arg)
{
	return (arg->size & 0xff) < ENCASE_SIZED;
}

/* An extent that a rule tells. */
static void check_deep(const struct encase_desc *desc, const struct encase_arg *arg)
{
	unsigned least = arg->size >> 8 << 3;

	holds((arg->size & 0xff) <= ENCASE_OPAQUE);
	holds(arg->kind & (ENCASE_IN | ENCASE_OUT));
	if (is_counted(arg)) {
		same(arg->size >> 8, 0);
		holds(arg->count < desc->nargs && counts(desc->arg[arg->count].type));
	} else if ((arg->size & 0xff) == ENCASE_OPAQUE) {
		same(least + arg->count, 0);
	} else {
		holds(!(arg->kind & ENCASE_FILLED));
		same(arg->count % 4, 0);
		holds(arg->count + 4U <= least);
	}
}

static void check_argument(const struct encase_desc *desc, unsigned i)
{
	const struct encase_arg *arg = &desc->arg[i];
	unsigned kind = kind_of(desc, i);

	same(desc->pointers >> i & 1, kind >= ENCASE_VARIES);
	same(desc->sized >> i & 1, (kind == ENCASE_BUF && !is_pointed(desc, i)) ||
					   (kind == ENCASE_DEEP && is_counted(arg)));
	if (kind <= ENCASE_ADDR)
		check_scalar(arg);
	else if (kind == ENCASE_BUF)
		check_buffer(desc, arg);
	else if (kind == ENCASE_DEEP)
		check_deep(desc, arg);
	else if (kind == ENCASE_VARIES)
		holds(encase_text(desc)->shape && arg->kind == ENCASE_VARIES);
	else
		holds(arg->size > 0 && !(arg->kind & ENCASE_FILLED));
	if (kind == ENCASE_STR || kind == ENCASE_PATH)
		same(arg->kind & (ENCASE_IN | ENCASE_OUT), ENCASE_IN);
	holds(encase_text(desc)->arg[i].name[0] && encase_text(desc)->arg[i].type[0]);
	for (unsigned k = 0; k < i; k++)
		holds(strcmp(encase_text(desc)->arg[k].name, encase_text(desc)->arg[i].name));
}

/* -- Each call ------------------------------------------------------------ */

static void check_result(const struct encase_desc *desc)
{
	holds(desc->result <= ENCASE_OVERLAPS);
	holds(desc->type <= ENCASE_POINTER);
	same(desc->fail, encase_widen(desc->type, desc->fail));
	holds(desc->limit <= desc->nargs);
	if (desc->limit) {
		same(desc->result, ENCASE_FAILS);
		same(kind_of(desc, desc->limit - 1U), ENCASE_SIZE);
		holds(counts(desc->arg[desc->limit - 1].type));
	}
	holds(!encase_text(desc)->transfer || desc->limit);
}

/* What calls write that fail is read before: so that what they did not write stays as it was. */
static void check_anyway(const struct encase_desc *desc, unsigned anyway)
{
	const unsigned both = ENCASE_IN | ENCASE_OUT;

	same(anyway & ~(unsigned) desc->pointers, 0);
	for (unsigned i = 0; i < desc->nargs; i++)
		if (anyway >> i & 1 && kind_of(desc, i) != ENCASE_VARIES)
			same(desc->arg[i].kind & (both | ENCASE_FILLED), both);
}

static void check_call(const struct encase_desc *desc)
{
	const struct encase_text *text = encase_text(desc);

	unit_row("%s", text->name);
	same(WORD(desc) % 8, 0);
	holds(desc->thunk);
	holds(desc->nargs <= ENCASE_MAX_ARGS);
	same(desc->pointers >> desc->nargs, 0);
	for (unsigned i = 0; i < desc->nargs; i++)
		check_argument(desc, i);
	for (unsigned i = desc->nargs; i < ENCASE_MAX_ARGS; i++)
		same(text->arg[i].name, NULL);
	check_result(desc);
	holds(text->name[0] && text->result[0]);
	holds(text->class_ <= ENCASE_DEAD);
	check_anyway(desc, text->anyway);
	same(text->groups >> desc->interface->ngroups, 0);
}

static void check_table(const struct encase_interface *table)
{
	holds(table->name[0] && table->ncalls);
	for (size_t i = 0; i < table->ncalls; i++) {
		check_call(table->calls[i]);
		for (size_t k = 0; k < i; k++) {
			holds(strcmp(table->texts[i].name, table->texts[k].name));
			holds(table->texts[i].number != table->texts[k].number);
		}
	}
	for (size_t i = 0; i < table->ngroups; i++) {
		holds(table->groups[i][0] == '%' || table->groups[i][0] == '@');
		for (size_t k = 0; k < i; k++)
			holds(strcmp(table->groups[i], table->groups[k]));
	}
}

Test(tables, descriptors_are_well_formed)
{
	check_table(&encase_calls);
	check_table(&lab_calls);
}

/* -- Linux ---------------------------------------------------------------- */

static const struct {
	const char *name;
	long number, systems;
} numbers[] = {
#define GROUP(...)
#define CALL(c, n, ...) { #c, n, SYS_##c },
#include <encase/linux.def>
#undef CALL
#undef GROUP
};

/* Against the system's own header. */
Test(tables, linux_numbers)
{
	for (size_t i = 0; i < LENGTH(numbers); i++) {
		unit_row("%s", numbers[i].name);
		same(numbers[i].number, numbers[i].systems);
		same(encase_find(&encase_calls, numbers[i].name), encase_calls.calls[i]);
		same(encase_text(encase_calls.calls[i])->number, numbers[i].systems);
	}
	same(encase_calls.ncalls, LENGTH(numbers));
}
