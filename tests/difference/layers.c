/* SPDX-License-Identifier: MIT */
/* Layers that hand every call on: with copies of all, or of nothing; raw, or with the calls' own prototypes. */
#include "difference.h"

static long forward(struct encase_call *call)
{
	return encase_forward(call);
}

/* clang-format off */
static const struct encase_rule copies[] = {
	ENCASE_ON_ANY(forward, ENCASE_COPY),
	ENCASE_END,
};
/* A call's forwarder has its prototype, so it is a handler, too. */
#define GROUP(...)
#define CALL(c, ...)                                                                        \
	ENC_ON(&encase_desc_##c, encase_##c, struct encase_##c##_policy, encase_next_##c, MODE, ),
#define MODE ENCASE_COPY_ALL
static const struct encase_rule copies_natural[] = {
#include <encase/linux.def>
	ENCASE_END,
};
#undef MODE
#define MODE ENCASE_PASS_POINTERS
static const struct encase_rule passes_natural[] = {
#include <encase/linux.def>
	ENCASE_END,
};
/* clang-format on */

static const struct encase_layer layers[STACKS] = {
	[COPIES] = { .name = "copies", .rules = copies },
	[COPIES_NATURAL] = { .name = "copies natural", .rules = copies_natural },
	[PASSES_NATURAL] = { .name = "passes natural", .rules = passes_natural },
};
const char *const stack_names[STACKS] = {
	[NO_LAYER] = "no layer",
	[COPIES] = "a raw layer that copies",
	[COPIES_NATURAL] = "a natural layer that copies",
	[PASSES_NATURAL] = "a natural layer that copies above one that passes",
};

int layers_push(struct encase_cage *cage, enum stack stack)
{
	int err = 0;

	if (stack != NO_LAYER)
		err = encase_push(cage, &layers[stack], NULL);
	if (!err && stack == PASSES_NATURAL)
		err = encase_push(cage, &layers[COPIES_NATURAL], NULL);
	return err;
}
