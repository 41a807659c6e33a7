/* SPDX-License-Identifier: MIT */
/*
 * Lower layer "functions": that C functions with the calls' own prototypes speak
 * libc, and get what C functions get.
 *
 * The functions under test belong to the calls of mix.def.  Those that may fail are
 * told by their argument how to end; see how().
 */
#include <errno.h>
#include <string.h>

#include "conform.h"
#include "mix.h"

/* What a function does: it sets errno, and returns value; 0 stands for the failure value. */
static encase_word how(int value, int error)
{
	return (encase_word) (value * 65536 | error);
}

#define MAY_FAIL(c, type, fail)                                           \
	static type do_##c(int a)                                         \
	{                                                                 \
		errno = a & 0xffff;                                       \
		return a >> 16 ? (type) (long) (a >> 16) : (type) (fail); \
	}

MAY_FAIL(fails_s8, signed char, -1)
MAY_FAIL(fails_u8, unsigned char, -1)
MAY_FAIL(fails_s16, short, -1)
MAY_FAIL(fails_u16, unsigned short, -1)
MAY_FAIL(fails_s32, int, -1)
MAY_FAIL(fails_u32, unsigned, -1)
MAY_FAIL(fails_s64, long, -1)
MAY_FAIL(fails_u64, unsigned long, -1)
MAY_FAIL(fails_pointer, void *, -1L)
MAY_FAIL(fails_null, void *, 0)
MAY_FAIL(fails_zero, unsigned, 0)
MAY_FAIL(fails_least, long, -128)
MAY_FAIL(fails_most, signed char, 127)
MAY_FAIL(overlaps_s32, int, -1)
MAY_FAIL(overlaps_s64, long, -1)
MAY_FAIL(overlaps_u64, unsigned long, -1)

static float do_fails_f32(int a)
{
	errno = a & 0xffff;
	return a >> 16 ? (float) (a >> 16) : -1;
}

static double do_fails_f64(int a)
{
	errno = a & 0xffff;
	return a >> 16 ? a >> 16 : -1;
}

/* What the last function saw. */
static int errno_at_start, forwarded, errno_of_forward;
static void *self = &self, *caller = &caller;

/* A function that looks around: whom it works for it may know, and forward it may not. */
static int do_none(void)
{
	errno_at_start = errno;
	self = encase_self();
	caller = encase_caller();
	forwarded = mix_next_fails_s32(0);
	errno_of_forward = errno;
	return 5;
}

static short do_eight(signed char a, float b, unsigned short c, double d, void *e, unsigned char f,
		      double g, long h)
{
	return a == -128 && b == 1.5F && c == 65535 && d == -2.25 && e == (void *) 16 && f == 255 &&
			       g == 1e300 && h == INT64_MIN
		       ? 1
		       : 0;
}

static double do_echo_f64(double a)
{
	return a * 2;
}

static long do_turn(const void *in, size_t len, void *out, size_t room, const char *name)
{
	size_t n = len < room ? len : room;

	if (name && !strcmp(name, "too much"))
		return (long) room + 1;
	for (size_t i = 0; i < n; i++)
		((char *) out)[i] = (char) (((const char *) in)[i] ^ (name ? name[0] : 0));
	return (long) n;
}

/* Stands behind another one for the same call. */
static double second(double a)
{
	return a * 3;
}

/* clang-format off */
#define OVERLAPPING(CALL) CALL(overlaps_s32) CALL(overlaps_s64) CALL(overlaps_u64)
#define FAILING(CALL)                                                                              \
	CALL(fails_s8) CALL(fails_u8) CALL(fails_s16) CALL(fails_u16) CALL(fails_s32)              \
	CALL(fails_u32) CALL(fails_s64) CALL(fails_u64) CALL(fails_f32) CALL(fails_f64)            \
	CALL(fails_pointer) CALL(fails_null) CALL(fails_zero) CALL(fails_least) CALL(fails_most)
#define DESC(c)     &mix_desc_##c,
#define FUNCTION(c) ENCASE_FUNCTION_IN(mix, c, do_##c),

static const struct encase_desc *const failing[] = { FAILING(DESC) };
static const struct encase_desc *const overlapping[] = { OVERLAPPING(DESC) };
static const struct encase_function functions[] = {
	FAILING(FUNCTION) OVERLAPPING(FUNCTION)
	FUNCTION(none) FUNCTION(eight) FUNCTION(echo_f64) FUNCTION(turn)
	ENCASE_FUNCTION_IN(mix, echo_f64, second),
	ENCASE_FUNCTION_END
};
/* clang-format on */

static struct encase_cage *new_cage(const struct encase_function *list, struct encase_arena *arena)
{
	static const struct encase_interface *const speaks[] = { &mix_calls, &encase_calls, NULL };
	const struct encase_setup setup = { .interfaces = speaks,
					    .memory = arena ? &encase_memory_arena : NULL,
					    .space = arena,
					    .lower = &encase_lower_functions,
					    .below = list };
	struct encase_cage *cage;

