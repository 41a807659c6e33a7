/* SPDX-License-Identifier: MIT */
/* A raw layer that has every argument copied of every call, and looks at what it was given. */
#include <encase.h>
#include <encase/plugin.h>

static long on_any(struct encase_call *call)
{
	const struct encase_desc *shape = encase_call_shape(call);
	volatile char byte;

	for (unsigned i = 0; i < shape->nargs; i++) {
		const char *at = encase_arg(call, i);

		if (at && encase_call_desc(call) &&
		    (shape->arg[i].kind & ENCASE_KIND) <= ENCASE_PATH &&
		    (shape->arg[i].kind & ENCASE_KIND) >= ENCASE_STR)
			byte = *at;
	}
	(void) byte;
	return encase_forward(call);
}

static const struct encase_rule rules[] = { ENCASE_ON_ANY(on_any, ENCASE_COPY), ENCASE_END };
static const struct encase_layer copy = { .name = "copy", .rules = rules };

ENCASE_PLUGIN(copy);
