/* SPDX-License-Identifier: MIT */
/*
 * Layer "count": its options, its beginning and its end; see policies.h.
 *
 * The process that has made the stats looks at once whether it can write where it is told to, and
 * writes when the layer stops.  In between it keeps nothing open, so that the cages' descriptors
 * have the numbers that they would have without it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "count.h"
#include "policies.h"

/* -- Options -------------------------------------------------------------------------- */

static int refuse(const char *why, const char *word)
{
	encase_log("count: %s: '%s'", why, word);
	return -EINVAL;
}

/* Takes what is before the next comma off *rest, and backslashes before what they protect. */
static char *next_value(char **rest)
{
	char *value = *rest, *to = value, *from = value;

	for (; *from && *from != ','; from++) {
		if (*from == '\\' && from[1])
			from++;
		*to++ = *from;
	}
	*rest = *from ? from + 1 : NULL;
	*to = '\0';
	return value;
}

/* A number is a descriptor's; "stderr" is one, too. */
static int set_output(struct enc_count *count, const char *to)
{
	char folder[PATH_MAX] = "";
	size_t digits = strspn(to, "0123456789"), size;

	if (!*to)
		return refuse("not output=FILE, a descriptor's number or stderr", to);
	if (count->output || count->fd >= 0)
		return refuse("given twice", "output");
	if (!strcmp(to, "stderr")) {
		count->fd = STDERR_FILENO;
		return 0;
	}
	if (!to[digits]) {
		count->fd = digits < 10 ? atoi(to) : INT_MAX;
		return 0;
	}
	if (*to != '/' && !getcwd(folder, sizeof(folder)))
		return -errno;
	size = strlen(folder) + strlen(to) + 2;
	count->output = malloc(size);
	if (count->output)
		(void) snprintf(count->output, size, "%s%s%s", folder, *folder ? "/" : "", to);
	return count->output ? 0 : -ENOMEM;
}

static int set_sort(struct enc_count *count, const char *by)
{
	if (strcmp(by, "path") != 0 && strcmp(by, "bytes") != 0)
		return refuse("not sort=path or sort=bytes", by);
	count->by_bytes = by[0] == 'b';
	return 0;
}

static int set_options(struct enc_count *count, char *rest)
{
	int err = 0;

	while (!err && rest) {
		char *key = strsep(&rest, "="), *value = rest ? next_value(&rest) : NULL;

		if (value && !strcmp(key, "output"))
			err = set_output(count, value);
		else if (value && !strcmp(key, "sort"))
			err = set_sort(count, value);
		else
			err = refuse("not output=FILE or sort=path or sort=bytes", key);
	}
	if (!err && !count->output && count->fd < 0)
		count->fd = STDERR_FILENO;
	return err;
}

/* -- Where the summary goes -------------------------------------------------------------- */

static int open_output(const struct enc_count *count)
{
	int fd = open(count->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);

	return fd < 0 ? -errno : fd;
}

static int tell(const struct enc_count *count, int err)
{
	if (count->output)
		encase_log("count: %s: %s", count->output, strerror(-err));
	else
		encase_log("count: descriptor %d: %s", count->fd, strerror(-err));
	return err;
}

static int check_output(const struct enc_count *count)
{
	int fd = count->fd;

	if (!count->output)
		return fcntl(fd, F_GETFD) < 0 ? tell(count, -EBADF) : 0;
	fd = open_output(count);
	if (fd < 0)
		return tell(count, fd);
	(void) close(fd);
	return 0;
}

static void write_summary(const struct enc_count *count)
{
	int fd = count->output ? open_output(count) : count->fd;
	int err = fd < 0 ? fd : enc_count_print(count, fd);

	if (err)
		(void) tell(count, err);
	if (count->output && fd >= 0)
		(void) close(fd);
}

/* -- Beginning and end ------------------------------------------------------------------- */

/*
 * Each push has stats of its own.  A program that is executed pushes the same layers in
 * the same order, so by its number each finds those that it had before.
 */
static int open_stats(struct enc_count *count)
{
	static unsigned pushes;
	char name[ENCASE_STATS_NAME + 1];
	int err;

	(void) snprintf(name, sizeof(name), "count.%u",
			__atomic_add_fetch(&pushes, 1, __ATOMIC_RELAXED));
	err = encase_stats_open(name, COUNT_COLUMNS, &count->stats);
	if (!err && encase_stats_made_here(count->stats))
		err = check_output(count);
	return err;
}

static void drop(struct enc_count *count)
{
	enc_count_drop_maps(count);
	encase_stats_close(count->stats);
	free(count->output);
	free(count);
}

int enc_count_start(void **state, const char *options)
{
	struct enc_count *count = calloc(1, sizeof(*count));
	char *copy = strdup(options ? options : "");
	int err = count && copy ? 0 : -ENOMEM;

	if (!err) {
		count->fd = -1;
		err = set_options(count, *copy ? copy : NULL);
	}
	if (!err)
		err = open_stats(count);
	free(copy);
	if (!err)
		*state = count;
	else if (count)
		drop(count);
	return err;
}

void enc_count_stop(void *state)
{
	struct enc_count *count = state;

	if (encase_stats_made_here(count->stats))
		write_summary(count);
	drop(count);
}

int encase_count_print(const struct encase_cage *cage, int fd)
{
	const struct enc_count *count = cage ? encase_state(cage, &encase_count) : NULL;

	return count ? enc_count_print(count, fd) : -ENOENT;
}