	same("functions", encase_cage_new(&setup, &cage), 0);
	return cage;
}

#define WORDS(...)                           \
	(const encase_word[ENCASE_MAX_ARGS]) \
	{                                    \
		__VA_ARGS__                  \
	}

/* Ends a call as how() says; its errno, or 0 and its result as a number. */
static int end(struct encase_cage *cage, const struct encase_desc *desc, encase_word word,
	       encase_word *result)
{
	int err;

	errno = 77;
	err = encase_enter_checked(cage, desc, WORDS(word), result);
	same(encase_text(desc)->name, errno, 77);
	return -err;
}

static void goes_up(struct encase_cage *cage, const struct encase_desc *desc)
{
	const char *name = encase_text(desc)->name;
	encase_word result = 0;

	for (int e = 1; e <= 4095; e++)
		same(name, end(cage, desc, how(0, e), &result), e);
	same(name, end(cage, desc, how(0, 4096), &result), EIO);
	same(name, end(cage, desc, how(0, 65535), &result), EIO);
	same(name, result, 0);
}

Test(functions, errno_goes_up)
{
	struct encase_cage *cage = new_cage(functions, NULL);

	for (size_t i = 0; i < COUNT_OF(failing); i++)
		goes_up(cage, failing[i]);
	for (size_t i = 0; i < COUNT_OF(overlapping); i++)
		goes_up(cage, overlapping[i]);
	same("cage", encase_cage_free(cage), 0);
}

/* A failure without an errno is EIO; a success with one is a success. */
static void odd(struct encase_cage *cage, const struct encase_desc *desc)
{
	const char *name = encase_text(desc)->name;
	encase_word result = 0;

	same(name, end(cage, desc, how(0, 0), &result), EIO);
	same(name, end(cage, desc, how(100, EACCES), &result), 0);
	if (desc->type == ENCASE_F64)
		same(name, result, f64(100));
	else if (desc->type == ENCASE_F32)
		same(name, result, f32(100));
	else
		same(name, result, 100);
}

Test(functions, failure_is_told_by_the_value)
{
	struct encase_cage *cage = new_cage(functions, NULL);

	for (size_t i = 0; i < COUNT_OF(failing); i++)
		odd(cage, failing[i]);
	same("cage", encase_cage_free(cage), 0);
}

/* Where results overlap with errors, errno tells, and -1 may be a result. */
Test(functions, failure_is_told_by_errno_where_results_overlap)
{
	struct encase_cage *cage = new_cage(functions, NULL);
	encase_word result;

	for (size_t i = 0; i < COUNT_OF(overlapping); i++) {
		const char *name = encase_text(overlapping[i])->name;

		same(name, end(cage, overlapping[i], how(0, 0), &result), 0);
		same(name, (long) result, -1);
		same(name, end(cage, overlapping[i], how(-7, EACCES), &result), 0);
		same(name, (long) result, -7);
		same(name, end(cage, overlapping[i], how(-EACCES, EACCES), &result), 0);
		same(name, (long) result, -EACCES);
	}
	same("cage", encase_cage_free(cage), 0);
}

/* A negative value that is not the failure value, of a call that fails with another, is none at all. */
Test(functions, values_that_cannot_be_results)
{
	struct encase_cage *cage = new_cage(functions, NULL);
	encase_word result;

	same("s32", end(cage, &mix_desc_fails_s32, how(-7, EACCES), &result), EIO);
	same("s64", end(cage, &mix_desc_fails_s64, how(-4095, 0), &result), EIO);
	same("least", end(cage, &mix_desc_fails_least, how(-1, EACCES), &result), EIO);
	same("pointer", end(cage, &mix_desc_fails_pointer, how(-2, EACCES), &result), EIO);
	same("s32", end(cage, &mix_desc_fails_s32, how(-5000, 0), &result), EIO);
	same("s64", end(cage, &mix_desc_fails_s64, how(-5000, 0), &result), 0);
	same("s64", (long) result, -5000);
	same("cage", encase_cage_free(cage), 0);
}

/* The lower layer is no handler: what it calls has no frame, but the cage's calls may nest. */
Test(functions, functions_are_not_handlers)
{
	struct encase_cage *cage = new_cage(functions, NULL);

	errno = 77;
	same("none", encase_enter(cage, &mix_desc_none, NULL), 5);
	same("none", errno, 77);
	same("none", errno_at_start, 0);
	holds("none", !self && caller == cage);
	same("none", forwarded, -1);
	same("none", errno_of_forward, EPERM);
	same("cage", encase_cage_free(cage), 0);
	holds("outside", !encase_self() && !encase_caller());
}

