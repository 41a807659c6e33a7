/* SPDX-License-Identifier: MIT */
/*
 * Interfaces made at run time: C functions of such calls, entries, rules and functions
 * filled in by hand; no memory.
 */
#include "unit.h"

#include <stdarg.h>
#include <stdio.h>

#include "alloc.h"
#include "made.h"

const struct encase_interface *make_calls(const struct encase_signature *calls, size_t n)
{
	const struct encase_interface *made = NULL;
	char why[200] = "";
	int err = encase_interface_make("made", calls, n, &made, why, sizeof(why));

	unit_row("%s", why);
	same(err, 0);
	holds(made);
	return made;
}

/* -- Functions ------------------------------------------------------------ */

static long seen[8];
static unsigned nseen;

static long take0(void)
{
	nseen = 0;
	return 10;
}
static long take1(long a)
{
	seen[0] = a;
	nseen = 1;
	return 11;
}
static long take4(long a, long b, long c, long d)
{
	seen[0] = a, seen[1] = b, seen[2] = c, seen[3] = d;
	nseen = 4;
	return 14;
}
static long take7(long a, long b, long c, long d, long e, long f, long g)
{
	take4(a, b, c, d);
	seen[4] = e, seen[5] = f, seen[6] = g;
	nseen = 7;
	return 17;
}
static long take8(long a, long b, long c, long d, long e, long f, long g, long h)
{
	take7(a, b, c, d, e, f, g);
	seen[7] = h;
	nseen = 8;
	return 18;
}

/* n numbers, the first of which says how many. */
static long take_more(long n, ...)
{
	va_list args;

	va_start(args, n);
	seen[0] = n;
	for (nseen = 1; nseen < (unsigned) n; nseen++)
		seen[nseen] = va_arg(args, long);
	va_end(args);
	return 20 + n;
}

static void shape_more(struct encase_desc *shape, const encase_word *words)
{
	shape->nargs = (uint8_t) words[0];
}

static const struct encase_interface *make_takes(void)
{
	struct encase_signature calls[] = {
		{ .name = "take0", .number = 0 },
		{ .name = "take1", .number = 1 },
		{ .name = "take4", .number = 4 },
		{ .name = "take7", .number = 7 },
		{ .name = "take8", .number = 8 },
		{ .name = "take_more", .number = 9, .nargs = 8, .fixed = 1, .shape = shape_more },
	};
	static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g", "h" };

	for (size_t c = 0; c < LENGTH(calls); c++) {
		calls[c].type = ENCASE_S64;
		if (calls[c].number < 9)
			calls[c].nargs = (uint8_t) calls[c].number;
		for (unsigned i = 0; i < calls[c].nargs; i++) {
			calls[c].args[i].name = names[i];
			calls[c].args[i].type = ENCASE_S64;
		}
	}
	return make_calls(calls, LENGTH(calls));
}

static const struct encase_function *take_functions(const struct encase_interface *made)
{
	static struct encase_function functions[7];
	static encase_fn *const fns[] = { (encase_fn *) take0, (encase_fn *) take1,
					  (encase_fn *) take4, (encase_fn *) take7,
					  (encase_fn *) take8, (encase_fn *) take_more };

	for (size_t c = 0; c < LENGTH(fns); c++)
		functions[c] = (struct encase_function){ made->calls[c], fns[c], ENCASE_NATURAL };
	return functions;
}

static struct encase_cage *cage_of(const struct encase_interface *made,
				   const struct encase_function *functions)
{
	static const struct encase_interface *spoken[2];
	struct encase_setup setup = { .interfaces = spoken,
				      .lower = &encase_lower_functions,
				      .below = functions };
	struct encase_cage *cage = NULL;

	spoken[0] = made;
	same(encase_cage_new(&setup, &cage), 0);
	return cage;
}

static void check_seen(unsigned n, const encase_word *words)
{
	same(nseen, n);
	for (unsigned i = 0; i < n; i++)
		same(seen[i], words[i]);
}

