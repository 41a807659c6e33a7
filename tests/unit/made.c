/* SPDX-License-Identifier: MIT */
/*
 * Interfaces made at run time: each signature that is refused, and why; C functions of
 * such calls, entries, rules and functions filled in by hand; no memory.
 */
#include "unit.h"

#include <stdarg.h>
#include <stdio.h>

#include "alloc.h"
#include "encase/make.h"

#define NUM(n, t)                                            \
	{                                                    \
		.name = (n), .kind = ENCASE_NUM, .type = (t) \
	}
#define SIZE(n, t)                                            \
	{                                                     \
		.name = (n), .kind = ENCASE_SIZE, .type = (t) \
	}

static const struct encase_interface *make(const struct encase_signature *calls, size_t n)
{
	const struct encase_interface *made = NULL;
	char why[200] = "";
	int err = encase_interface_make("made", calls, n, &made, why, sizeof(why));

	unit_row("%s", why);
	same(err, 0);
	holds(made);
	return made;
}

/* -- What is refused ------------------------------------------------------ */

static void shape_all(struct encase_desc *shape, const encase_word *words)
{
	(void) shape;
	(void) words;
}

#define COMMA ,
#define ONE(...)                                             \
	{                                                    \
		.name = "c", .type = ENCASE_S64, __VA_ARGS__ \
	}
#define ARG(...)    .nargs = 1, .args = { { .name = "a", __VA_ARGS__ } }
#define TWO(b, ...) .nargs = 2, .args = { { .name = "a", __VA_ARGS__ }, b }

static const struct {
	struct encase_signature call;
	const char *why;
} refused[] = {
	{ { .type = ENCASE_S64 }, "a call: it has no name" },
	{ ONE(.nargs = 9), "c: it has too many arguments" },
	{ ONE(.fixed = 2, ARG(ENCASE_NUM, ENCASE_S64)), "c: it has too many arguments" },
	{ { .name = "c", .type = ENCASE_POINTER + 1 },
	  "c: it has no type, result or class that there is" },
	{ ONE(.result = ENCASE_OVERLAPS + 1), "c: it has no type, result or class that there is" },
	{ ONE(.class_ = ENCASE_COMMAND + 1), "c: it has no type, result or class that there is" },
	{ ONE(.nargs = 1), "c: argument 0 has no name" },
	{ ONE(TWO(NUM("a", ENCASE_S64), ENCASE_NUM, ENCASE_S64)), "c: two arguments are named a" },
	{ ONE(ARG(ENCASE_NUM, ENCASE_POINTER + 1)), "c: a has no kind or type that there is" },
	{ ONE(ARG(ENCASE_NUM | ENCASE_IN, ENCASE_S64)), "c: a has no kind or type that there is" },
	{ ONE(ARG(ENCASE_VARIES)), "c: a varies, and no shape says how" },
	{ ONE(ARG(ENCASE_OBJ | ENCASE_IN)), "c: a points to nothing" },
	{ ONE(ARG(ENCASE_STR)), "c: a points to nothing" },
	{ ONE(TWO(SIZE("n", ENCASE_S32), ENCASE_DEEP | ENCASE_IN, .size = 1, .count = "n")),
	  "c: a points to no structure that there is" },
	{ ONE(ARG(ENCASE_OBJ, .size = 4)), "c: a goes in no direction that it can have" },
	{ ONE(ARG(ENCASE_PATH | ENCASE_OUT, .size = 4)),
	  "c: a goes in no direction that it can have" },
	{ ONE(TWO(SIZE("n", ENCASE_S32), ENCASE_DEEP, .count = "n")),
	  "c: a goes in no direction that it can have" },
	{ ONE(ARG(ENCASE_BUF | ENCASE_IN, .size = 1)), "c: a: nothing counts it" },
	{ ONE(ARG(ENCASE_BUF | ENCASE_IN, .size = 1, .count = "b")), "c: a: nothing counts it" },
	{ ONE(TWO(NUM("n", ENCASE_F64), ENCASE_BUF | ENCASE_IN, .size = 1, .count = "n")),
	  "c: a: n is no count" },
	{ ONE(ARG(ENCASE_BUF | ENCASE_IN, .size = 1, .count = "a")), "c: a: a is no count" },
	{ ONE(TWO({ .name = "n" COMMA.kind = ENCASE_OBJ | ENCASE_IN COMMA.size = 4 },
		  ENCASE_BUF | ENCASE_IN, .size = 1, .count = "n")),
	  "c: a: n is no count" },
	{ ONE(TWO({ .name = "n" COMMA.kind = ENCASE_OBJ | ENCASE_IN | ENCASE_OUT COMMA.size = 2 },
		  ENCASE_BUF | ENCASE_IN, .size = 1, .count = "n")),
	  "c: a: n is no count" },
	{ ONE(TWO({ .name = "n" COMMA.kind = ENCASE_OBJ | ENCASE_IN | ENCASE_OUT COMMA.size = 4 },
		  ENCASE_DEEP | ENCASE_IN, .count = "n")),
	  "c: a: n is no count" },
	{ ONE(.fixed = 1, TWO(NUM("b", ENCASE_S16), ENCASE_NUM, ENCASE_S64)),
	  "c: b stands behind \"...\", where C makes it wider" },
	{ ONE(.fixed = 1, TWO(NUM("b", ENCASE_F32), ENCASE_NUM, ENCASE_S64)),
	  "c: b stands behind \"...\", where C makes it wider" },
	{ ONE(.transfer = 1), "c: nothing limits its transfer" },
	{ ONE(.limit = "a", .result = ENCASE_NEVER, ARG(ENCASE_SIZE, ENCASE_S64)),
	  "c: its result has a limit, and does not fail with -1" },
	{ ONE(.limit = "a", .fail = -2, ARG(ENCASE_SIZE, ENCASE_S64)),
	  "c: its result has a limit, and does not fail with -1" },
	{ ONE(.limit = "a", .null = 1, ARG(ENCASE_SIZE, ENCASE_S64)),
	  "c: its result has a limit, and does not fail with -1" },
	{ ONE(.limit = "b", ARG(ENCASE_SIZE, ENCASE_S64)), "c: b is no limit" },
	{ ONE(.limit = "a", ARG(ENCASE_NUM, ENCASE_F64)), "c: a is no limit" },
};

