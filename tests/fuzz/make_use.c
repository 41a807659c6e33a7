/* SPDX-License-Identifier: MIT */
/*
 * Calls of a made interface, whose layers and lower layer are C functions.
 *
 * On x86-64 one C function is of every prototype with up to eight arguments: six integers
 * and eight doubles stand in registers, two more integers on the stack.  So it
 * finds what it was given, whatever it was declared as; a result of either kind is left by it,
 * too.  Pointers are to memory that has room for anything, counts are small.
 */
#include <errno.h>
#include <string.h>

#include "make.h"

#define ROOM \
	(1 << 17) /* above the largest object: 65535 bytes, and as many objects as counts say */

static char memory[ENCASE_MAX_ARGS][ROOM];

static bool is_float(unsigned type)
{
	return type == ENCASE_F32 || type == ENCASE_F64;
}

/* -- What a C function is given ------------------------------------------- */

struct given {
	encase_word integers[8], floats[8];
};

/* The i-th argument of those, cut to its type. */
static encase_word given_word(const struct encase_desc *desc, const struct given *given, unsigned i)
{
	unsigned integers = 0, floats = 0;

	for (unsigned k = 0; k < i; k++) {
		integers += !is_float(encase_arg_type(desc, k));
		floats += is_float(encase_arg_type(desc, k));
	}
	if (is_float(encase_arg_type(desc, i)))
		return encase_widen(desc->arg[i].type, given->floats[floats]);
	return encase_widen(encase_arg_type(desc, i), given->integers[integers]);
}

static void check_given(const struct given *given, bool hidden)
{
	const struct encase_desc *desc = trial.desc;

	trial.ran++;
	for (unsigned i = 0; i < trial.shape.nargs; i++) {
		encase_word word = given_word(desc, given, i);

		if (!(trial.shape.pointers >> i & 1)) {
			FUZZ_CHECK(word == encase_widen(encase_arg_type(desc, i), trial.words[i]),
				   "argument %u came as %#llx", i, (unsigned long long) word);
			continue;
		}
		if (hidden)
			FUZZ_CHECK(!word, "argument %u is not hidden", i);
		else if (!(trial.copied >> i & 1))
			FUZZ_CHECK(word == trial.words[i], "argument %u came as %#llx", i,
				   (unsigned long long) word);
		else
			FUZZ_CHECK(!word == !trial.words[i], "argument %u is null, or not", i);
	}
}

#define FUNCTION(type, name, hidden)                                                           \
	static type name(encase_word a, encase_word b, encase_word c, encase_word d,           \
			 encase_word e, encase_word f, double s, double t, double u, double v, \
			 double w, double x, double y, double z, encase_word g, encase_word h) \
	{                                                                                      \
		struct given given = { .integers = { a, b, c, d, e, f, g, h } };               \
		double floats[8] = { s, t, u, v, w, x, y, z };                                 \
                                                                                               \
		memcpy(given.floats, floats, sizeof(floats));                                  \
		return (type) answer(&given, hidden);                                          \
	}

/* A layer's function forwards, and what comes back is given back; the lower layer's says 1. */
static encase_word answer(const struct given *given, bool hidden)
{
	encase_word words[ENCASE_MAX_ARGS] = { 0 };

	check_given(given, hidden);
	if (!encase_self())
		return 1;
	for (unsigned i = 0; i < trial.desc->nargs; i++)
		words[i] = given_word(trial.desc, given, i);
	return encase_next(trial.desc, words) ? 1 : 0;
}

FUNCTION(encase_word, integer_all, false)
FUNCTION(double, float_all, false)
FUNCTION(encase_word, integer_none, true)
FUNCTION(double, float_none, true)

static encase_fn *function_for(const struct encase_desc *desc, bool hidden)
{
	if (is_float(desc->type))
		return (encase_fn *) (hidden ? float_none : float_all);
	return (encase_fn *) (hidden ? integer_none : integer_all);
}

static long on_raw(struct encase_call *call)
{
	return encase_forward(call);
}

/* -- Calls ---------------------------------------------------------------- */

static bool counts(const struct encase_desc *desc, unsigned i)
{
	for (unsigned k = 0; k < desc->nargs; k++) {
		unsigned kind = desc->arg[k].kind & ENCASE_KIND;

		if ((kind == ENCASE_BUF || kind == ENCASE_DEEP) && desc->arg[k].count == i)
			return true;
	}
	return desc->limit == i + 1U;
}

