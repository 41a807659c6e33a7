/* SPDX-License-Identifier: MIT */
/*
 * Cages and pushes: what encase_cage_new() and encase_push() refuse, what is left
 * when they do, layers' states, the order of their ends, and what encase_cage_free()
 * does in the midst of a call.
 */
#include "unit.h"

#include "stack.h"

/* -- What a push refuses -------------------------------------------------- */

static int other_write(void)
{
	return 0;
}

static long raw_other(struct encase_call *call)
{
	return encase_forward(call);
}

static unsigned starts, stops;

static int start_counted(void **state, const char *options)
{
	(void) options;
	*state = &starts;
	starts++;
	return 0;
}

static void stop_counted(void *state)
{
	stops += state == &starts;
}

/* clang-format off */
#define NATURAL(c)    (encase_fn *) lab_next_##c
#define RAW           (encase_fn *) raw_other
#define POLICY(...)   (const uint8_t[]){ __VA_ARGS__, 0, 0, 0, 0 }
#define ON(c, fn, ...) \
	{ .desc = &lab_desc_##c, .handler = (fn), .policy = POLICY(__VA_ARGS__) }
#define ON_GROUP(in, g, ...) \
	{ .interface = &(in), .group = (g), .handler = RAW, .form = ENCASE_RAW, \
	  .policy = POLICY(__VA_ARGS__) }
#define ON_ANY(...)   { .handler = RAW, .policy = POLICY(__VA_ARGS__), .form = ENCASE_RAW }
#define ON_LINUX(c)   { .desc = &encase_desc_##c, .handler = RAW, .policy = POLICY(0), .form = ENCASE_RAW }
#define NO_POLICY(fn) { .desc = &lab_desc_put, .handler = (fn) }
#define RULES(...)    .rules = (const struct encase_rule[]){ __VA_ARGS__, ENCASE_END }
#define LAYER(...)    { .name = "row", RULES(__VA_ARGS__), .start = start_counted }
/* clang-format on */

/* Pushed onto a cage that speaks lab alone. */
static const struct {
	const char *what;
	struct encase_layer layer;
	int err;
} pushes[] = {
	{ "one call twice", LAYER(ON(put, NATURAL(put), 0), ON(put, RAW, 0)), -EEXIST },
	{ "one call twice, apart", LAYER(ON(put, RAW, 0), ON_ANY(0), ON(put, RAW, 0)), -EEXIST },
	{ "one group twice",
	  LAYER(ON_GROUP(lab_calls, 1, 0), ON_GROUP(lab_calls, 0, 0), ON_GROUP(lab_calls, 1, 0)),
	  -EEXIST },
	{ "any twice", LAYER(ON_ANY(0), ON_ANY(ENCASE_COPY)), -EEXIST },
	{ "group 0 and any", LAYER(ON_GROUP(lab_calls, 0, 0), ON_ANY(0)), 0 },
	{ "a call, its group and any",
	  LAYER(ON(put, RAW, 0), ON_GROUP(lab_calls, lab_group_first, 0), ON_ANY(0)), 0 },
	{ "an unspoken interface's call", LAYER(ON_LINUX(write)), -EINVAL },
	{ "an unspoken one later", LAYER(ON(put, RAW, 0), ON_LINUX(write)), -EINVAL },
	{ "an unspoken interface's group", LAYER(ON_GROUP(encase_calls, 0, 0)), -EINVAL },
	{ "no such group", LAYER(ON_GROUP(lab_calls, lab_ngroups, 0)), -EINVAL },
	{ "the last group", LAYER(ON_GROUP(lab_calls, lab_ngroups - 1, 0)), 0 },
	{ "mode 3", LAYER(ON(put, RAW, 3)), -EINVAL },
	{ "mode 255", LAYER(ON(put, RAW, 255)), -EINVAL },
	{ "mode 8 for every", LAYER(ON(put, RAW, 1, 0, 8)), -EINVAL },
	{ "mode 3 of the last pointer", LAYER(ON(pairs, RAW, 1, 2, 3)), -EINVAL },
	{ "all modes", LAYER(ON(pairs, RAW, 1, 2, 0, 2)), 0 },
	{ "mode 3 for a group", LAYER(ON_GROUP(lab_calls, 0, 3)), -EINVAL },
	{ "mode 3 for any", LAYER(ON_ANY(3)), -EINVAL },
	{ "copy for any", LAYER(ON_ANY(ENCASE_COPY)), 0 },
	{ "a natural handler for any",
	  LAYER({ .handler = (encase_fn *) other_write, .policy = POLICY(0) }), -EINVAL },
	{ "a natural handler for a group",
	  LAYER({ .interface = &lab_calls,
		  .handler = (encase_fn *) other_write,
		  .policy = POLICY(0) }),
	  -EINVAL },
	{ "no policy", LAYER(NO_POLICY(RAW)), -EINVAL },
	{ "no name", { .name = NULL, RULES(ON(put, RAW, 0)), .start = start_counted }, -EINVAL },
	{ "no rules", { .name = "row", .start = start_counted }, -EINVAL },
};

static struct encase_cage *lab_cage(void)
{
	static const struct encase_interface *const lab[] = { &lab_calls, NULL };
	struct encase_setup setup = { .interfaces = lab, .lower = &probe_lower };
	struct encase_cage *cage;

	same(encase_cage_new(&setup, &cage), 0);
	return cage;
}

/* A refusal leaves nothing behind: no start, no state, no stop, and the cage works. */
Test(push, refusals)
{
	for (size_t i = 0; i < LENGTH(pushes); i++) {
		struct encase_cage *cage = lab_cage();
		struct encase_layer layer = pushes[i].layer;
		bool pushed = !pushes[i].err;

		unit_row("%s", pushes[i].what);
		layer.stop = stop_counted;
		starts = stops = 0;
		probe.calls = 0;
		same(encase_push(cage, &layer, NULL), pushes[i].err);
		same(starts, pushed);
		same(encase_state(cage, &layer), pushed ? &starts : NULL);
		same(enter_lab(cage, arity0), 0);
		same(probe.calls, 1);
		unit_free(cage);
		same(stops, pushed);
	}
}

static const struct encase_rule two_tables[] = {
	ENCASE_ON_GROUP_IN(lab, first, raw_other),
	ENCASE_ON_GROUP(file, raw_other),
	ENCASE_END,
};

/* Two groups of one number, but of two interfaces, are two things. */
Test(push, groups_of_two_interfaces_are_not_the_same)
{
	static const struct encase_layer layer = { .name = "two", .rules = two_tables };
	struct encase_cage *cage = unit_host_cage();

	same(lab_group_first, encase_group_file);
	unit_push(cage, &layer);
	unit_free(cage);
}

/* -- How many ------------------------------------------------------------- */

static unsigned visits;

static long visit(struct encase_call *call)
{
	visits++;
	return encase_forward(call);
}

static const struct encase_rule visit_rules[] = { ENCASE_ON_IN(lab, arity0, visit), ENCASE_END };
static const struct encase_layer visit_layer = { .name = "visit",
						 .rules = visit_rules,
						 .start = start_counted };

Test(push, the_256th_layer_is_ENOSPC)
{
	struct encase_cage *cage = lab_cage();

	for (unsigned i = 0; i < ENC_LAYERS_MAX; i++)
		unit_push(cage, &visit_layer);
	same(starts, 255);
	same(encase_push(cage, &visit_layer, NULL), -ENOSPC);
	same(starts, 255);
	probe.result = 7;
	same(enter_lab(cage, arity0), 7);
	same(visits, 255);
	same(probe.calls, 1);
	unit_free(cage);
}

/* -- Starting and stopping ------------------------------------------------ */

static int start_answer;
static const char *start_options;

static int start_as_told(void **state, const char *options)
{
	*state = (void *) options;
	start_options = options;
	return start_answer;
}

static char order[16];

static void stop_in_order(void *state)
{
	strcat(order, state);
}

static const struct encase_layer told = {
	.name = "told", .rules = visit_rules, .start = start_as_told, .stop = stop_in_order
};

Test(push, a_start_that_fails_pushes_nothing)
{
	static const int errors[] = { -EACCES, -ENOMEM, -1, -4095, -EEXIST };
	struct encase_cage *cage = lab_cage();

	for (size_t i = 0; i < LENGTH(errors); i++) {
		unit_row("%d", errors[i]);
		start_answer = errors[i];
		same(encase_push(cage, &told, "x"), errors[i]);
		same(start_options[0], 'x');
		same(encase_state(cage, &told), NULL);
		same(enter_lab(cage, arity0), 0);
		same(visits, 0);
	}
	start_answer = 0;
	same(encase_push(cage, &told, "a"), 0);
	start_answer = -EIO;
	same(encase_push(cage, &told, "b"), -EIO);
	same(*(const char *) encase_state(cage, &told), 'a');
	unit_free(cage);
	holds(!strcmp(order, "a"));
}

Test(push, layers_stop_newest_first)
{
	static const struct encase_layer no_stop = { .name = "no stop", .rules = visit_rules };
	struct encase_cage *cage = lab_cage();

	same(encase_push(cage, &told, "a"), 0);
	same(encase_push(cage, &told, "b"), 0);
	unit_push(cage, &no_stop);
	same(encase_push(cage, &told, "c"), 0);
	unit_free(cage);
	holds(!strcmp(order, "cba"));
}

Test(push, state_is_of_the_newest_push)
{
	static const struct encase_layer no_start = { .name = "no start", .rules = visit_rules };
	struct encase_cage *cage = lab_cage(), *other = lab_cage();

	same(encase_state(cage, &told), NULL);
	same(encase_push(cage, &told, "a"), 0);
	unit_push(cage, &no_start);
	same(*(const char *) encase_state(cage, &told), 'a');
	same(encase_push(cage, &told, "b"), 0);
	same(*(const char *) encase_state(cage, &told), 'b');
	same(encase_state(cage, &no_start), NULL);
	same(encase_state(other, &told), NULL);
	unit_free(cage);
	unit_free(other);
}

Test(push, options_may_be_null)
{
	struct encase_cage *cage = lab_cage();

	start_options = "not yet";
	same(encase_push(cage, &visit_layer, NULL), 0);
	start_answer = 0;
	same(encase_push(cage,
			 &(struct encase_layer){
				 .name = "null", .rules = visit_rules, .start = start_as_told },
			 NULL),
	     0);
	same(start_options, NULL);
	unit_free(cage);
}

/* -- Cages ---------------------------------------------------------------- */

Test(cage, refusals)
{
	static const struct encase_interface *const twice[] = { &lab_calls, &encase_calls,
								&lab_calls, NULL };
	static const struct encase_interface *const nothing[] = { NULL };
	struct encase_setup setup = { .interfaces = twice, .lower = &encase_lower_void };
	struct encase_cage *cage = (struct encase_cage *) &setup;

	same(encase_cage_new(&setup, &cage), -EINVAL);
	same(cage, &setup);
	setup = (struct encase_setup){ .interfaces = nothing };
	same(encase_cage_new(&setup, &cage), -EINVAL);
	same(cage, &setup);
	setup.lower = &encase_lower_void;
	same(encase_cage_new(&setup, &cage), 0);
	same(enter(cage, getpid), -ENOSYS);
	same(enter_lab(cage, arity0), -ENOSYS);
	unit_free(cage);
}

Test(cage, without_a_list_it_speaks_linux_alone)
{
	struct encase_setup setup = { .lower = &probe_lower };
	struct encase_cage *cage;

	same(encase_cage_new(&setup, &cage), 0);
	probe.result = 9;
	same(enter(cage, getpid), 9);
	same(probe.desc, &encase_desc_getpid);
	same(enter_lab(cage, arity0), -ENOSYS);
	same(probe.calls, 1);
	unit_free(cage);
}

/* -- Freeing -------------------------------------------------------------- */

static struct encase_cage *to_free, *inner;
static int freed[3];

static long try_to_free(struct encase_call *call)
{
	(void) call;
	freed[0] = encase_cage_free(to_free);
	if (inner)
		freed[1] = (int) enter_lab(inner, arity0);
	freed[2] = encase_cage_free(to_free);
	return 5;
}

static long free_outer(struct encase_call *call)
{
	(void) call;
	return -encase_cage_free(to_free) == EBUSY ? 1 : 2;
}

/* In a handler, in a handler of another cage below it, in the lower layer. */
Test(cage, freeing_it_in_its_own_call_is_EBUSY)
{
	struct unit_layer outer_layer, inner_layer;

	same(encase_cage_free(NULL), 0);
	to_free = unit_host_cage();
	inner = unit_host_cage();
	unit_push_raw(to_free, &outer_layer, arity0, try_to_free, 0);
	unit_push_raw(inner, &inner_layer, arity0, free_outer, 0);
	same(enter_lab(to_free, arity0), 5);
	same(freed[0], -EBUSY);
	same(freed[1], 1);
	same(freed[2], -EBUSY);
	probe.answer = free_outer;
	same(enter_lab(to_free, arity1), 1);
	unit_free(inner);
	unit_free(to_free);
}

/* A handler may free a cage of which no call is in flight. */
Test(cage, freeing_another_one_in_a_handler)
{
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layer;

	to_free = unit_host_cage();
	unit_push_raw(cage, &layer, arity0, free_outer, 0);
	same(enter_lab(cage, arity0), 2);
	unit_free(cage);
}
