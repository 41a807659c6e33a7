/* SPDX-License-Identifier: MIT */
/* Signatures of which no call can be made: encase_interface_make() refuses them and says why. */
#include "unit.h"

#include <encase/make.h>

#define FD                                                          \
	{                                                           \
		.name = "fd", .kind = ENCASE_FD, .type = ENCASE_S32 \
	}
#define N                                                            \
	{                                                            \
		.name = "n", .kind = ENCASE_SIZE, .type = ENCASE_U64 \
	}
#define STRING .kind = ENCASE_STR | ENCASE_IN, .size = 16
#define BUFFER .kind = ENCASE_BUF | ENCASE_IN, .size = 1

/* clang-format off */
static const struct {
	struct encase_signature call;
	const char *why;
} rows[] = {
	{ { .name = "c", .nargs = 2, .args = { N, { .name = "s", STRING, .count = "n" } } },
	  "c: s is counted, and is neither a buffer nor a vector" },
	{ { .name = "c", .nargs = 1, .args = { { .name = "s", STRING, .count = "absent" } } },
	  "c: s is counted, and is neither a buffer nor a vector" },
	{ { .name = "c", .nargs = 8, .args = { { .name = "s", STRING, .count = "absent" },
	    FD, N, { .name = "x" }, { .name = "y" }, { .name = "z" }, { .name = "u" },
	    { .name = "v" } } },
	  "c: s is counted, and is neither a buffer nor a vector" },
	{ { .name = "c", .nargs = 2, .args = { N, { .name = "m", .count = "n" } } },
	  "c: m is counted, and is neither a buffer nor a vector" },
	{ { .name = "c", .nargs = 1, .args = { { .name = "b", BUFFER, .count = "absent" } } },
	  "c: b: nothing counts it" },
	{ { .name = "c", .nargs = 1, .args = { { .name = "b", BUFFER } } },
	  "c: b: nothing counts it" },
	{ { .name = "c", .nargs = 1, .args = { { .name = "b", BUFFER, .count = "b" } } },
	  "c: b: b is no count" },
};
/* clang-format on */

Test(signatures, are_refused)
{
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct encase_interface *made = (const void *) rows;
		char why[100] = "";

		unit_row("row %zu", i);
		same(encase_interface_make("made", &rows[i].call, 1, &made, why, sizeof(why)),
		     -EINVAL);
		same(made, rows);
		cr_assert_str_eq(why, rows[i].why);
	}
}
