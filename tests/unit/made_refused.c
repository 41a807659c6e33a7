/* SPDX-License-Identifier: MIT */
/* Interfaces made at run time: each signature that is refused, and why, and what is one edit from it. */
#include "made.h"

/* -- What is refused ------------------------------------------------------ */

static void shape_all(struct encase_desc *shape, const encase_word *words)
{
	(void) shape;
	(void) words;
}

#define COMMA ,
#define ONE(...)                                             \
	{                                                    \
		.name = "c", .type = ENCASE_S64, __VA_ARGS__ \
	}
#define DEEP(which, least) ENCASE_DEEP | ENCASE_IN, .size = ENCASE_DEEP_SIZE(which, least)
#define ARG(...)           .nargs = 1, .args = { { .name = "a", __VA_ARGS__ } }
#define TWO(b, ...)        .nargs = 2, .args = { { .name = "a", __VA_ARGS__ }, b }

static const struct {
	struct encase_signature call;
	const char *why;
} refused[] = {
	{ { .type = ENCASE_S64 }, "call 0: it has no name" },
	{ ONE(.nargs = 9), "c: it has 9 arguments, 8 are the most" },
	{ ONE(.fixed = 2, ARG(ENCASE_NUM, ENCASE_S64)),
	  "c: it has fewer arguments than stand before its \"...\"" },
	{ { .name = "c", .type = ENCASE_POINTER + 1 }, "c: there is no type 11" },
	{ ONE(.result = ENCASE_OVERLAPS + 1), "c: there is no result 3" },
	{ ONE(.class_ = ENCASE_DEAD + 1), "c: there is no class 6" },
	{ ONE(.nargs = 1), "c: argument 0 has no name" },
	{ ONE(TWO(NUM("a", ENCASE_S64), ENCASE_NUM, ENCASE_S64)), "c: two arguments are named a" },
	{ ONE(ARG(ENCASE_NUM, ENCASE_POINTER + 1)), "c: a: there is no type 11" },
	{ ONE(ARG(ENCASE_NUM | ENCASE_IN, ENCASE_S64)),
	  "c: a is no pointer, and is marked as one" },
	{ ONE(ARG(ENCASE_VARIES)), "c: a varies, and no shape says how" },
	{ ONE(ARG(ENCASE_OBJ | ENCASE_IN)), "c: a has no size" },
	{ ONE(ARG(ENCASE_STR)), "c: a has no size" },
	{ ONE(TWO(SIZE("n", ENCASE_S32), ENCASE_DEEP | ENCASE_IN, .size = 99, .count = "n")),
	  "c: a points to no structure that there is" },
	{ ONE(ARG(DEEP(ENCASE_SIZED, 8), .type = 5)), "c: a points to no structure that there is" },
	{ ONE(ARG(DEEP(ENCASE_TRAILED, 16))), "c: a points to no structure that there is" },
	{ ONE(ARG(DEEP(ENCASE_STRINGS, 0))), "c: a points to no structure that there is" },
	{ ONE(ARG(DEEP(ENCASE_PAIR, 8))), "c: a points to no structure that there is" },
	{ ONE(ARG(DEEP(ENCASE_MESSAGE, 48))), "c: a points to no structure that there is" },
	{ ONE(TWO(SIZE("n", ENCASE_S32), DEEP(ENCASE_MESSAGES, 64), .count = "n")),
	  "c: a points to no structure that there is" },
	{ ONE(TWO(SIZE("n", ENCASE_S32), DEEP(ENCASE_MESSAGES, 0), .count = "n")),
	  "c: a goes in no direction that it can have" },
	{ ONE(ARG(DEEP(ENCASE_OPAQUE, 8))), "c: a points to no structure that there is" },
	{ ONE(TWO(SIZE("n", ENCASE_S32), DEEP(ENCASE_PAGES, 8), .count = "n")),
	  "c: a points to no structure that there is" },
	{ ONE(ARG(ENCASE_DEEP | ENCASE_OUT, .size = ENCASE_DEEP_SIZE(ENCASE_TRAILED, 8))),
	  "c: a goes in no direction that it can have" },
	{ ONE(ARG(ENCASE_DEEP | ENCASE_IN | ENCASE_OUT, .size = ENCASE_DEEP_SIZE(ENCASE_PAIR, 16))),
	  "c: a goes in no direction that it can have" },
	{ ONE(TWO(SIZE("n", ENCASE_S32), DEEP(ENCASE_PAIR, 16), .count = "n")),
	  "c: a is counted, and is neither a buffer nor a vector" },
	{ ONE(.anyway = 2, ARG(ENCASE_NUM, ENCASE_S64)),
	  "c: what is written anyway is no argument" },
	{ ONE(.anyway = 1, ARG(ENCASE_NUM, ENCASE_S64)),
	  "c: a is written anyway, and points to nothing" },
	{ ONE(.anyway = 1, ARG(ENCASE_OBJ | ENCASE_OUT, .size = 4)),
	  "c: a is written anyway, and not read and written whole" },
	{ ONE(.anyway = 1,
	      TWO(SIZE("n", ENCASE_S32), ENCASE_BUF | ENCASE_IN | ENCASE_OUT | ENCASE_FILLED,
		  .size = 1, .count = "n")),
	  "c: a is written anyway, and not read and written whole" },
	{ ONE(ARG(ENCASE_OBJ, .size = 4)), "c: a goes in no direction that it can have" },
	{ ONE(ARG(ENCASE_PATH | ENCASE_OUT, .size = 4)),
	  "c: a goes in no direction that it can have" },
	{ ONE(TWO(SIZE("n", ENCASE_S32), ENCASE_DEEP, .count = "n")),
	  "c: a goes in no direction that it can have" },
	{ ONE(ARG(ENCASE_BUF | ENCASE_IN, .size = 1)), "c: a: nothing counts it" },
	{ ONE(ARG(ENCASE_BUF | ENCASE_IN, .size = 1, .count = "b")), "c: a: nothing counts it" },
	{ ONE(TWO(NUM("n", ENCASE_F64), ENCASE_BUF | ENCASE_IN, .size = 1, .count = "n")),
	  "c: a: n is no count" },
	{ ONE(ARG(ENCASE_BUF | ENCASE_IN, .size = 1, .count = "a")), "c: a: a is no count" },
	{ ONE(TWO({ .name = "n" COMMA.kind = ENCASE_OBJ | ENCASE_IN COMMA.size = 4 },
		  ENCASE_BUF | ENCASE_IN, .size = 1, .count = "n")),
	  "c: a: n is no count" },
	{ ONE(TWO({ .name = "n" COMMA.kind = ENCASE_OBJ | ENCASE_IN | ENCASE_OUT COMMA.size = 2 },
		  ENCASE_BUF | ENCASE_IN, .size = 1, .count = "n")),
	  "c: a: n is no count" },
	{ ONE(TWO({ .name = "n" COMMA.kind = ENCASE_OBJ | ENCASE_IN | ENCASE_OUT COMMA.size = 4 },
		  ENCASE_DEEP | ENCASE_IN, .count = "n")),
	  "c: a: n is no count" },
	{ ONE(.fixed = 1, TWO(NUM("b", ENCASE_S16), ENCASE_NUM, ENCASE_S64)),
	  "c: b stands behind \"...\", where C makes it wider" },
	{ ONE(.fixed = 1, TWO(NUM("b", ENCASE_F32), ENCASE_NUM, ENCASE_S64)),
	  "c: b stands behind \"...\", where C makes it wider" },
	{ ONE(TWO({ .name = "n" COMMA.kind = ENCASE_OBJ | ENCASE_IN | ENCASE_OUT COMMA.size = 12 },
		  ENCASE_BUF | ENCASE_IN, .size = 1, .count = "n")),
	  "c: a: n is no count" },
	{ ONE(.transfer = 1), "c: nothing limits its transfer" },
	{ ONE(.limit = "a", .result = ENCASE_NEVER, ARG(ENCASE_SIZE, ENCASE_S64)),
	  "c: its result has a limit, and does not fail with -1" },
	{ ONE(.limit = "a", .fail = -2, ARG(ENCASE_SIZE, ENCASE_S64)),
	  "c: its result has a limit, and does not fail with -1" },
	{ ONE(.limit = "a", .null = 1, ARG(ENCASE_SIZE, ENCASE_S64)),
	  "c: its result has a limit, and does not fail with -1" },
	{ { .name = "c", .type = ENCASE_F64, .limit = "a", ARG(ENCASE_SIZE, ENCASE_S64) },
	  "c: its result has a limit, and is no integer" },
	{ ONE(.limit = "b", ARG(ENCASE_SIZE, ENCASE_S64)), "c: b is no limit" },
	{ ONE(.limit = "a", ARG(ENCASE_NUM, ENCASE_F64)), "c: a is no limit" },
};

