/* SPDX-License-Identifier: MIT */
/*
 * One cage that speaks two interfaces, which both have a write: layers over either,
 * over both, and over any call, and handlers that cross from one to the other.
 */
#include <errno.h>
#include <string.h>

#include "conform.h"
#include "mix.h"

/* Who was visited, a letter each: capitals are the lower layer's. */
static char visits[32];

static void visit(char who)
{
	size_t n = strlen(visits);

	cr_assert_lt(n, sizeof(visits) - 1);
	visits[n] = who;
}

static ssize_t linux_write(int fd, const void *buf, size_t count)
{
	visit('L');
	cr_assert_eq(fd, 7);
	cr_assert_arr_eq(buf, "abc", 3);
	return (ssize_t) count;
}

static double mix_write(double volume, const char *text, int voice, float pitch, long a, long b,
			double pause, short times)
{
	visit('M');
	cr_assert_str_eq(text, "speak");
	if (voice < 0) {
		errno = EDOM;
		return -1;
	}
	return volume + voice + (double) pitch + (double) a + (double) b + pause + times;
}

static const struct encase_function functions[] = {
	ENCASE_FUNCTION(write, linux_write),
	ENCASE_FUNCTION_IN(mix, write, mix_write),
	ENCASE_FUNCTION_END,
};

/* -- Layers ---------------------------------------------------------------- */

static ssize_t on_linux(int fd, const void *buf, size_t count)
{
	visit('l');
	return encase_next_write(fd, buf, count);
}

static double on_mix(double volume, const char *text, int voice, float pitch, long a, long b,
		     double pause, short times)
{
	visit('m');
	return mix_next_write(volume, text, voice, pitch, a, b, pause, times);
}

static ssize_t on_linux_too(int fd, const void *buf, size_t count)
{
	visit('b');
	return encase_next_write(fd, buf, count);
}

static double on_mix_too(double volume, const char *text, int voice, float pitch, long a, long b,
			 double pause, short times)
{
	visit('B');
	return mix_next_write(volume, text, voice, pitch, a, b, pause, times);
}

static long on_any(struct encase_call *call)
{
	visit('a');
	return encase_forward(call);
}

/* Says what it writes. */
static ssize_t on_linux_aloud(int fd, const void *buf, size_t count)
{
	visit('x');
	cr_assert_eq(mix_next_write(1, "speak", 2, 3, 4, 5, 6, 7), 28.0);
	return encase_next_write(fd, buf, count);
}

#define LAYER(layer, ...)                                                              \
	static const struct encase_rule layer##_rules[] = { __VA_ARGS__, ENCASE_END }; \
	static const struct encase_layer layer = { .name = #layer, .rules = layer##_rules }

LAYER(over_linux, ENCASE_ON(write, on_linux, .buf = ENCASE_PASS));
LAYER(over_mix, ENCASE_ON_IN(mix, write, on_mix, .text = ENCASE_PASS));
LAYER(over_both, ENCASE_ON(write, on_linux_too), ENCASE_ON_IN(mix, write, on_mix_too));
LAYER(over_any, ENCASE_ON_ANY(on_any));
LAYER(aloud, ENCASE_ON(write, on_linux_aloud));

static struct encase_cage *cage_with(const struct encase_layer *const *layers)
{
	static const struct encase_interface *const both[] = { &encase_calls, &mix_calls, NULL };
	const struct encase_setup setup = { .interfaces = both,
					    .lower = &encase_lower_functions,
					    .below = functions };
	struct encase_cage *cage = NULL;

	cr_assert_eq(encase_cage_new(&setup, &cage), 0);
	for (; *layers; layers++)
		cr_assert_eq(encase_push(cage, *layers, NULL), 0);
	return cage;
}

static const char *write_linux(struct encase_cage *cage)
{
	encase_write_fn *fn = ENCASE_ENTRY(cage, write);

	memset(visits, 0, sizeof(visits));
	cr_assert_eq(fn(7, "abc", 3), 3);
	return visits;
}

static const char *write_mix(struct encase_cage *cage)
{
	mix_write_fn *fn = ENCASE_ENTRY_IN(mix, cage, write);

	memset(visits, 0, sizeof(visits));
	cr_assert_eq(fn(0.5, "speak", 1, 0.25F, 10, 20, 100.125, -1), 130.875);
	return visits;
}

Test(two_interfaces, a_name_of_both)
{
	cr_assert_neq(&encase_desc_write, &mix_desc_write);
	cr_assert_eq(encase_find(&encase_calls, "write"), &encase_desc_write);
	cr_assert_eq(encase_find(&mix_calls, "write"), &mix_desc_write);
	cr_assert_eq(encase_find_number(&encase_calls, 1), &encase_desc_write);
	cr_assert_eq(encase_find_number(&mix_calls, 1), &mix_desc_write);
}

Test(two_interfaces, layers_over_either_and_over_both)
{
	const struct encase_layer *const layers[] = { &over_linux, &over_both, &over_mix, &over_any,
						      NULL };
	struct encase_cage *cage = cage_with(layers);
	mix_write_fn *fn = ENCASE_ENTRY_IN(mix, cage, write);

	cr_assert_str_eq(write_linux(cage), "ablL");
	cr_assert_str_eq(write_mix(cage), "amBM");
	errno = 0;
	cr_assert_eq(fn(1, "speak", -1, 2, 3, 4, 5, 6), -1.0);
	cr_assert_eq(errno, EDOM);
	cr_assert_eq(encase_cage_free(cage), 0);
}

/* A handler's call of the other interface goes through what stands below it, and nothing above. */
Test(two_interfaces, handlers_cross_over)
{
	const struct encase_layer *const layers[] = { &over_mix, &over_both, &aloud, &over_any,
						      NULL };
	struct encase_cage *cage = cage_with(layers);

	cr_assert_str_eq(write_linux(cage), "axBmMbL");
	cr_assert_str_eq(write_mix(cage), "aBmM");
	cr_assert_eq(encase_cage_free(cage), 0);
}

Test(two_interfaces, unspoken)
{
	static const struct encase_interface *const one[] = { &mix_calls, NULL };
	const struct encase_setup setup = { .interfaces = one,
					    .lower = &encase_lower_functions,
					    .below = functions };
	static const encase_word words[ENCASE_MAX_ARGS];
	struct encase_cage *cage = NULL;

	cr_assert_eq(encase_cage_new(&setup, &cage), 0);
	cr_assert_eq(encase_push(cage, &over_linux, NULL), -EINVAL);
	cr_assert_eq(encase_push(cage, &over_both, NULL), -EINVAL);
	cr_assert_eq(encase_push(cage, &over_mix, NULL), 0);
	cr_assert_eq(encase_enter(cage, &encase_desc_write, words), -ENOSYS);
	cr_assert_eq(encase_cage_free(cage), 0);
}
