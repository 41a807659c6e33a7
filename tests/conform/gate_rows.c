/* SPDX-License-Identifier: MIT */
/* The list of gates, and what their tests are made with; see gates.h. */
#include <string.h>

#include "gates.h"
#include "mix.h"

const struct gate_row *const gate_rows[] = {
	&gate_row_enter, &gate_row_checked, &gate_row_entry, &gate_row_libffi, NULL,
};

static long hand_on(struct encase_call *call)
{
	return encase_forward(call);
}

static const struct encase_rule raw_rules[] = { ENCASE_ON_ANY(hand_on), ENCASE_END };

/* Each call's forwarder has the prototype of a handler: one that hands the call on. */
static const struct encase_rule natural_rules[] = {
#define GROUP(...)
#define CALL(c, ...) ENCASE_ON(c, encase_next_##c, ENCASE_PASS_POINTERS),
#include <encase/linux.def>
#undef CALL
#define CALL(c, ...) ENCASE_ON_IN(mix, c, mix_next_##c, ENCASE_PASS_POINTERS),
#include "mix.def"
#undef CALL
#undef GROUP
	ENCASE_END
};

void push_gate_stack(struct encase_cage *cage, unsigned number)
{
	static const struct encase_layer layers[GATE_STACKS] = {
		{ .name = "none" },
		{ .name = "raw", .rules = raw_rules },
		{ .name = "natural", .rules = natural_rules },
	};

	if (number)
		same(layers[number].name, encase_push(cage, &layers[number], NULL), 0);
}

struct encase_cage *recorder_cage(struct answer *answer)
{
	static const struct encase_interface *const speaks[] = { &encase_calls, &mix_calls, NULL };
	struct encase_setup setup = { .interfaces = speaks,
				      .lower = &lower_recorder,
				      .below = answer };
	struct encase_cage *cage;

	same("recorder", encase_cage_new(&setup, &cage), 0);
	return cage;
}

void random_words(uint64_t *random, const struct encase_desc *desc, encase_word *words)
{
	for (unsigned i = 0; i < desc->nargs; i++) {
		words[i] = random_word(random);
		if (!strcmp(encase_text(desc)->arg[i].type, "_Bool"))
			words[i] &= 1; /* there are no other values */
	}
	if (!desc->limit)
		return;
	words[desc->limit - 1] = 1000;
	if (desc->arg[desc->limit - 1].type < ENCASE_S64)
		words[desc->limit - 1] |= random_word(random) << 32;
}

void was_recorded(const struct encase_desc *desc, const encase_word *words)
{
	const struct encase_text *text = encase_text(desc);
	encase_word there[ENCASE_MAX_ARGS];
	struct encase_desc shape;

	memcpy(there, words, sizeof(there));
	encase_shape(desc, there, &shape);
	holds(text->name, record.desc == desc);
	for (unsigned i = 0; i < desc->nargs; i++) {
		encase_word wanted = there[i];

		if (!(desc->pointers >> i & 1))
			wanted = encase_widen(desc->arg[i].type, wanted);
		cr_assert(record.word[i] == wanted, "%s: argument %s is %#lx, not %#lx", text->name,
			  text->arg[i].name, record.word[i], wanted);
	}
}

void each_call(void (*fn)(const struct encase_desc *desc))
{
	static const struct encase_interface *const interfaces[] = { &encase_calls, &mix_calls };

	for (size_t i = 0; i < COUNT_OF(interfaces); i++)
		for (size_t c = 0; c < interfaces[i]->ncalls; c++)
			fn(interfaces[i]->calls[c]);
}
