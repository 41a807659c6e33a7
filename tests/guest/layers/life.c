/* SPDX-License-Identifier: MIT */
/*
 * A layer that notes what it is told of lives, a line each, in the file that its option names: who
 * begins, executes, ends, and the first call that is made by what was executed.  With a plus before the
 * name each process that starts it has stats of its own.
 */
#include <encase.h>
#include <encase/plugin.h>
#include <encase/stats.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct life {
	char *path;
	int executed; /* and has made no call since; atomic */
};

static void note(const struct life *life, const char *what, const struct encase_cage *cage,
		 int status)
{
	int fd = open(life->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	char line[96];
	int n = snprintf(line, sizeof(line), "%s %d %p %d\n", what, getpid(), (const void *) cage,
			 status);

	(void) !write(fd, line, (size_t) n);
	(void) close(fd);
}

static long on_any(struct encase_call *call)
{
	struct life *life = encase_self();

	if (__atomic_exchange_n(&life->executed, 0, __ATOMIC_RELAXED))
		note(life, "first", encase_caller(), (int) encase_call_number(call));
	return encase_forward(call);
}

static int start(void **state, const char *options)
{
	struct life *life = calloc(1, sizeof(*life));
	struct encase_stats *stats;
	char name[32];

	if (options[0] == '+') {
		(void) snprintf(name, sizeof(name), "life.%d", getpid());
		(void) encase_stats_open(name, 1, &stats);
	}
	life->path = strdup(options + (options[0] == '+'));
	note(life, "start", NULL, 0);
	*state = life;
	return 0;
}

static void stop(void *state)
{
	struct life *life = state;

	note(life, "stop", NULL, 0);
	free(life->path);
	free(life);
}

static void child(void *state, struct encase_cage *cage)
{
	note(state, "child", cage, 0);
}

static void end(void *state, struct encase_cage *cage, int status)
{
	note(state, "end", cage, status);
}

static void exec(void *state, struct encase_cage *cage)
{
	struct life *life = state;

	note(life, "exec", cage, 0);
	life->executed = 1;
}

static const struct encase_rule rules[] = { ENCASE_ON_ANY(on_any), ENCASE_END };
static const struct encase_layer life_layer = {
	.name = "life",
	.rules = rules,
	.start = start,
	.stop = stop,
	.child = child,
	.end = end,
	.exec = exec,
};

ENCASE_PLUGIN(life_layer);
