/* SPDX-License-Identifier: MIT */
/* The layers of a trial: how many, for which calls, and what they are shown. */
#include <string.h>

#include "builder.h"
#include "memory.h"

static uint8_t mode_for(const struct encase_desc *desc, unsigned i)
{
	static const uint8_t modes[] = { ENCASE_COPY, ENCASE_COPY, ENCASE_COPY, KIT_PASSES };

	if (desc->arg[i].kind & ENCASE_NULLABLE && random_chance(&trial.random, 15))
		return ENCASE_NULLIFY;
	return RANDOM_OF(&trial.random, modes);
}

/* Rules for calls, and one for all others; a policy that cannot be leaves a layer out. */
void layers_push(struct encase_cage *cage)
{
	enum { RULES = 6 };
	static struct encase_layer layer[LAYERS];
	static struct encase_rule rules[LAYERS][RULES + 2];
	static uint8_t policy[LAYERS][RULES + 1][ENCASE_MAX_ARGS + 1];
	unsigned n = (unsigned) random_below(&trial.random, LAYERS + 1);

	own_make();
	memset(rules, 0, sizeof(rules));
	for (unsigned l = 0; l < n; l++) {
		uint8_t every = random_chance(&trial.random, 60) ? ENCASE_COPY : ENCASE_PASS;

		for (unsigned r = 0; r < RULES; r++) {
			struct encase_rule *rule = &rules[l][r];

			rule->desc =
				encase_calls
					.calls[random_below(&trial.random, encase_calls.ncalls)];
			rule->handler = (encase_fn *) on_call;
			rule->form = ENCASE_RAW;
			rule->policy = policy[l][r];
			memset(policy[l][r], 0, sizeof(policy[l][r]));
			for (unsigned i = 0; i < rule->desc->nargs; i++)
				if (points(rule->desc, i))
					policy[l][r][i] = mode_for(rule->desc, i);
		}
		policy[l][RULES][0] = every;
		rules[l][RULES] = (struct encase_rule){ .handler = (encase_fn *) on_call,
							.form = ENCASE_RAW,
							.policy = policy[l][RULES] };
		layer[l] = (struct encase_layer){ .name = "fuzz", .rules = rules[l] };
		if (random_chance(&trial.random, 40))
			layer[l].rules = &rules[l][RULES];
		(void) encase_push(cage, &layer[l], NULL);
	}
}
