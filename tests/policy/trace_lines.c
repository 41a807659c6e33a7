/* SPDX-License-Identifier: MIT */
/*
 * Layer "trace": what its lines say.
 *
 * The test kit's bottom answers with whatever a test wants, so that lines can be
 * given letter by letter.  What else a line of words alone says is the formatter's to prove,
 * in tests/format.
 */
#define _GNU_SOURCE /* strerrorname_np() */
#include <encase/format.h>
#include <encase/make.h>
#include <float.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "plain.h"
#include "policies.h"
#include "scene.h"

#include <encase/test.h>

static struct encase_test *traced(void)
{
	struct encase_test *t = ENCASE_TEST_IN(odd, &encase_trace, NULL);

	encase_test_unscripted(t, 0);
	encase_test_blind(t);
	return t;
}

#define SIXTY_FOUR "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* A line, and no other. */
#define EXPECT_LINE(...)                              \
	do {                                          \
		ENCASE_EXPECT_LOGGED(t, __VA_ARGS__); \
		ENCASE_EXPECT_NOTHING_LOGGED(t);      \
	} while (0)
/* Makes a call by its words. */
#define ENTER_WORDS(desc, ...) \
	ENCASE_CALL_WORDS(t, &(desc), ((const encase_word[ENCASE_MAX_ARGS]){ __VA_ARGS__ }))

Test(trace_lines, shows_a_success)
{
	struct encase_test *t = traced();
	char buf[5];

	ENCASE_ANSWER(t, write, 5);
	ENCASE_CALL_GIVES(t, 5, write, 1, buf, 5);
	EXPECT_LINE("write(1, 0x%" PRIx64 ", 5) = 5", encase_test_address(buf));
	encase_test_end(t);
}

Test(trace_lines, shows_a_failure)
{
	struct encase_test *t = traced();

	ENCASE_ANSWER_FAIL(t, close, EBADF);
	ENCASE_CALL_FAILS(t, EBADF, close, 77);
	EXPECT_LINE("close(77) = -1 EBADF (Bad file descriptor)");
	encase_test_end(t);
}

Test(trace_lines, shows_a_call_without_arguments)
{
	struct encase_test *t = traced();

	ENCASE_ANSWER(t, getpid, 4711);
	ENCASE_CALL_GIVES(t, 4711, getpid);
	EXPECT_LINE("getpid() = 4711");
	encase_test_end(t);
}

Test(trace_lines, shows_flags_and_commands_by_name)
{
	struct encase_test *t = traced();

	ENTER_WORDS(encase_desc_openat, (encase_word) -100, 0, 02000001);
	EXPECT_LINE("openat(AT_FDCWD, NULL, O_WRONLY|O_CLOEXEC) = 0");
	ENTER_WORDS(encase_desc_fcntl, 3, 4, 02000);
	EXPECT_LINE("fcntl(3, F_SETFL, O_RDONLY|O_APPEND) = 0");
	encase_test_end(t);
}

Test(trace_lines, shows_null)
{
	struct encase_test *t = traced();

	ENCASE_CALL(t, write, 0, NULL, 0);
	EXPECT_LINE("write(0, NULL, 0) = 0");
	encase_test_end(t);
}

Test(trace_lines, shows_the_bits_of_narrow_arguments_alone)
{
	const encase_word high = ~UINT64_C(0) << 32;
	struct encase_test *t = traced();

	ENTER_WORDS(encase_desc_lseek, (encase_word) -1, (encase_word) -1, high | 2);
	EXPECT_LINE("lseek(-1, -1, SEEK_END) = 0");
	encase_test_end(t);
}

Test(trace_lines, shows_eight_arguments_of_all_types)
{
	struct encase_test *t = traced();
	const encase_word x = UINT64_C(0x8182838485868788);

	encase_test_unscripted(t, -70000);
	ENTER_WORDS(odd_desc_scalars, x, x, x, x, x, x, x, x);
	EXPECT_LINE("scalars(-120, 136, -30840, 34696, -2054781048, 2240186248, -1.26510858e-35, "
		    "-2.1597750994171683e-301) = -70000");
	encase_test_unscripted(t, 0);
	ENTER_WORDS(odd_desc_wide, x, x, x, x, x, x, x, x);
	EXPECT_LINE("wide(-9114578090645354616, 9332165983064197000, 0x8182838485868788, "
		    "0x8182838485868788, 0x8182838485868788, 9332165983064197000, "
		    "-2.1597750994171683e-301, -2.1597750994171683e-301) = 0");
	encase_test_end(t);
}

Test(trace_lines, shows_doubles)
{
	struct encase_test *t = traced();

	ENCASE_ANSWER_IN(odd, t, sum, 3);
	ENCASE_CALL_GIVES_IN(odd, t, 3, sum, 1, -1, 2, 0.5, 0, -0.0, 1024, 1e300);
	EXPECT_LINE("sum(1, -1, 2, 0.5, 0, -0, 1024, 1.0000000000000001e+300) = 3");
	encase_test_end(t);
}

