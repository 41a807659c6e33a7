/* SPDX-License-Identifier: MIT */
/*
 * encase run: descriptors that each program of a run has, and none knows of: the log, counters that layers share
 * (encase/stats.h), and the ends of pipes by which those who stay learn that the run is over (stay.c).
 */
#define _GNU_SOURCE
#include <encase/stats.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

static int log_fd = -1;
static int ends[CLI_KEPT];
static size_t nends;

/*
 * The highest number that programs are usually given: none comes upon it by chance.  Higher ones would make
 * each fork() copy a larger table.
 */
#define HIGHEST 1024

/* A duplicate that is in nobody's way; -1: there is none. */
static int move_up(int fd)
{
	struct rlimit limit = { .rlim_cur = 256 };
	int high = -1;

	(void) getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur > HIGHEST)
		limit.rlim_cur = HIGHEST;
	for (int at = (int) limit.rlim_cur - 1; high < 0 && at > 2; at -= 1 + at / 4)
		high = fcntl(fd, F_DUPFD_CLOEXEC, at);
	return high;
}

/* -- The log ------------------------------------------------------------------------ */

static void write_line(void *arg, const char *line, size_t len)
{
	(void) arg;
	while (len) {
		ssize_t n = write(log_fd, line, len);

		if (n < 0)
			return;
		line += n;
		len -= (size_t) n;
	}
}

static int log_to(int fd)
{
	if (log_fd >= 0)
		(void) close(log_fd);
	log_fd = move_up(fd);
	if (log_fd < 0)
		return cli_fail(CLI_RUN, "no descriptor is left for the log");
	encase_log_to(write_line, NULL);
	return 0;
}

int cli_log_open(const char *to)
{
	long fd = strtol(to, NULL, 10);
	int err;

	if (*to && !to[strspn(to, "0123456789")]) {
		if (fd > INT_MAX || fcntl((int) fd, F_GETFD) < 0)
			return cli_fail(CLI_RUN, "-o %s: no such descriptor is open", to);
		return log_to((int) fd);
	}
	fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
	if (fd < 0)
		return cli_fail(CLI_RUN, "-o %s: %s", to, strerror(errno));
	err = log_to((int) fd);
	(void) close((int) fd); /* the program's descriptors begin where they always do */
	return err;
}

void cli_log_begin(void)
{
	if (log_fd < 0 && fcntl(STDERR_FILENO, F_GETFD) >= 0)
		(void) log_to(STDERR_FILENO);
}

void cli_log_is_stderr(void)
{
	if (log_fd >= 0)
		(void) dup2(log_fd, STDERR_FILENO);
}

/* -- What is kept -------------------------------------------------------------------- */

int cli_keep_end(int end)
{
	int high = move_up(end);

	if (high < 0 || nends == CLI_KEPT)
		return cli_fail(CLI_RUN, "no descriptor is left");
	(void) close(end);
	ends[nends++] = high;
	return 0;
}

int cli_kept(const int **fds, size_t *n)
{
	static int all[CLI_KEPT];
	size_t room = CLI_KEPT, nstats;

	*n = 0;
	*fds = all;
	if (log_fd >= 0)
		all[(*n)++] = log_fd;
	room -= *n;
	nstats = encase_stats_fds(all + *n, room);
	if (nstats > room || nends > room - nstats)
		return cli_fail(CLI_RUN, "more than %d descriptors", CLI_KEPT);
	*n += nstats;
	memcpy(all + *n, ends, nends * sizeof(*ends));
	*n += nends;
	return 0;
}

/* "LOG,FD,FD,...": the log's comes first, and is -1 where there is none. */
const char *cli_kept_word(const int *fds, size_t n)
{
	static char word[8 * (CLI_KEPT + 1)];
	size_t at = (size_t) sprintf(word, "%d", log_fd);

	for (size_t i = log_fd >= 0 ? 1 : 0; i < n; i++)
		at += (size_t) sprintf(word + at, ",%d", fds[i]);
	return word;
}

static int take(int fd)
{
	struct stat st;

	if (fstat(fd, &st) || fcntl(fd, F_SETFD, FD_CLOEXEC))
		return -errno;
	if (!S_ISFIFO(st.st_mode))
		return encase_stats_inherit(fd);
	if (nends == CLI_KEPT)
		return -EMFILE;
	ends[nends++] = fd;
	return 0;
}

int cli_kept_take(const char *word)
{
	char *end;
	int err = 0;

	log_fd = (int) strtol(word, &end, 10);
	if (log_fd >= 0 && !fcntl(log_fd, F_SETFD, FD_CLOEXEC))
		encase_log_to(write_line, NULL);
	while (*end == ',' && !err)
		err = take((int) strtol(end + 1, &end, 10));
	return err ? cli_fail(CLI_RUN, "what the run shares is lost: %s", strerror(-err)) : 0;
}
