/* SPDX-License-Identifier: MIT */
/*
 * Tallies.  Rows are added under a lock and never move or go away; everything
 * else is atomic counters and indices.  Nothing allocates after tally_start().
 *
 * A descriptor's row is set after its open and cleared before its close: in
 * between, the kernel hands the descriptor to nobody else.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "encase.h"
#include "tally.h"

int tally_start(void **state, const char *options)
{
	struct tally *tally = calloc(1, sizeof(*tally));

	(void) options;
	if (!tally)
		return -ENOMEM;
	pthread_mutex_init(&tally->adding, NULL);
	snprintf(tally->row[0].name, PATH_MAX, "(other)");
	tally->nrows = 1;
	*state = tally;
	return 0;
}

/* Where nobody sees the tally, the log may tell it: of a program under encase run. */
void tally_stop(void *state)
{
	struct tally *tally = state;

	for (unsigned i = 0; i < tally->nrows; i++)
		if (tally->row[i].writes)
			encase_log("%10llu %13llu   %s", (unsigned long long) tally->row[i].writes,
				   (unsigned long long) tally->row[i].bytes, tally->row[i].name);
	pthread_mutex_destroy(&tally->adding);
	free(tally);
}

/* The row of a name, added if it is new; 0 if there is no room. */
static unsigned find(struct tally *tally, const char *name)
{
	unsigned i;

	for (i = 1; i < tally->nrows; i++)
		if (strcmp(tally->row[i].name, name) == 0)
			return i;
	if (i == TALLY_ROWS)
		return 0;
	snprintf(tally->row[i].name, PATH_MAX, "%s", name);
	tally->nrows++;
	return i;
}

int tally_open(struct tally *tally, const char *name, int flags, int fd)
{
	unsigned row = 0;

	if (fd < 0 || fd >= TALLY_FDS)
		return fd;
	if ((flags & O_ACCMODE) != O_RDONLY) {
		pthread_mutex_lock(&tally->adding);
		row = find(tally, name);
		pthread_mutex_unlock(&tally->adding);
	}
	tally->row_of[fd] = row;
	return fd;
}

void tally_close(struct tally *tally, int fd)
{
	if (fd >= 0 && fd < TALLY_FDS)
		tally->row_of[fd] = 0;
}

struct tally_row *tally_row(struct tally *tally, int fd)
{
	return &tally->row[fd >= 0 && fd < TALLY_FDS ? tally->row_of[fd] : 0];
}

ssize_t tally_add(struct tally_row *row, ssize_t n)
{
	if (n >= 0) {
		row->writes++;
		row->bytes += n;
	}
	return n;
}