Test(made, what_is_refused)
{
	const struct encase_interface *made = &lab_calls;
	char why[100], cut[8];

	for (size_t i = 0; i < LENGTH(refused); i++) {
		unit_row("%s", refused[i].why);
		same(encase_interface_make("made", &refused[i].call, 1, &made, why, sizeof(why)),
		     -EINVAL);
		holds(!strcmp(why, refused[i].why));
		holds(made == &lab_calls);
		same(encase_interface_make("made", &refused[i].call, 1, &made, cut, sizeof(cut)),
		     -EINVAL);
		same(strlen(cut), 7);
		holds(!strncmp(cut, why, 7));
		same(encase_interface_make("made", &refused[i].call, 1, &made, NULL, 0), -EINVAL);
	}
}

Test(made, what_is_refused_of_the_whole)
{
	static const struct encase_signature two[] = { ONE(.number = 1), ONE(.number = 2) };
	const struct encase_interface *made = &lab_calls;
	char why[100];

	same(encase_interface_make(NULL, two, 1, &made, why, sizeof(why)), -EINVAL);
	holds(!strcmp(why, "a call: the interface has no name"));
	same(encase_interface_make("made", two, 2, &made, why, sizeof(why)), -EINVAL);
	holds(!strcmp(why, "c: there are two of that name"));
	same(encase_interface_make("made", two, UINT16_MAX, &made, why, sizeof(why)), -EINVAL);
	holds(!strcmp(why, "a call: too many calls"));
	holds(made == &lab_calls);
	encase_interface_free(NULL);
}

