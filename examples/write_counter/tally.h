/* SPDX-License-Identifier: MIT */
/*
 * A tally: how many writes and bytes went to each file, by the name that the
 * file was opened by.  Safe with several threads at once, also to read.
 *
 * What cannot be told apart is counted all the same, in row 0: descriptors of
 * which no open was seen, and names and descriptors for which there is no room.
 */
#ifndef TALLY_H
#define TALLY_H

#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/types.h>

enum { TALLY_ROWS = 256, TALLY_FDS = 4096 };

struct tally_row {
	char name[PATH_MAX]; /* as it was given, never resolved */
	_Atomic uint64_t writes, bytes;
};

struct tally {
	_Atomic unsigned nrows;
	struct tally_row row[TALLY_ROWS];
	_Atomic uint16_t row_of[TALLY_FDS]; /* by descriptor */
	pthread_mutex_t adding;             /* held while a row is added */
};

/* A layer's start and stop: make an empty tally in *state, 0 or -ENOMEM; log and free it. */
int tally_start(void **state, const char *options);
void tally_stop(void *state);

/* An open returned fd, -1 if it failed.  Names opened for reading alone take no row. */
int tally_open(struct tally *tally, const char *name, int flags, int fd);
/* A descriptor is about to be closed. */
void tally_close(struct tally *tally, int fd);
/* Where writes to fd count: to be asked before a write, for afterwards fd may be another's. */
struct tally_row *tally_row(struct tally *tally, int fd);
/* A write returned n, -1 if it failed. */
ssize_t tally_add(struct tally_row *row, ssize_t n);

#endif
