/* SPDX-License-Identifier: MIT */
/*
 * The work that is counted: loading text files into a fresh SQLite database, with
 * an index of their words, and having SQLite check it.
 */
#ifndef DATABASE_H
#define DATABASE_H

#include <stdint.h>

#include "text_files.h"

struct loaded {
	size_t files, binary, unreadable, too_large;
	uint64_t bytes; /* of the files' contents */
	/* The database, in SQLite's words. */
	uint64_t page_size, pages, free_pages;
	uint64_t pages_written; /* to the database file alone */
	char path[4096];        /* the file's, absolute, links resolved */
	char check[256]; /* what PRAGMA integrity_check answered, "ok" or the first problem */
};

/* Makes a database where there is none, and checks it.  0, or -1 after a line on stderr. */
int database_load(const char *path, const struct path_list *list, struct loaded *loaded);

#endif