Test(trace_lines, shows_results_as_their_type_has_them)
{
	static const float f32[] = { -0.5F, FLT_MAX };
	static const double f64[] = { 0.25, -DBL_MAX };
	static const struct {
		const struct encase_desc *desc;
		long result;
		const char *shown;
	} cases[] = {
		{ &odd_desc_get_s8, SCHAR_MAX, "get_s8() = 127" },
		{ &odd_desc_get_s8, 0x17f, "get_s8() = 127" },
		{ &odd_desc_get_u8, UCHAR_MAX, "get_u8() = 255" },
		{ &odd_desc_get_u8, 0x1fe, "get_u8() = 254" },
		{ &odd_desc_get_s16, SHRT_MAX, "get_s16() = 32767" },
		{ &odd_desc_get_s16, -5000, "get_s16() = -5000" },
		{ &odd_desc_get_u16, USHRT_MAX, "get_u16() = 65535" },
		{ &odd_desc_get_s32, INT_MAX, "get_s32() = 2147483647" },
		{ &odd_desc_get_u32, UINT_MAX, "get_u32() = 4294967295" },
		{ &odd_desc_get_s64, LONG_MIN, "get_s64() = -9223372036854775808" },
		{ &odd_desc_get_s64, LONG_MAX, "get_s64() = 9223372036854775807" },
		{ &odd_desc_get_s64, -4096, "get_s64() = -4096" },
		{ &odd_desc_get_u64, LONG_MIN, "get_u64() = 9223372036854775808" },
		{ &odd_desc_get_u64, -4096, "get_u64() = 18446744073709547520" },
		{ &encase_desc_geteuid, 4294967294, "geteuid() = 4294967294" },
		{ &odd_desc_ticks, -5, "ticks() = -5" },
	};
	struct encase_test *t = traced();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		encase_test_unscripted(t, cases[i].result);
		ENCASE_CALL_WORDS(t, cases[i].desc, plain_words);
		EXPECT_LINE("%s", cases[i].shown);
	}
	for (size_t i = 0; i < 2; i++) {
		ENCASE_ANSWER_IN(odd, t, get_f32, f32[i]);
		ENCASE_CALL_IN(odd, t, get_f32);
		EXPECT_LINE("get_f32() = %s", i ? "3.40282347e+38" : "-0.5");
		ENCASE_ANSWER_IN(odd, t, get_f64, f64[i]);
		ENCASE_CALL_IN(odd, t, get_f64);
		EXPECT_LINE("get_f64() = %s", i ? "-1.7976931348623157e+308" : "0.25");
	}
	encase_test_end(t);
}

Test(trace_lines, shows_pointers_that_are_results_in_hex)
{
	struct encase_test *t = traced();

	ENCASE_ANSWER(t, mmap, (void *) 0x7f0000001000);
	ENCASE_CALL(t, mmap, NULL, 4096, 3, 0x22, -1, 0);
	EXPECT_LINE("mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = "
		    "0x7f0000001000");
	ENCASE_ANSWER_IN(odd, t, find, (void *) 0x7f0000001000);
	ENCASE_CALL_IN(odd, t, find, NULL);
	EXPECT_LINE("find(NULL) = 0x7f0000001000");
	encase_test_end(t);
}

Test(trace_lines, shows_every_failure_alike)
{
	struct encase_test *t = traced();

	encase_test_unscripted(t, -ENOENT);
	ENCASE_CALL_IN(odd, t, find, NULL);
	EXPECT_LINE("find(NULL) = -1 ENOENT (No such file or directory)");
	ENCASE_CALL_IN(odd, t, get_f64);
	EXPECT_LINE("get_f64() = -1 ENOENT (No such file or directory)");
	ENCASE_CALL(t, geteuid);
	EXPECT_LINE("geteuid() = -1 ENOENT (No such file or directory)");
	encase_test_end(t);
}

Test(trace_lines, tells_results_from_errors_where_they_overlap)
{
	struct encase_test *t = traced();

	ENCASE_ANSWER_IN(odd, t, peek, -EIO);
	ENCASE_CALL_IN(odd, t, peek, 8);
	EXPECT_LINE("peek(8) = -5");
	ENCASE_ANSWER_FAIL_IN(odd, t, peek, EIO);
	ENCASE_CALL_IN(odd, t, peek, 8);
	EXPECT_LINE("peek(8) = -1 EIO (Input/output error)");
	ENCASE_ANSWER_IN(odd, t, peek, -EIO);
	ENCASE_CALL_IN(odd, t, peek, 8);
	EXPECT_LINE("peek(8) = -5");
	encase_test_end(t);
}

/* The kernel's own errnos, which libc has no names for. */
static const char *interrupted(int error)
{
	const struct encase_outcome outcome = { .error = error };
	static char text[128];

	(void) encase_format(text, sizeof(text), &encase_desc_fsync, (const encase_word[]){ 3 },
			     &outcome, NULL);
	return text;
}