static void make_words(const struct encase_desc *desc)
{
	encase_word own[ENCASE_MAX_ARGS];

	memset(trial.words, 0, sizeof(trial.words));
	for (unsigned i = 0; i < desc->nargs; i++) {
		if (desc->pointers >> i & 1 && (desc->arg[i].kind & ENCASE_KIND) != ENCASE_VARIES)
			trial.words[i] = (uintptr_t) memory[i];
		else if (counts(desc, i))
			trial.words[i] = 1 + random_below(&trial.random, 2);
		else
			trial.words[i] = random_word(&trial.random);
	}
	memcpy(own, trial.words, sizeof(own));
	encase_shape(desc, own, &trial.shape);
	for (unsigned i = 0; i < desc->nargs; i++) {
		memset(memory[i], 0, 64);
		if (trial.shape.pointers >> i & 1)
			trial.words[i] = (uintptr_t) memory[i];
	}
}

/* By a C function that enters the cage, which has the call's prototype: any has. */
static void call_entry(struct encase_cage *cage, const struct encase_desc *desc)
{
	typedef encase_word entry_fn(encase_word, encase_word, encase_word, encase_word,
				     encase_word, encase_word, double, double, double, double,
				     double, double, double, double, encase_word, encase_word);
	entry_fn *entry = (entry_fn *) encase_entry(cage, desc);
	encase_word n[8] = { 0 };
	double f[8] = { 0 };
	unsigned integers = 0, floats = 0;

	FUZZ_CHECK(entry, "no entry is made: %d", errno);
	for (unsigned i = 0; i < desc->nargs; i++) {
		if (is_float(encase_arg_type(desc, i)))
			memcpy(&f[floats++], &trial.words[i], sizeof(f[0]));
		else
			n[integers++] = trial.words[i];
	}
	(void) entry(n[0], n[1], n[2], n[3], n[4], n[5], f[0], f[1], f[2], f[3], f[4], f[5], f[6],
		     f[7], n[6], n[7]);
}

static void call(struct encase_cage *cage, const struct encase_desc *desc, unsigned layers)
{
	encase_word result;

	make_words(desc);
	trial.ran = 0;
	if (random_chance(&trial.random, 50))
		call_entry(cage, desc);
	else
		(void) encase_enter_checked(cage, desc, trial.words, &result);
	FUZZ_CHECK(trial.ran == layers + 1, "%u functions ran, %u should", trial.ran, layers + 1);
}

/* A layer of one rule: natural or raw, with pointers shown or hidden. */
struct one {
	struct encase_layer layer;
	struct encase_rule rules[2];
	uint8_t policy[ENCASE_MAX_ARGS + 1];
};

static void make_layer(struct one *one, const struct encase_desc *desc, bool raw, bool copies)
{
	memset(one, 0, sizeof(*one));
	one->policy[desc->nargs] = copies ? ENCASE_COPY : ENCASE_PASS;
	one->rules[0].desc = desc;
	one->rules[0].handler = raw ? (encase_fn *) on_raw : function_for(desc, !copies);
	one->rules[0].form = raw ? ENCASE_RAW : ENCASE_NATURAL;
	one->rules[0].policy = one->policy;
	one->layer = (struct encase_layer){ .name = "fuzz", .rules = one->rules };
}

/* encase_self() tells the layers' function from the lower layer's: so they have a state. */
static int start(void **state, const char *options)
{
	(void) options;
	*state = &trial;
	return 0;
}

static void use_call(const struct encase_interface *made, const struct encase_desc *desc)
{
	const struct encase_interface *const spoken[] = { made, NULL };
	const struct encase_function functions[] = { { desc, function_for(desc, false), 0 },
						     ENCASE_FUNCTION_END };
	struct encase_setup setup = { .interfaces = spoken,
				      .lower = &encase_lower_functions,
				      .below = functions };
	unsigned n = (unsigned) random_below(&trial.random, 3), natural = 0;
	struct encase_cage *cage;
	struct one one[2];

	trial.desc = desc;
	trial.copied = 0;
	FUZZ_CHECK(!encase_cage_new(&setup, &cage), "no cage is made");
	for (unsigned i = 0; i < n; i++) {
		bool raw = random_chance(&trial.random, 40),
		     copies = random_chance(&trial.random, 50);

		make_layer(&one[i], desc, raw, copies);
		one[i].layer.start = start;
		FUZZ_CHECK(!encase_push(cage, &one[i].layer, NULL), "a layer is refused");
		natural += !raw;
		trial.copied |= copies ? ~0U : 0;
	}
	call(cage, desc, natural);
	FUZZ_CHECK(!encase_cage_free(cage), "a cage is not freed");
}

void made_use(const struct encase_interface *made)
{
	for (size_t i = 0; i < made->ncalls; i++)
		use_call(made, made->calls[i]);
}