Test(made, what_is_refused)
{
	const struct encase_interface *made = &lab_calls;
	char why[100], cut[8];

	for (size_t i = 0; i < LENGTH(refused); i++) {
		unit_row("%s", refused[i].why);
		same(encase_interface_make("made", &refused[i].call, 1, &made, why, sizeof(why)),
		     -EINVAL);
		if (strcmp(why, refused[i].why) != 0)
			cr_assert_fail("%s, not %s", why, refused[i].why);
		holds(made == &lab_calls);
		same(encase_interface_make("made", &refused[i].call, 1, &made, cut, sizeof(cut)),
		     -EINVAL);
		same(strlen(cut), 7);
		holds(!strncmp(cut, why, 7));
		same(encase_interface_make("made", &refused[i].call, 1, &made, NULL, 0), -EINVAL);
	}
}

Test(made, what_is_refused_of_the_whole)
{
	static const struct encase_signature two[] = { ONE(.number = 1), ONE(.number = 2) };
	static const struct encase_signature nameless[] = { ONE(), { .type = ENCASE_S64 } };
	const struct encase_interface *made = &lab_calls;
	char why[100];

	same(encase_interface_make(NULL, two, 1, &made, why, sizeof(why)), -EINVAL);
	holds(!strcmp(why, "the interface: it has no name"));
	same(encase_interface_make("nowhere", NULL, 0, NULL, why, sizeof(why)), -EINVAL);
	holds(!strcmp(why, "the interface: there is no place for it"));
	same(encase_interface_make("made", two, 2, &made, why, sizeof(why)), -EINVAL);
	holds(!strcmp(why, "c: there are two of that name"));
	same(encase_interface_make("made", nameless, 2, &made, why, sizeof(why)), -EINVAL);
	holds(!strcmp(why, "call 1: it has no name"));
	same(encase_interface_make("made", two, UINT16_MAX, &made, why, sizeof(why)), -EINVAL);
	holds(!strcmp(why, "the interface: it has too many calls"));
	holds(made == &lab_calls);
	encase_interface_free(NULL);
}

