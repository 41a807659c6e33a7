/* SPDX-License-Identifier: MIT */
/*
 * Layer "trace": what its lines say.
 *
 * The test kit's bottom answers with whatever a test wants, so that lines can be
 * given letter by letter.  Every call of Linux's table is shown as plain.h,
 * which knows nothing of descriptors, says it must be.
 */
#define _GNU_SOURCE /* strerrorname_np() */
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
	EXPECT_LINE("write(fd=0x1, buf=0x%" PRIx64 ", count=0x5) = 5", encase_test_address(buf));
	encase_test_end(t);
}

Test(trace_lines, shows_a_failure)
{
	struct encase_test *t = traced();

	ENCASE_ANSWER_FAIL(t, close, EBADF);
	ENCASE_CALL_FAILS(t, EBADF, close, 77);
	EXPECT_LINE("close(fd=0x4d) = -1 EBADF");
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

Test(trace_lines, shows_null_as_a_number)
{
	struct encase_test *t = traced();

	ENCASE_CALL(t, write, 0, NULL, 0);
	EXPECT_LINE("write(fd=0x0, buf=0x0, count=0x0) = 0");
	encase_test_end(t);
}

Test(trace_lines, shows_the_bits_of_narrow_arguments_alone)
{
	const encase_word high = ~UINT64_C(0) << 32;
	struct encase_test *t = traced();

	ENTER_WORDS(encase_desc_lseek, (encase_word) -1, (encase_word) -1, high | 2);
	EXPECT_LINE("lseek(fd=0xffffffff, offset=0xffffffffffffffff, whence=0x2) = 0");
	encase_test_end(t);
}

Test(trace_lines, shows_eight_arguments_of_all_types)
{
	struct encase_test *t = traced();
	const encase_word x = UINT64_C(0x8182838485868788);

	encase_test_unscripted(t, -70000);
	ENTER_WORDS(odd_desc_scalars, x, x, x, x, x, x, x, x);
	EXPECT_LINE("scalars(s8=0x88, u8=0x88, s16=0x8788, u16=0x8788, s32=0x85868788, "
		    "u32=0x85868788, f32=0x85868788, f64=0x8182838485868788) = -70000");
	encase_test_unscripted(t, 0);
	ENTER_WORDS(odd_desc_wide, x, x, x, x, x, x, x, x);
	EXPECT_LINE("wide(s64=0x8182838485868788, u64=0x8182838485868788, "
		    "address=0x8182838485868788, string=0x8182838485868788, "
		    "buffer=0x8182838485868788, size=0x8182838485868788, "
		    "x=0x8182838485868788, y=0x8182838485868788) = 0");
	encase_test_end(t);
}

Test(trace_lines, shows_doubles_as_their_bits)
{
	struct encase_test *t = traced();

	ENCASE_ANSWER_IN(odd, t, sum, 3);
	ENCASE_CALL_GIVES_IN(odd, t, 3, sum, 1, -1, 2, 0.5, 0, -0.0, 1024, 1e300);
	EXPECT_LINE("sum(a=0x3ff0000000000000, b=0xbff0000000000000, c=0x4000000000000000, "
		    "d=0x3fe0000000000000, e=0x0, f=0x8000000000000000, g=0x4090000000000000, "
		    "h=0x7e37e43c8800759c) = 3");
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
		EXPECT_LINE("get_f32() = %s", i ? "3.40282e+38" : "-0.5");
		ENCASE_ANSWER_IN(odd, t, get_f64, f64[i]);
		ENCASE_CALL_IN(odd, t, get_f64);
		EXPECT_LINE("get_f64() = %s", i ? "-1.79769e+308" : "0.25");
	}
	encase_test_end(t);
}

Test(trace_lines, shows_pointers_that_are_results_in_hex)
{
	struct encase_test *t = traced();

	ENCASE_ANSWER(t, mmap, (void *) 0x7f0000001000);
	ENCASE_CALL(t, mmap, NULL, 4096, 3, 0x22, -1, 0);
	EXPECT_LINE("mmap(addr=0x0, length=0x1000, prot=0x3, flags=0x22, fd=0xffffffff, "
		    "offset=0x0) = 0x7f0000001000");
	ENCASE_ANSWER_IN(odd, t, find, (void *) 0x7f0000001000);
	ENCASE_CALL_IN(odd, t, find, NULL);
	EXPECT_LINE("find(name=0x0) = 0x7f0000001000");
	encase_test_end(t);
}