/* 0 to 8 arguments, and as many behind "..." as there are. */
Test(made, numbers_of_arguments)
{
	const struct encase_interface *made = make_takes();
	struct encase_cage *cage = cage_of(made, take_functions(made));

	for (size_t c = 0; c < 5; c++) {
		unsigned n = made->calls[c]->nargs;
		const encase_word *words = WORDS(-1, 2, -3, 4, -5, 6, -7, 8);

		same(encase_enter(cage, made->calls[c], words), 10 + n);
		check_seen(n, words);
	}
	for (unsigned n = 1; n <= 8; n++) {
		const encase_word *words = WORDS(n, 2, -3, 4, -5, 6, -7, 8);

		same(encase_enter(cage, made->calls[5], words), 20 + n);
		check_seen(n, words);
	}
	unit_free(cage);
	encase_interface_free(made);
}

typedef long takes8(long, long, long, long, long, long, long, long);

Test(made, entries)
{
	const struct encase_interface *made = make_takes();
	struct encase_cage *cage = cage_of(made, take_functions(made));
	takes8 *entry = (takes8 *) encase_entry(cage, encase_find(made, "take8"));
	long (*first)(long) = (long (*)(long)) encase_entry(cage, encase_find(made, "take1"));

	same(entry(1, -2, 3, -4, 5, -6, 7, -8), 18);
	check_seen(8, WORDS(1, -2, 3, -4, 5, -6, 7, -8));
	same(first(-9), 11);
	check_seen(1, WORDS(-9));
	unit_free(cage);
	encase_interface_free(made);
}

static double mixed(double a, float b, int8_t c, const char *d, float e, double f, uint16_t g,
		    uint64_t h)
{
	same(c, -3);
	holds(!d || !strcmp(d, "text"));
	same(g, 0xfff0);
	same(h, UINT64_MAX);
	return d ? a + (double) b + (double) e + f : -1.5;
}

static float narrow(float a)
{
	return a * 2;
}

static encase_word half_bits(float value)
{
	uint32_t word;

	memcpy(&word, &value, sizeof(word));
	return word | UINT64_C(0xabcd) << 32;
}

static const struct encase_signature mixed_calls[] = {
	{ .name = "mixed",
	  .type = ENCASE_F64,
	  .result = ENCASE_NEVER,
	  .nargs = 8,
	  .args = { NUM("a", ENCASE_F64),
		    NUM("b", ENCASE_F32),
		    NUM("c", ENCASE_S8),
		    { .name = "d", .kind = ENCASE_STR | ENCASE_IN | ENCASE_NULLABLE, .size = 8 },
		    NUM("e", ENCASE_F32),
		    NUM("f", ENCASE_F64),
		    NUM("g", ENCASE_U16),
		    NUM("h", ENCASE_U64) } },
	{ .name = "narrow",
	  .type = ENCASE_F32,
	  .result = ENCASE_NEVER,
	  .nargs = 1,
	  .args = { NUM("a", ENCASE_F32) } },
};
typedef double mixed_fn(double, float, int8_t, const char *, float, double, uint16_t, uint64_t);
typedef float narrow_fn(float);

/* Numbers of all kinds, there and back, with high bits that mean nothing; also through entries. */
Test(made, floats)
{
	const struct encase_interface *made = make_calls(mixed_calls, 2);
	const struct encase_function functions[] = {
		{ made->calls[0], (encase_fn *) mixed, ENCASE_NATURAL },
		{ made->calls[1], (encase_fn *) narrow, ENCASE_NATURAL },
		ENCASE_FUNCTION_END
	};
	struct encase_cage *cage = cage_of(made, functions);
	const encase_word *words = WORDS(unit_bits(0.5), half_bits(0.25F), 0xabfd, WORD("text"),
					 half_bits(2), unit_bits(4), 0xabcdfff0, UINT64_MAX);
	mixed_fn *entry = (mixed_fn *) encase_entry(cage, made->calls[0]);
	narrow_fn *other = (narrow_fn *) encase_entry(cage, made->calls[1]);

	same(encase_enter(cage, made->calls[0], words), unit_bits(6.75));
	same((uint32_t) encase_enter(cage, made->calls[1], WORDS(half_bits(0.75F))),
	     (uint32_t) half_bits(1.5F));
	holds(entry(0.5, 0.25F, -3, "text", 2, 4, 0xfff0, UINT64_MAX) == 6.75);
	holds(other(0.75F) == 1.5F);
	unit_free(cage);
	encase_interface_free(made);
}

