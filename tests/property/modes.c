/* SPDX-License-Identifier: MIT */
/*
 * Every combination of modes for a call with three pointers, against the reference
 * router.
 *
 *     modes           what is said below
 *     modes --all     all policies of three layers as well, some ten million
 *
 * On one layer and on two, all policies: 216, and 216 * 216.  On one layer with all
 * courses, all pointers as nulls or not, all memories.  On two with a dozen pairs of
 * courses each, which shift from policy to policy, so that each pair of courses
 * meets each policy of either layer.
 *
 * On three layers an argument's own three modes, one from each layer, decide what
 * becomes of it; others touch it by what refuses or spends a forward, and by the
 * count, alone.  So all 216 columns of modes are tried in each of the three places,
 * each amid DRAWS random columns in the other two; triples of courses shift.
 *
 * Prints TAP.  Of a stack on which the two differ the setting and both runs are shown.
 */
#include <stdlib.h>
#include <string.h>

#include "hits.h"
#include "modes.h"
#include "tap.h"

#define FORMS (2 * COURSES) /* courses of natural and of raw handlers */
#define DRAWS 50
#define SHOWN 3 /* differences shown in full */

unsigned tap_tests, tap_failures;
unsigned long hits[NHITS];

static unsigned long runs, differences;

/* -- Telling -------------------------------------------------------------- */

static void print_setting(const struct setting *setting)
{
	static const char *const courses[COURSES] = { "as is", "twice", "own",
						      "nulls", "one",   "wrong" };

	printf("# shape %u, memory %u, nulls %#x, lower fails %#llx, turn %u\n", setting->shape,
	       setting->plot, setting->nulls, (unsigned long long) setting->fails, setting->turn);
	for (unsigned n = 0; n < setting->depth; n++)
		printf("# layer %u: modes %u %u %u, %s, %s\n", n, setting->policy[n][0],
		       setting->policy[n][1], setting->policy[n][2],
		       setting->course[n] < COURSES ? "natural" : "raw",
		       courses[setting->course[n] % COURSES]);
}

static void print_moments(const char *who, const struct moments *moments)
{
	printf("# %s:\n", who);
	for (unsigned i = 0; i < moments->used; i++)
		printf("#   %3u %s %#llx\n", i, moments->at[i].what,
		       (unsigned long long) moments->at[i].value);
}

static bool same_moments(const struct moments *a, const struct moments *b)
{
	if (a->used != b->used)
		return false;
	for (unsigned i = 0; i < a->used; i++)
		if (a->at[i].what != b->at[i].what || a->at[i].value != b->at[i].value)
			return false;
	return true;
}

static void compare(const struct setting *setting)
{
	static struct moments expected, got;

	runs++;
	modes_run(&engine_reference, setting, &expected);
	modes_run(&engine_library, setting, &got);
	if (same_moments(&expected, &got) || differences++ >= SHOWN)
		return;
	print_setting(setting);
	print_moments("the reference router", &expected);
	print_moments("the library", &got);
}

/* -- Stacks --------------------------------------------------------------- */

/* The courses of a stack: natural and raw ones are stacks of their own. */
static void choose_courses(struct setting *setting, unsigned long which)
{
	for (unsigned n = 0; n < setting->depth; n++) {
		setting->course[n] = (unsigned) (which % FORMS);
		which /= FORMS;
	}
}

static void run_stack(struct setting *setting, unsigned long which, unsigned long number)
{
	choose_courses(setting, which);
	setting->turn = (unsigned) (number % 6);
	setting->fails = number % 5 ? 0 : 1;
	modes_stack(setting);
	compare(setting);
	modes_stack_free();
}

static void choose_policy(struct setting *setting, unsigned n, unsigned policy)
{
	for (unsigned i = 0; i < POINTERS; i++) {
		setting->policy[n][i] = modes[policy % MODES];
		policy /= MODES;
	}
}

static void done(const char *name)
{
	printf("# %lu runs\n", runs);
	if (differences)
		printf("# %lu of them differ\n", differences);
	tap_ok(runs && !differences, name);
	runs = differences = 0;
}

static void one_layer(void)
{
	struct setting setting = { .depth = 1 };

	for (unsigned policy = 0; policy < POLICIES; policy++) {
		choose_policy(&setting, 0, policy);
		for (unsigned n = 0; n < SHAPES * PLOT_KINDS * (1 << POINTERS); n++) {
			setting.shape = n % SHAPES;
			setting.plot = n / SHAPES % PLOT_KINDS;
			setting.nulls = n / SHAPES / PLOT_KINDS;
			for (unsigned which = 0; which < FORMS; which++)
				run_stack(&setting, which, policy + n + which);
		}
	}
	done("one layer: all policies");
}