Test(trace_lines, shows_every_failure_alike)
{
	struct encase_test *t = traced();

	encase_test_unscripted(t, -ENOENT);
	ENCASE_CALL_IN(odd, t, find, NULL);
	EXPECT_LINE("find(name=0x0) = -1 ENOENT");
	ENCASE_CALL_IN(odd, t, get_f64);
	EXPECT_LINE("get_f64() = -1 ENOENT");
	ENCASE_CALL(t, geteuid);
	EXPECT_LINE("geteuid() = -1 ENOENT");
	encase_test_end(t);
}

Test(trace_lines, tells_results_from_errors_where_they_overlap)
{
	struct encase_test *t = traced();

	ENCASE_ANSWER_IN(odd, t, peek, -EIO);
	ENCASE_CALL_IN(odd, t, peek, 8);
	EXPECT_LINE("peek(at=0x8) = -5");
	ENCASE_ANSWER_FAIL_IN(odd, t, peek, EIO);
	ENCASE_CALL_IN(odd, t, peek, 8);
	EXPECT_LINE("peek(at=0x8) = -1 EIO");
	ENCASE_ANSWER_IN(odd, t, peek, -EIO);
	ENCASE_CALL_IN(odd, t, peek, 8);
	EXPECT_LINE("peek(at=0x8) = -5");
	encase_test_end(t);
}

Test(trace_lines, names_every_errno)
{
	struct encase_test *t = traced();

	for (int error = 1; error <= 4095; error++) {
		const char *name = strerrorname_np(error);
		char number[16];

		snprintf(number, sizeof(number), "%d", error);
		ENCASE_ANSWER_FAIL(t, fsync, error);
		ENCASE_CALL(t, fsync, 3);
		EXPECT_LINE("fsync(fd=0x3) = -1 %s", name ? name : number);
	}
	encase_test_end(t);
}

Test(trace_lines, numbers_an_errno_without_a_name)
{
	struct encase_test *t = traced();

	ENCASE_ANSWER_FAIL(t, fsync, 4095);
	ENCASE_CALL(t, fsync, 3);
	EXPECT_LINE("fsync(fd=0x3) = -1 4095");
	encase_test_end(t);
}

Test(trace_lines, shows_every_call_of_linux_once)
{
	struct encase_test *t = traced();

	cr_assert_eq(nplain, encase_calls.ncalls);
	for (size_t i = 0; i < nplain; i++) {
		encase_test_unscripted(t, 0);
		cr_assert_eq(ENCASE_CALL_WORDS(t, plain[i].desc, plain_words), 0);
		EXPECT_LINE("%s = %s", plain_shown(&plain[i]), plain[i].is_pointer ? "0x0" : "0");
		encase_test_unscripted(t, -EXDEV);
		cr_assert_eq(ENCASE_CALL_WORDS(t, plain[i].desc, plain_words), -EXDEV);
		EXPECT_LINE("%s = -1 EXDEV", plain_shown(&plain[i]));
	}
	encase_test_end(t);
}

Test(trace_lines, shows_names_of_64_bytes_whole)
{
	struct encase_test *t = traced();

	encase_test_unscripted(t, 1);
	ENTER_WORDS(odd_desc_name_of_sixty_four_bytes_that_is_shown_to_its_last_letter_or_not, 2);
	EXPECT_LINE("name_of_sixty_four_bytes_that_is_shown_to_its_last_letter_or_not("
		    "argument_of_sixty_four_bytes_that_is_shown_to_its_last_letter_or=0x2) = 1");
	encase_test_end(t);
}

/* The longest line that there can be, but for its result, which is an error's longest name. */
Test(trace_lines, fits_any_line)
{
	const struct encase_desc *longest = encase_find_number(&odd_calls, 31);
	char options[] = "prefix=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	struct encase_test *t = ENCASE_TEST_IN(odd, &encase_trace, options);
	encase_word words[ENCASE_MAX_ARGS];
	char expected[1024];
	int n = snprintf(expected, sizeof(expected), "%s%.64s(", options + strlen("prefix="),
			 encase_text(longest)->name);

	for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++) {
		words[i] = ~UINT64_C(0);
		n += snprintf(expected + n, sizeof(expected) - (size_t) n,
			      "%s%.64s=0xffffffffffffffff", i ? ", " : "",
			      encase_text(longest)->arg[i].name);
	}
	encase_test_unscripted(t, -ENOTRECOVERABLE);
	ENCASE_CALL_WORDS(t, longest, words);
	EXPECT_LINE("%s) = -1 ENOTRECOVERABLE", expected);
	encase_test_unscripted(t, -4096);
	ENCASE_CALL_WORDS(t, longest, words);
	EXPECT_LINE("%s) = 18446744073709547520", expected);
	encase_test_end(t);
}