Test(trace_lines, names_every_errno)
{
	struct encase_test *t = traced();

	for (int error = 1; error <= 4095; error++) {
		const char *name = strerrorname_np(error);

		ENCASE_ANSWER_FAIL(t, fsync, error);
		ENCASE_CALL(t, fsync, 3);
		if (name)
			EXPECT_LINE("fsync(3) = -1 %s (%s)", name, strerrordesc_np(error));
		else if (error < 512 || error > 516)
			EXPECT_LINE("fsync(3) = -1 (errno %d)", error);
		else
			EXPECT_LINE("%s", interrupted(error));
	}
	encase_test_end(t);
}

Test(trace_lines, shows_every_call_of_linux_once)
{
	struct encase_test *t = traced();

	cr_assert_eq(nplain, encase_calls.ncalls);
	for (size_t i = 0; i < nplain; i++) {
		if (plain_may_stay_away(&plain[i]))
			continue;
		encase_test_unscripted(t, 0);
		cr_assert_eq(ENCASE_CALL_WORDS(t, plain[i].desc, plain_words), 0);
		EXPECT_LINE("%s", plain_shown(&plain[i], 0));
		encase_test_unscripted(t, -EXDEV);
		cr_assert_eq(ENCASE_CALL_WORDS(t, plain[i].desc, plain_words), -EXDEV);
		EXPECT_LINE("%s", plain_shown(&plain[i], EXDEV));
	}
	encase_test_end(t);
}

/* Who waits for the call to return might wait for ever. */
Test(trace_lines, shows_calls_that_may_not_return_before_them)
{
	static const struct {
		const struct encase_desc *desc;
		const char *shown;
	} calls[] = {
		{ &encase_desc_exit, "exit(0)" },
		{ &encase_desc_exit_group, "exit_group(0)" },
		{ &encase_desc_execve, "execve(NULL, NULL, NULL)" },
		{ &encase_desc_execveat, "execveat(0, NULL, NULL, NULL, 0)" },
		{ &encase_desc_rt_sigreturn, "rt_sigreturn()" },
	};
	struct encase_test *t = traced();

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		encase_test_unscripted(t, -EPERM);
		ENTER_WORDS(*calls[i].desc, 0);
		ENCASE_EXPECT_LOGGED(t, "%s", calls[i].shown);
		EXPECT_LINE("%s = -1 EPERM (Operation not permitted)", calls[i].shown);
	}
	encase_test_end(t);
}

Test(trace_lines, shows_long_names_whole)
{
	const struct encase_desc *longest = encase_find_number(&odd_calls, 31);
	struct encase_test *t = ENCASE_TEST_IN(odd, &encase_trace, "prefix=" SIXTY_FOUR);
	static const encase_word words[ENCASE_MAX_ARGS] = { 1, 2, 3, 4, 5, 6, 7, 8 };

	encase_test_unscripted(t, -ENOTRECOVERABLE);
	ENCASE_CALL_WORDS(t, longest, words);
	EXPECT_LINE("%s%s(1, 2, 3, 4, 5, 6, 7, 8) = -1 ENOTRECOVERABLE (State not recoverable)",
		    SIXTY_FOUR, encase_text(longest)->name);
	encase_test_unscripted(t, -4096);
	ENCASE_CALL_WORDS(t, longest, words);
	EXPECT_LINE("%s%s(1, 2, 3, 4, 5, 6, 7, 8) = 18446744073709547520", SIXTY_FOUR,
		    encase_text(longest)->name);
	encase_test_end(t);
}

/* One byte more than a line has is cut to as much as it has. */
Test(trace_lines, are_cut_where_they_are_too_long)
{
	enum { LINE = 1023, REST = sizeof("() = -1 ENOSYS (Function not implemented)") - 1 };
	for (size_t n = LINE - REST - 64; n <= LINE - REST - 63; n++) {
		char name[LINE + 1] = "", expected[2 * LINE], why[100];
		const struct encase_signature call = { .name = name, .type = ENCASE_S64 };
		const struct encase_interface *made;
		const struct encase_interface *speaks[2] = { NULL };
		const struct encase_setup setup = { .interfaces = speaks,
						    .lower = &encase_lower_void };
		struct encase_cage *cage;

		memset(name, 'n', n);
		cr_assert_eq(encase_interface_make("made", &call, 1, &made, why, sizeof(why)), 0,
			     "%s", why);
		speaks[0] = made;
		cr_assert_eq(encase_cage_new(&setup, &cage), 0);
		scene_push(cage, &encase_trace, "prefix=" SIXTY_FOUR);
		lines_start();
		cr_assert_eq(encase_enter(cage, made->calls[0], NULL), -ENOSYS);
		snprintf(expected, sizeof(expected),
			 "%s%s() = -1 ENOSYS (Function not implemented)", SIXTY_FOUR, name);
		if (strlen(expected) > LINE)
			memcpy(expected + LINE - 3, "...", 4);
		cr_assert_str_eq(lines_at(0), expected);
		scene_free(cage);
		encase_interface_free(made);
	}
}
