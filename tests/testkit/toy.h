/* SPDX-License-Identifier: MIT */
/* Declares the calls of toy.def, and what the tests of the kit share. */
#ifndef TOY_H
#define TOY_H

#include <criterion/criterion.h>
#include <errno.h>

#include <encase/test.h>

struct toy_pair {
	int x, y;
};

#define ENCASE_PREFIX toy
#define ENCASE_TABLE  <toy.def>
#include <encase/declare.h>
#undef ENCASE_PREFIX
#undef ENCASE_TABLE

/* Copies all that every call points to, of both tables, and forwards it. */
extern const struct encase_layer copier;

/* The failures of a test whose hook this is. */
extern struct witness {
	unsigned n;
	const char *file;
	int line;
	char message[2048];
} witness;
void witness_fail(void *arg, const char *file, int line, const char *message);

/* What a statement must fail with, once, letter by letter; it ends no test. */
#define EXPECT_FAILURE(t, text, ...)                                 \
	do {                                                         \
		encase_test_on_failure((t), witness_fail, &witness); \
		witness.n = 0;                                       \
		__VA_ARGS__;                                         \
		cr_assert_eq(witness.n, 1, "%u", witness.n);         \
		cr_assert_str_eq(witness.message, (text));           \
		cr_assert_str_eq(witness.file, __FILE__);            \
	} while (0)
/* How such a text ends, where there was no call; or one, which came to the bottom as it was. */
#define NO_CALL        "\n  the call: none was made\n  reached the bottom: nothing"
#define ONE_CALL(call) "\n  the call: " call "\n  reached the bottom:\n    " call
/* The test ends, having failed so often. */
void expect_end(struct encase_test *t, int failures);

#endif