/* -- Rules ---------------------------------------------------------------- */

static unsigned visits;
static const struct encase_desc *forwarded;

static double on_mixed(double a, float b, int8_t c, const char *d, float e, double f, uint16_t g,
		       uint64_t h)
{
	encase_word words[] = { unit_bits(a + 1),
				half_bits(b),
				(encase_word) c,
				WORD(d),
				half_bits(e),
				unit_bits(f),
				g,
				h };
	encase_word result = encase_next(forwarded, words);
	double value;

	visits++;
	holds(!d);
	memcpy(&value, &result, sizeof(value));
	return value;
}

static long on_any(struct encase_call *call)
{
	visits += 10;
	holds(encase_call_desc(call) == forwarded);
	return encase_forward(call);
}

/* A natural handler by libffi, a raw one, a policy by positions. */
Test(made, rules)
{
	const struct encase_interface *made = make_calls(mixed_calls, 2);
	const struct encase_function functions[] = {
		{ made->calls[0], (encase_fn *) mixed, ENCASE_NATURAL }, ENCASE_FUNCTION_END
	};
	struct encase_cage *cage = cage_of(made, functions);
	struct unit_layer layers[3];
	const encase_word *words = WORDS(unit_bits(0.5), half_bits(0.25F), 0xfd, WORD("text"),
					 half_bits(2), unit_bits(4), 0xfff0, UINT64_MAX);

	forwarded = made->calls[0];
	unit_natural(&layers[0], forwarded, (encase_fn *) on_mixed, ENCASE_COPY);
	layers[0].policy[3] = ENCASE_PASS;
	unit_push(cage, &layers[0].layer);
	unit_any(&layers[1], on_any, ENCASE_COPY);
	unit_push(cage, &layers[1].layer);
	same(encase_enter(cage, forwarded, words), unit_bits(7.75));
	same(visits, 11);
	unit_natural(&layers[2], forwarded, (encase_fn *) on_mixed, ENCASE_COPY);
	layers[2].policy[3] = ENCASE_NULLIFY;
	unit_push(cage, &layers[2].layer);
	same(encase_enter(cage, forwarded, words), unit_bits(-1.5));
	layers[2].policy[2] = ENCASE_NULLIFY; /* means nothing: a scalar */
	same(encase_push(cage, &layers[2].layer, NULL), 0);
	layers[2].policy[3] = 3;
	same(encase_push(cage, &layers[2].layer, NULL), -EINVAL);
	layers[2].policy[3] = 0;
	layers[2].rules[0].form = ENCASE_VARIADIC;
	same(encase_push(cage, &layers[2].layer, NULL), -EINVAL);
	unit_free(cage);
	encase_interface_free(made);
}

/* -- No memory ------------------------------------------------------------ */

Test(made, no_memory)
{
	struct alloc_live before = alloc_live();
	const struct encase_interface *made = &lab_calls;
	unsigned n = 0;
	int err;

	do {
		unit_row("allocation %u", ++n);
		alloc_fail_at(n);
		err = encase_interface_make("made", mixed_calls, 2, &made, NULL, 0);
		same(err, alloc_failed() ? -ENOMEM : 0);
		same(made == &lab_calls, err != 0);
		holds(alloc_same(before, alloc_live()) == (err != 0));
	} while (err);
	holds(n > 5 + 2 + 2 + 9);
	encase_interface_free(made);
	holds(alloc_same(before, alloc_live()));
}
