/* SPDX-License-Identifier: MIT */
/* The calls of toy.def, a layer that copies, and the witness of failures; see toy.h. */
#include "toy.h"

#include <stdio.h>
#include <string.h>

#define ENCASE_PREFIX toy
#define ENCASE_NAME   "toy"
#define ENCASE_TABLE  <toy.def>
#include <encase/define.h>

static long on_any(struct encase_call *call)
{
	return encase_forward(call);
}

static const struct encase_rule rules[] = { ENCASE_ON_ANY(on_any, ENCASE_COPY), ENCASE_END };
const struct encase_layer copier = { .name = "copier", .rules = rules };

struct witness witness;

void witness_fail(void *arg, const char *file, int line, const char *message)
{
	cr_assert_eq(arg, &witness);
	witness.n++;
	witness.file = file;
	witness.line = line;
	snprintf(witness.message, sizeof(witness.message), "%s", message);
}

void expect_end(struct encase_test *t, int failures)
{
	cr_assert_eq(encase_test_end(t), failures);
}
