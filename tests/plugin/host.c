/* SPDX-License-Identifier: MIT */
/*
 * A host of plugins, which is built in several ways: with the shared library or with the
 * archive, its symbols exported or not, as a program or as an object that another
 * one loads.  Plugins come in three ways, too.  Those of another copy of the library
 * are refused, and with all others calls go through.
 *
 *     host FOLDER OURS OPEN OWN
 *
 * For each plugin in the folder, what loading it answers: 0 or an errno.  Prints TAP.
 */
#include "host.h"

#include <encase.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pid_t seven(void)
{
	return 7;
}

static const struct encase_function below[] = { ENCASE_FUNCTION(getpid, seven),
						ENCASE_FUNCTION_END };
static const struct encase_setup setup = { .lower = &encase_lower_functions, .below = below };

/* What getpid() answers through two pushes of a layer; -1: it cannot be pushed. */
static long through(const struct encase_layer *layer)
{
	static const encase_word none[ENCASE_MAX_ARGS];
	struct encase_cage *cage;
	long answer = -1;

	if (encase_cage_new(&setup, &cage))
		return -1;
	if (!encase_push(cage, layer, "10") && !encase_push(cage, layer, "100"))
		answer = encase_enter(cage, &encase_desc_getpid, none);
	return encase_cage_free(cage) ? -1 : answer;
}

static bool try_plugin(const char *folder, const char *name, int expected)
{
	struct encase_plugin *plugin = NULL;
	char path[4096], why[1024] = "";
	long answer;
	int err;

	snprintf(path, sizeof(path), "%s/%s.so", folder, name);
	err = -encase_plugin_load(path, &plugin, why, sizeof(why));
	if (err != expected) {
		printf("# %s: %d instead of %d; %s\n", path, err, expected, why);
		return false;
	}
	if (err)
		return why[0] && !plugin;
	answer = through(encase_plugin_layer(plugin));
	if (answer != 117)
		printf("# %s: getpid() answers %ld\n", path, answer);
	return !encase_plugin_unload(plugin) && answer == 117;
}

int host_run(int argc, char *argv[])
{
	static const char *const names[] = { "ours", "open", "own" };
	int failed = 0;

	if (argc != 5)
		return 2;
	puts("1..3");
	for (int i = 0; i < 3; i++) {
		bool good = try_plugin(argv[1], names[i], atoi(argv[2 + i]));

		printf("%s %d - %s: %s\n", good ? "ok" : "not ok", i + 1, names[i],
		       atoi(argv[2 + i]) ? strerror(atoi(argv[2 + i])) : "works");
		failed += !good;
	}
	return failed != 0;
}