/* A layer above them has a state of its own. */
static int layers_state;
static int start_layer(void **state, const char *options)
{
	(void) options;
	*state = &layers_state;
	return 0;
}
static void *self_before, *self_after;
static int on_none(void)
{
	int n;

	self_before = encase_self();
	n = mix_next_none();
	self_after = encase_self();
	return n;
}
static const struct encase_rule none_rules[] = { ENCASE_ON_IN(mix, none, on_none), ENCASE_END };
static const struct encase_layer over_none = { .name = "over",
					       .rules = none_rules,
					       .start = start_layer };

static void sees(struct encase_cage *cage, const void *expected)
{
	same("none", encase_enter(cage, &mix_desc_none, NULL), 5);
	holds("caller", caller == cage);
	holds("self", self == expected);
}

Test(functions, functions_know_whom_they_work_for)
{
	static const struct encase_interface *const speaks[] = { &mix_calls, NULL };
	struct encase_cage *parent, *child, *other;
	struct encase_setup setup = { .interfaces = speaks,
				      .lower = &encase_lower_functions,
				      .below = functions,
				      .self = &setup };

	same("parent", encase_cage_new(&setup, &parent), 0);
	sees(parent, &setup);
	same("push", encase_push(parent, &over_none, NULL), 0);
	sees(parent, &setup);
	holds("layer", self_before == &layers_state && self_after == &layers_state);
	setup = (struct encase_setup){ .parent = parent };
	same("child", encase_cage_new(&setup, &child), 0);
	sees(child, &setup);
	setup.self = &child;
	same("other", encase_cage_new(&setup, &other), 0);
	sees(other, &child);
	same("cage", encase_cage_free(other), 0);
	setup = (struct encase_setup){ .lower = &encase_lower_functions,
				       .below = functions,
				       .parent = parent };
	same("other", encase_cage_new(&setup, &other), 0);
	sees(other, NULL);
	same("cage", encase_cage_free(other) | encase_cage_free(child), 0);
	same("cage", encase_cage_free(parent), 0);
}

/* Arguments are values of their types, whatever is in the words' high bits. */
Test(functions, arguments_are_c_values)
{
	struct encase_cage *cage = new_cage(functions, NULL);
	encase_word high = UINT64_C(0x1234567890ab) << 16;

	same("eight",
	     encase_enter(cage, &mix_desc_eight,
			  WORDS(high | 0x80, high << 32 | f32(1.5F), high | 0xffff, f64(-2.25), 16,
				high | 0xff, f64(1e300), UINT64_C(1) << 63)),
	     1);
	same("echo_f64",
	     encase_enter(cage, &mix_desc_echo_f64, WORDS(f64(1.25))) == (long) f64(2.5), 1);
	same("cage", encase_cage_free(cage), 0);
}

Test(functions, what_is_not_listed)
{
	static const struct encase_function none[] = { ENCASE_FUNCTION_END };
	struct encase_cage *some = new_cage(functions, NULL), *empty = new_cage(none, NULL);

	errno = 77;
	same("echo_s8", encase_enter(some, &mix_desc_echo_s8, WORDS(1)), -ENOSYS);
	same("getpid", encase_enter(some, &encase_desc_getpid, NULL), -ENOSYS);
	same("open", encase_enter(some, &encase_desc_open, WORDS(1, 2, 3)), -ENOSYS);
	for (size_t c = 0; c < mix_calls.ncalls; c++)
		same(mix_calls.texts[c].name, encase_enter(empty, mix_calls.calls[c], WORDS(0)),
		     -ENOSYS);
	same("errno", errno, 77);
	same("cage", encase_cage_free(some), 0);
	same("cage", encase_cage_free(empty), 0);
}

/* Buffers of an arena are used where they are; out-data stays within what was given. */
Test(functions, data_of_an_arena)
{
	char block[256] = "....hello....key....too much";
	struct encase_arena arena = { block, sizeof(block) };
	struct encase_cage *cage = new_cage(functions, &arena);
	const struct encase_desc *turn = &mix_desc_turn;

	same("turn", encase_enter(cage, turn, WORDS(4, 5, 100, 50, 0)), 5);
	same("turn", memcmp(block + 100, "hello\0", 6), 0);
	memset(block + 100, '.', 20);
	same("turn", encase_enter(cage, turn, WORDS(4, 5, 100, 3, 0)), 3);
	same("turn", memcmp(block + 100, "hel...", 6), 0);
	block[16] = 0;
	same("turn", encase_enter(cage, turn, WORDS(4, 5, 100, 50, 13)), 5);
	same("turn", block[100], 'h' ^ 'k');
	same("turn", encase_enter(cage, turn, WORDS(4, 5, 100, 50, 20)), -EIO);
	same("turn", encase_enter(cage, turn, WORDS(4, 300, 100, 50, 0)), -EFAULT);
	same("turn", encase_enter(cage, turn, WORDS(4, 5, 250, 7, 0)), -EFAULT);
	same("cage", encase_cage_free(cage), 0);
}
