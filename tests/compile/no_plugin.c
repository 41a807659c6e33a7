/* SPDX-License-Identifier: MIT */
/*
 * A plugin of what is no layer.
 *
 * mend:  `ENCASE_PLUGIN(rules)` => `ENCASE_PLUGIN(layer)`
 * gcc:   '_Generic' selector of type .* is not compatible with any association
 * clang: controlling expression type .* not compatible with any generic association
 */
#include <encase.h>

static ssize_t on_write(int fd, const void *buf, size_t count)
{
	return encase_next_write(fd, buf, count);
}

const struct encase_rule rules[] = { ENCASE_ON(write, on_write), ENCASE_END };
const struct encase_layer layer = { .name = "layer", .rules = rules };

ENCASE_PLUGIN(rules);
