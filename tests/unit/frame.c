/* SPDX-License-Identifier: MIT */
/*
 * Frames: who a handler is and for whom it runs, while calls go down, come up, and
 * are made inside one another: by handlers, by the lower layer, through gates of
 * other cages and of the same one.  docs/forwarding.md, 1.8 and 1.9.
 */
#include "unit.h"

static struct encase_cage *outer, *inner;

static int start_named(void **state, const char *options)
{
	*state = (void *) options;
	return 0;
}

/* The handler that runs is that of this push ("" for none), for this cage. */
static void is_at(const char *name, const struct encase_cage *cage)
{
	const char *self = encase_self();

	holds(!strcmp(self ? self : "", name));
	same(encase_caller(), cage);
}

static const char *here(void)
{
	const char *self = encase_self();

	return self ? self : "";
}

/* -- Down one stack and up again ------------------------------------------ */

static unsigned looks;

static long look_raw(struct encase_call *call)
{
	const char *self = here();
	long result;

	looks++;
	is_at(self, outer);
	result = encase_forward(call);
	is_at(self, outer);
	same(encase_forward(call), result);
	is_at(self, outer);
	return result;
}

static ssize_t look_natural(const void *buf, size_t n)
{
	const char *self = here();
	ssize_t result;
	int e;

	looks++;
	is_at(self, outer);
	result = lab_next_put(buf, n);
	e = errno;
	is_at(self, outer);
	lab_next_arity1(1); /* another call, with a handler further down */
	is_at(self, outer);
	lab_next_put((void *) 1, n + 1); /* refused */
	is_at(self, outer);
	errno = e;
	return result;
}

static long look_below(struct encase_call *call)
{
	(void) call;
	looks++;
	is_at("", outer);
	return probe.result;
}

static long arity1_looks(long a)
{
	(void) a;
	is_at("d", outer);
	looks++;
	return lab_next_arity1(2);
}

static const struct encase_rule raw_rules[] = { ENCASE_ON_IN(lab, put, look_raw), ENCASE_END };
static const struct encase_rule natural_rules[] = {
	ENCASE_ON_IN(lab, put, look_natural, .buf = ENCASE_PASS),
	ENCASE_END,
};
static const struct encase_rule lowest_rules[] = {
	ENCASE_ON_IN(lab, arity1, arity1_looks),
	ENCASE_END,
};
static const struct encase_layer raw_layer = { .name = "raw",
					       .rules = raw_rules,
					       .start = start_named };
static const struct encase_layer natural_layer = { .name = "natural",
						   .rules = natural_rules,
						   .start = start_named };
static const struct encase_layer lowest_layer = { .name = "lowest",
						  .rules = lowest_rules,
						  .start = start_named };

Test(frame, self_and_caller_around_forwards)
{
	outer = unit_arena_cage();
	same(encase_push(outer, &lowest_layer, "d"), 0);
	same(encase_push(outer, &natural_layer, "c"), 0);
	same(encase_push(outer, &raw_layer, "b"), 0);
	same(encase_push(outer, &natural_layer, "a"), 0);
	is_at("", NULL);
	probe.answer = look_below;
	for (int i = 0; i < 2; i++) {
		probe.result = i ? -EBUSY : 3;
		looks = 0;
		same(enter_lab(outer, put, 8, 100), i ? -EBUSY : 3);
		is_at("", NULL);
		/* a, b, c twice, d three times; below it, put twice and arity1 three times */
		same(looks, 1 + 1 + 2 + 3 + 2 + 3);
	}
	unit_free(outer);
}

/* A handler that never forwards has a frame, too, and a layer without start() has no state. */
static long alone(struct encase_call *call)
{
	(void) call;
	is_at("", outer);
	looks++;
	return 0;
}

Test(frame, without_a_start_there_is_a_caller_but_no_self)
{
	struct unit_layer layer;

	outer = unit_host_cage();
	unit_push_any(outer, &layer, alone, 0);
	same(enter_lab(outer, arity0), 0);
	same(looks, 1);
	unit_free(outer);
}

/* -- Calls inside calls --------------------------------------------------- */

static int depth;
static unsigned nested;

/* Of the outer cage: makes a call of the inner cage's, and of its own. */
static ssize_t nest(const void *buf, size_t n)
{
	const char *self = here();
	char bytes[100], before[20];
	ssize_t result;

	is_at(self, outer);
	memcpy(before, buf, sizeof(before));
	memset(bytes, 'n', sizeof(bytes));
	same(enter_lab(inner, get, WORD(bytes), 10), 10);
	same(bytes[9], 'L');
	same(bytes[10], 'n');
	is_at(self, outer);
	if (depth < 4) {
		depth++;
		same(enter_lab(outer, put, WORD(bytes), 20), 10);
		is_at(self, outer);
	}
	nested++;
	holds(!memcmp(before, buf, sizeof(before)));
	result = lab_next_put(buf, n);
	is_at(self, outer);
	return result;
}

