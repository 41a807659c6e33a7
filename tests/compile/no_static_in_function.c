/* SPDX-License-Identifier: MIT */
/*
 * A static table of rules inside of a function: what it points to lives no longer than
 * the function's own variables.
 *
 * mend:  `static const struct encase_rule` => `const struct encase_rule`
 * gcc:   initializer element is not constant
 * clang: initializer element is not a compile-time constant
 */
#include <encase.h>

static long on_all(struct encase_call *call)
{
	return encase_forward(call);
}

int run(struct encase_cage *cage);
int run(struct encase_cage *cage)
{
	static const struct encase_rule rules[] = { ENCASE_ON_ANY(on_all), ENCASE_END };
	const struct encase_layer layer = { .name = "layer", .rules = rules };
	int err = encase_push(cage, &layer, NULL);

	return err ? err : encase_cage_free(cage);
}