/* What is one edit from the refused. */
Test(made, what_is_not_refused)
{
	static const struct encase_signature calls[] = {
		{ .name = "none", .type = ENCASE_S64 },
		{ .name = "varies", .shape = shape_all, .type = ENCASE_S64, ARG(ENCASE_VARIES) },
		{ .name = "text", .type = ENCASE_S64, ARG(ENCASE_STR, .size = 8) },
		{ .name = "vector",
		  .type = ENCASE_S64,
		  TWO(SIZE("n", ENCASE_S32), ENCASE_DEEP | ENCASE_IN, .count = "n") },
		{ .name = "behind",
		  .type = ENCASE_S64,
		  TWO({ .name = "n" COMMA.kind = ENCASE_OBJ | ENCASE_IN | ENCASE_OUT COMMA.size =
							 8 },
		      ENCASE_BUF | ENCASE_OUT, .size = 1, .count = "n") },
		{ .name = "more",
		  .type = ENCASE_S64,
		  .fixed = 1,
		  TWO(NUM("b", ENCASE_S32), ENCASE_NUM, ENCASE_S16) },
	};
	const struct encase_interface *made = make(calls, LENGTH(calls)), *none = make(NULL, 0);
	const struct encase_desc *text = encase_find(made, "text"),
				 *vector = encase_find(made, "vector"),
				 *behind = encase_find(made, "behind");

	same(none->ncalls, 0);
	same(made->ncalls, LENGTH(calls));
	holds(!strcmp(made->name, "made"));
	same(text->arg[0].kind, ENCASE_STR | ENCASE_IN);
	same(vector->sized, 1);
	same(vector->pointers, 1);
	same(behind->sized, 0);
	same(behind->pointers, 3);
	same(behind->arg[0].count, 1);
	encase_interface_free(none);
	encase_interface_free(made);
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
	return make(calls, LENGTH(calls));
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

static encase_word bits(double value)
{
	encase_word word;

	memcpy(&word, &value, sizeof(word));
	return word;
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
	const struct encase_interface *made = make(mixed_calls, 2);
	const struct encase_function functions[] = {
		{ made->calls[0], (encase_fn *) mixed, ENCASE_NATURAL },
		{ made->calls[1], (encase_fn *) narrow, ENCASE_NATURAL },
		ENCASE_FUNCTION_END
	};
	struct encase_cage *cage = cage_of(made, functions);
	const encase_word *words = WORDS(bits(0.5), half_bits(0.25F), 0xabfd, WORD("text"),
					 half_bits(2), bits(4), 0xabcdfff0, UINT64_MAX);
	mixed_fn *entry = (mixed_fn *) encase_entry(cage, made->calls[0]);
	narrow_fn *other = (narrow_fn *) encase_entry(cage, made->calls[1]);

	same(encase_enter(cage, made->calls[0], words), bits(6.75));
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
	encase_word words[] = {
		bits(a + 1), half_bits(b), (encase_word) c, WORD(d), half_bits(e), bits(f), g, h
	};
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
	const struct encase_interface *made = make(mixed_calls, 2);
	const struct encase_function functions[] = {
		{ made->calls[0], (encase_fn *) mixed, ENCASE_NATURAL }, ENCASE_FUNCTION_END
	};
	struct encase_cage *cage = cage_of(made, functions);
	struct unit_layer layers[3];
	const encase_word *words = WORDS(bits(0.5), half_bits(0.25F), 0xfd, WORD("text"),
					 half_bits(2), bits(4), 0xfff0, UINT64_MAX);

	forwarded = made->calls[0];
	unit_natural(&layers[0], forwarded, (encase_fn *) on_mixed, ENCASE_COPY);
	layers[0].policy[3] = ENCASE_PASS;
	unit_push(cage, &layers[0].layer);
	unit_any(&layers[1], on_any, ENCASE_COPY);
	unit_push(cage, &layers[1].layer);
	same(encase_enter(cage, forwarded, words), bits(7.75));
	same(visits, 11);
	unit_natural(&layers[2], forwarded, (encase_fn *) on_mixed, ENCASE_COPY);
	layers[2].policy[3] = ENCASE_NULLIFY;
	unit_push(cage, &layers[2].layer);
	same(encase_enter(cage, forwarded, words), bits(-1.5));
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