static ssize_t get_inside(void *buf, size_t n)
{
	is_at("i", inner);
	return lab_next_get(buf, n);
}

static const struct encase_rule nest_rules[] = { ENCASE_ON_IN(lab, put, nest), ENCASE_END };
static const struct encase_rule get_rules[] = { ENCASE_ON_IN(lab, get, get_inside), ENCASE_END };
static const struct encase_layer nest_layer = { .name = "nest",
						.rules = nest_rules,
						.start = start_named };
static const struct encase_layer get_layer = { .name = "get",
					       .rules = get_rules,
					       .start = start_named };

Test(frame, handlers_enter_other_cages_and_their_own)
{
	outer = unit_host_cage();
	inner = unit_host_cage();
	same(encase_push(outer, &nest_layer, "2"), 0);
	same(encase_push(outer, &nest_layer, "1"), 0);
	same(encase_push(inner, &get_layer, "i"), 0);
	probe.answer = probe_fill;
	probe.result = 10;
	same(enter_lab(outer, put, WORD(unit_room), 30), 10);
	same(depth, 4);
	same(nested, 10); /* two layers, five times */
	is_at("", NULL);
	unit_free(outer);
	unit_free(inner);
}

/* -- Calls from below ----------------------------------------------------- */

static ssize_t put_function(const void *buf, size_t n)
{
	is_at("", outer);
	errno = 0;
	same(lab_next_put(buf, n), -1); /* it is no handler */
	same(errno, EPERM);
	same(enter_lab(inner, get, WORD(unit_room), 10), 10);
	is_at("", outer);
	if (!depth++)
		same(enter_lab(outer, put, WORD(buf), n), 7);
	is_at("", outer);
	same(lab_next_get(unit_room, n), -1);
	same(errno, EPERM);
	return 7;
}

static ssize_t put_above(const void *buf, size_t n)
{
	const char *self = here();
	ssize_t result;

	is_at("a", outer);
	result = lab_next_put(buf, n);
	is_at(self, outer);
	looks++;
	return result;
}

static const struct encase_rule above_rules[] = { ENCASE_ON_IN(lab, put, put_above), ENCASE_END };
static const struct encase_layer above_layer = { .name = "above",
						 .rules = above_rules,
						 .start = start_named };

/* A function below knows its cage, and may forward nothing; when it enters a cage the handler there may. */
Test(frame, functions_below_enter_cages)
{
	static const struct encase_function functions[] = {
		ENCASE_FUNCTION_IN(lab, put, put_function),
		ENCASE_FUNCTION_END,
	};

	outer = unit_cage_on(NULL, NULL, &encase_lower_functions, functions);
	inner = unit_host_cage();
	same(encase_push(outer, &above_layer, "a"), 0);
	same(encase_push(inner, &get_layer, "i"), 0);
	probe.result = 10;
	same(enter_lab(outer, put, WORD(unit_room), 30), 7);
	same(depth, 2);
	same(looks, 2);
	is_at("", NULL);
	unit_free(outer);
	unit_free(inner);
}

/* -- What can be asked of a frame ----------------------------------------- */

static long ask(struct encase_call *call)
{
	const struct encase_desc *desc = encase_call_desc(call);

	same(desc, &lab_desc_several);
	same(encase_arg(call, 2), NULL); /* a scalar */
	same(encase_arg(call, 1), NULL); /* passed */
	holds(encase_arg(call, 0) && encase_arg(call, 5));
	same(encase_arg_word(call, 0), WORD(encase_arg(call, 0)));
	same(encase_arg_word(call, 1), 40);
	same(encase_arg_word(call, 2), 4);
	same(encase_arg_word(call, 4), 8);
	for (unsigned i = 6; i < 40; i++) {
		same(encase_arg(call, i), NULL);
		same(encase_arg_word(call, i), 0);
	}
	looks++;
	return encase_forward(call);
}

static const struct encase_rule ask_rules[] = {
	ENCASE_ON_IN(lab, several, ask, .in = ENCASE_PASS),
	ENCASE_END,
};

Test(frame, arguments_and_words)
{
	static const struct encase_layer layer = { .name = "ask", .rules = ask_rules };
	struct encase_cage *cage = unit_arena_cage();

	unit_push(cage, &layer);
	same(enter_lab(cage, several, 8, 40, 4, 48, 8, 64), 0);
	same(looks, 1);
	unit_free(cage);
}

/* An address that is an identity arrives, but is not to be followed. */
static long ask_mmap(struct encase_call *call)
{
	same(encase_arg(call, 0), NULL);
	same(encase_arg_word(call, 0), 0x5000);
	looks++;
	return encase_forward(call);
}

Test(frame, addresses_are_no_pointers)
{
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layer;

	unit_push_any(cage, &layer, ask_mmap, ENCASE_COPY);
	probe.result = 0x5000;
	same(enter(cage, mmap, 0x5000, 4096, 3, 0x22, -1, 0), 0x5000);
	same(looks, 1);
	unit_free(cage);
}
