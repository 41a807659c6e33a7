/* SPDX-License-Identifier: MIT */
/*
 * One run: a fresh cage with one layer, SQLite in it, a fresh database; and what
 * was counted meanwhile.
 */
#ifndef RUN_H
#define RUN_H

#include <sys/types.h>

#include "database.h"
#include "sqlite_cage.h"
#include "tally.h"

struct count {
	/* Relative to the database's folder; SQLite's temporary files are one. */
	char name[PATH_MAX];
	uint64_t writes, bytes;
};

struct run {
	struct loaded loaded;
	struct sqlite_handover handover;
	uint64_t copied; /* bytes, out of the cage */
	off_t size;      /* of the database file */
	unsigned ncounts;
	struct count count[TALLY_ROWS];
};

/* The layer's state is a tally.  0, or -1 after a line on stderr. */
int run_make(struct run *run, const struct encase_layer *layer, const char *database,
	     const struct path_list *list);
/* The count of a name; null if there was nothing to count. */
const struct count *run_count(const struct run *run, const char *name);
/* The name that the database file is counted by. */
const char *run_database(const struct run *run);

#endif