/* The number of a stack shifts what is not gone through: shape, memory, courses. */
static void run_shifted(struct setting *setting, unsigned long number, unsigned long courses,
			unsigned long times)
{
	setting->shape = (unsigned) (number % SHAPES);
	setting->plot = (unsigned) (number / SHAPES % PLOT_KINDS);
	for (unsigned long n = 0; n < times; n++) {
		/* 13 has no divisor in common with powers of 12: all courses come in turn. */
		unsigned long which = times == courses ? n : (number + n) * 13 % courses;

		run_stack(setting, which, number + n);
	}
}

static void two_layers(bool all)
{
	struct setting setting = { .depth = 2 };

	for (unsigned upper = 0; upper < POLICIES; upper++) {
		choose_policy(&setting, 0, upper);
		for (unsigned lower = 0; lower < POLICIES; lower++) {
			choose_policy(&setting, 1, lower);
			run_shifted(&setting, upper * 7UL + lower, FORMS * FORMS,
				    all ? FORMS * FORMS : FORMS);
		}
	}
	done("two layers: all policies");
}

/* One of the columns of an argument's modes, layer by layer. */
static void choose_column(struct setting *setting, unsigned i, unsigned column)
{
	for (unsigned n = 0; n < DEPTH; n++) {
		setting->policy[n][i] = modes[column % MODES];
		column /= MODES;
	}
}

static void three_layers(void)
{
	struct setting setting = { .depth = DEPTH };
	struct random random = { .state = 1 };
	unsigned long number = 0;

	for (unsigned i = 0; i < POINTERS; i++)
		for (unsigned column = 0; column < POLICIES; column++)
			for (unsigned draw = 0; draw < DRAWS; draw++) {
				for (unsigned k = 0; k < POINTERS; k++)
					choose_column(&setting, k,
						      (unsigned) random_below(&random, POLICIES));
				choose_column(&setting, i, column);
				run_shifted(&setting, number++, FORMS * FORMS * FORMS, FORMS);
			}
	done("three layers: all modes of an argument");
}

static void three_layers_all(void)
{
	struct setting setting = { .depth = DEPTH };

	for (unsigned first = 0; first < POLICIES; first++)
		for (unsigned second = 0; second < POLICIES; second++)
			for (unsigned third = 0; third < POLICIES; third++) {
				choose_policy(&setting, 0, first);
				choose_policy(&setting, 1, second);
				choose_policy(&setting, 2, third);
				run_shifted(&setting, first * 49UL + second * 7UL + third,
					    FORMS * FORMS * FORMS, 1);
			}
	done("three layers: all policies");
}

/* What the runs must have come to, or they prove nothing. */
static void check_hits(void)
{
	static const enum hit wanted[] = {
		HIT_PASSED,
		HIT_COPIED,
		HIT_OF_LAYERS,
		HIT_NULLIFIED,
		HIT_ONCE_FIRST,
		HIT_ONCE_SPENT,
		HIT_ONCE_FAILED,
		HIT_ONCE_REFUSED,
		HIT_REPLACED,
		HIT_REPLACED_LARGER,
		HIT_REPLACED_WRITTEN,
		HIT_EINVAL_PASSED,
		HIT_EINVAL_NULLIFIED,
		HIT_SET_PASSED,
		HIT_SET_NULLIFIED,
		HIT_NULL_COPIED,
		HIT_NULL_PASSED,
		HIT_NULL_ONCE,
		HIT_NULL_REPLACE,
		HIT_NULL_NULLIFIED,
		HIT_EINVAL_BOUND_PASS,
		HIT_EINVAL_BOUND_COPY,
		HIT_EINVAL_BOUND_NULLIFIED,
		HIT_EINVAL_RAW,
		HIT_LARGER,
		HIT_LARGER_NULL,
		HIT_EINVAL_SHADOW,
		HIT_SET_BACK,
		HIT_SET_DATA,
		HIT_DATA_NULLIFIED,
		HIT_NULL_EFAULT,
		HIT_FLUSHED,
		HIT_FLUSHED_PART,
		HIT_NO_FLUSH,
		HIT_LOWER_PLACE,
		HIT_LOWER_SHADOW,
		HIT_LOWER_NULL,
		HIT_LOWER_HOST,
	};
	bool good = true;

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		if (hits[wanted[i]])
			continue;
		printf("# the %zu-th class was not reached\n", i + 1);
		good = false;
	}
	tap_ok(good, "the runs reach the modes' rules");
}

int main(int argc, char **argv)
{
	bool all = argc > 1 && !strcmp(argv[1], "--all");

	modes_set_up();
	one_layer();
	two_layers(all);
	three_layers();
	if (all)
		three_layers_all();
	check_hits();
	tap_ok(!plot_misuses, "memories are used as their contract says");
	modes_tear_down();
	return tap_end();
}
