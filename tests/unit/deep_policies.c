/* SPDX-License-Identifier: MIT */
/* Policies of buffers with their length behind a pointer: docs/forwarding.md, 3.6. */
#include "deep.h"

#define AT   64   /* the length */
#define ADDR 1024 /* the buffer */
#define COPY ENCASE_COPY
#define PASS ENCASE_PASS

static const struct {
	unsigned addr, length;
	bool fine;
} policies[] = {
	{ COPY, COPY, true },
	{ COPY, PASS, false },
	{ COPY, ENCASE_NULLIFY, false },
	{ COPY, PASS | ENCASE_REPLACE, false },
	{ COPY, PASS | ENCASE_ONCE, false },
	{ PASS, COPY, true },
	{ PASS, PASS, true },
	{ PASS, PASS | ENCASE_ONCE, true },
	{ PASS, PASS | ENCASE_REPLACE, false },
	{ PASS, ENCASE_NULLIFY, false },
	{ PASS | ENCASE_REPLACE, COPY, true },
	{ PASS | ENCASE_REPLACE, PASS, false },
	{ PASS | ENCASE_REPLACE | ENCASE_ONCE, PASS, false },
	{ PASS | ENCASE_REPLACE, PASS | ENCASE_REPLACE, false },
	{ ENCASE_NULLIFY, ENCASE_NULLIFY, true },
	{ ENCASE_NULLIFY, COPY, true },
	{ ENCASE_NULLIFY, PASS, true },
	{ ENCASE_NULLIFY, PASS | ENCASE_REPLACE, false },
};

Test(deep_lengths, policies)
{
	for (size_t i = 0; i < LENGTH(policies); i++) {
		struct encase_cage *cage = unit_arena_cage();
		struct unit_layer layer;

		unit_row("%u, %u", policies[i].addr, policies[i].length);
		unit_raw(&layer, &encase_desc_accept, lab_forward, 0);
		layer.policy[1] = (uint8_t) policies[i].addr;
		layer.policy[2] = (uint8_t) policies[i].length;
		same(encase_push(cage, &layer.layer, NULL), policies[i].fine ? 0 : -EINVAL);
		unit_free(cage);
	}
}

static unsigned visits;

static long give_own(struct encase_call *call)
{
	static char own[64];

	visits++;
	same(encase_set_arg(call, 1, WORD(own)), -EINVAL);
	same(encase_set_arg(call, 2, WORD(own)), -EINVAL);
	return encase_forward(call);
}

static long bottom(struct encase_call *call)
{
	same(encase_reach(call), 0);
	same(*(int32_t *) encase_arg(call, 2), 8);
	return 0;
}

/* In a rule for any call neither has REPLACE, whatever it says. */
Test(deep_lengths, any_rules_replace_neither)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer;

	deep_length(AT, 8);
	probe.answer = bottom;
	unit_push_any(cage, &layer, give_own, PASS | ENCASE_REPLACE);
	same(enter(cage, accept, 3, ADDR, AT), 0);
	same(visits, 1);
	unit_free(cage);
}
