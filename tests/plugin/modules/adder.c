/* SPDX-License-Identifier: MIT */
/*
 * A good layer: what getpid() answers becomes more by the number that was its option.
 * Built in several ways: see meson.build.  With an option that is no number
 * it does not start.
 */
#include <encase.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

static pid_t on_getpid(void)
{
	return encase_next_getpid() + (pid_t) (intptr_t) encase_self();
}

static int start(void **state, const char *options)
{
	char *end = NULL;
	long more = options ? strtol(options, &end, 10) : 1;

	if (end && (end == options || *end))
		return -EDOM;
	*state = (void *) (intptr_t) more;
	return 0;
}

static const struct encase_rule rules[] = { ENCASE_ON(getpid, on_getpid), ENCASE_END };
static const struct encase_layer adder = { .name = ADDER, .rules = rules, .start = start };

ENCASE_PLUGIN(adder);
