/* SPDX-License-Identifier: MIT */
/*
 * Layer "trace": logs a line for each call; see policies.h.
 *
 *     encase_push(cage, &encase_trace, NULL);
 *
 * One raw handler serves every call there is, in the library's words.  A rule for any call
 * passes all pointers by, so no byte of the cage is read, and addresses are shown.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "encase/format.h"
#include "policies.h"

enum {
	LINE = 1023, /* encase_log()'s */
	PREFIX = 64,
};

static void say(const struct encase_call *call, const struct encase_outcome *outcome)
{
	const char *prefix = encase_self();
	char line[LINE + 1];

	(void) encase_format_call(line, sizeof(line) - strlen(prefix), call, outcome);
	encase_log("%s%s", prefix, line);
}

/* Calls that do not return when they succeed. */
static bool may_stay_away(const struct encase_call *call)
{
	const struct encase_desc *desc = encase_call_desc(call);

	return desc == &encase_desc_exit || desc == &encase_desc_exit_group ||
	       desc == &encase_desc_execve || desc == &encase_desc_execveat ||
	       desc == &encase_desc_rt_sigreturn;
}

static long on_any(struct encase_call *call)
{
	struct encase_outcome outcome = { 0 };

	if (may_stay_away(call))
		say(call, NULL);
	outcome.word = (encase_word) encase_forward(call);
	outcome.error = encase_failed(call);
	say(call, &outcome);
	return (long) outcome.word;
}

/* The state is the prefix. */
static int start(void **state, const char *options)
{
	static const char key[] = "prefix=";
	const char *prefix = "";

	if (options && *options) {
		if (!strncmp(options, key, strlen(key)))
			prefix = options + strlen(key);
		if (prefix[0] == '\0' || strlen(prefix) > PREFIX) {
			encase_log("trace: not prefix=TEXT, 1 to %d bytes: '%s'", PREFIX, options);
			return -EINVAL;
		}
	}
	*state = strdup(prefix);
	return *state ? 0 : -ENOMEM;
}

static const struct encase_rule rules[] = { ENCASE_ON_ANY(on_any), ENCASE_END };

const struct encase_layer encase_trace = {
	.name = "trace",
	.rules = rules,
	.start = start,
	.stop = free,
	.about = "logs each call, a line: prefix=TEXT",
};