/* What is one edit from the refused. */
Test(made, what_is_not_refused)
{
	static const struct encase_signature calls[] = {
		{ .name = "none", .type = ENCASE_S64 },
		{ .name = "varies", .shape = shape_all, .type = ENCASE_S64, ARG(ENCASE_VARIES) },
		{ .name = "text", .type = ENCASE_S64, ARG(ENCASE_STR, .size = 8) },
		{ .name = "vector",
		  .type = ENCASE_S64,
		  TWO(SIZE("n", ENCASE_S32), ENCASE_DEEP | ENCASE_IN, .count = "n") },
		{ .name = "behind",
		  .type = ENCASE_S64,
		  TWO({ .name = "n" COMMA.kind = ENCASE_OBJ | ENCASE_IN | ENCASE_OUT COMMA.size =
							 8 },
		      ENCASE_BUF | ENCASE_OUT, .size = 1, .count = "n") },
		{ .name = "more",
		  .type = ENCASE_S64,
		  .fixed = 1,
		  TWO(NUM("b", ENCASE_S32), ENCASE_NUM, ENCASE_S16) },
		{ .name = "limited",
		  .type = ENCASE_S64,
		  .limit = "a",
		  .fail = -1,
		  ARG(ENCASE_SIZE, ENCASE_S64) },
	};
	const struct encase_interface *made = make_calls(calls, LENGTH(calls)),
				      *none = make_calls(NULL, 0);
	const struct encase_desc *text = encase_find(made, "text"),
				 *vector = encase_find(made, "vector"),
				 *behind = encase_find(made, "behind");

	same(none->ncalls, 0);
	same(made->ncalls, LENGTH(calls));
	holds(!strcmp(made->name, "made"));
	same(text->arg[0].kind, ENCASE_STR | ENCASE_IN);
	same(vector->sized, 1);
	same(vector->pointers, 1);
	same(behind->sized, 0);
	same(behind->pointers, 3);
	same(behind->arg[0].count, 1);
	encase_interface_free(none);
	encase_interface_free(made);
}
