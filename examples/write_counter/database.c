/* SPDX-License-Identifier: MIT */
/*
 * Loads text files into an SQLite database.
 *
 * It has a rollback journal and many transactions, so that SQLite makes the
 * journal, writes to it and removes it over and over; indices, one of all words,
 * so that pages are written more than once; and secure_delete, so that no page
 * gets into the file but by a write that SQLite counts.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "database.h"
#include "under.h"

enum { FILES_PER_TRANSACTION = 256 };

static const char schema[] =
	"PRAGMA journal_mode = DELETE; PRAGMA secure_delete = ON; PRAGMA mmap_size = 0;"
	"CREATE TABLE files(id INTEGER PRIMARY KEY, path TEXT UNIQUE, size INTEGER, content TEXT);"
	"CREATE INDEX files_by_size ON files(size, path);"
	"CREATE VIRTUAL TABLE words USING fts5(content, content='files', content_rowid='id');";
static const char index_words[] = "INSERT INTO words(words) VALUES ('rebuild')";

/* Says what SQLite has to say, with the system's reason where it stems from a system call. */
static int complain(sqlite3 *db, const char *path)
{
	int error = sqlite3_errcode(db) & 0xff;

	fprintf(stderr, "write_counter: %s: %s", path, sqlite3_errmsg(db));
	if ((error == SQLITE_CANTOPEN || error == SQLITE_IOERR) && sqlite3_system_errno(db))
		fprintf(stderr, " (%s)", strerror(sqlite3_system_errno(db)));
	fputc('\n', stderr);
	return -1;
}

static int run(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : -1;
}

/* The first value of a query's first row. */
static int ask(sqlite3 *db, const char *sql, char *answer, size_t room)
{
	sqlite3_stmt *query;
	const char *text;
	int result = -1;

	if (sqlite3_prepare_v2(db, sql, -1, &query, NULL) != SQLITE_OK)
		return -1;
	if (sqlite3_step(query) == SQLITE_ROW) {
		text = (const char *) sqlite3_column_text(query, 0);
		snprintf(answer, room, "%s", text ? text : "");
		result = 0;
	}
	sqlite3_finalize(query);
	return result;
}

static int ask_number(sqlite3 *db, const char *sql, uint64_t *number)
{
	char answer[32];

	if (ask(db, sql, answer, sizeof(answer)) < 0)
		return -1;
	*number = strtoull(answer, NULL, 10);
	return 0;
}

static int insert(sqlite3_stmt *adding, const char *path, const struct text *text)
{
	sqlite3_bind_text(adding, 1, path, -1, SQLITE_STATIC);
	sqlite3_bind_int64(adding, 2, (sqlite3_int64) text->len);
	sqlite3_bind_text(adding, 3, text->len ? text->data : "", (int) text->len, SQLITE_STATIC);
	sqlite3_step(adding);
	return sqlite3_reset(adding) == SQLITE_OK ? 0 : -1;
}

/* Reads one file and inserts it, or counts why not.  0, or -1 if the database fails. */
static int load_one(sqlite3_stmt *adding, const char *path, struct text *text,
		    struct loaded *loaded)
{
	switch (text_read(text, path)) {
	case TEXT_IS_BINARY:
		loaded->binary++;
		return 0;
	case TEXT_UNREADABLE:
		loaded->unreadable++;
		return 0;
	case TEXT_TOO_LARGE:
		loaded->too_large++;
		return 0;
	default:
		loaded->files++;
		loaded->bytes += text->len;
		return insert(adding, path, text);
	}
}

static int load_all(sqlite3 *db, const struct path_list *list, struct loaded *loaded)
{
	static const char sql[] = "INSERT INTO files(path, size, content) VALUES (?, ?, ?)";
	struct text text = { 0 };
	sqlite3_stmt *adding;
	int result;

	if (sqlite3_prepare_v2(db, sql, -1, &adding, NULL) != SQLITE_OK)
		return -1;
	result = run(db, "BEGIN");
	for (size_t i = 0; i < list->n && result == 0; i++) {
		result = load_one(adding, list->path[i], &text, loaded);
		if (result == 0 && (i + 1) % FILES_PER_TRANSACTION == 0)
			result = run(db, "COMMIT; BEGIN");
	}
	if (result == 0)
		result = run(db, "COMMIT");
	if (result == 0)
		result = run(db, index_words);
	sqlite3_finalize(adding);
	free(text.data);
	return result;
}

static int describe(sqlite3 *db, struct loaded *loaded)
{
	int written, highest;

	if (sqlite3_db_status(db, SQLITE_DBSTATUS_CACHE_WRITE, &written, &highest, 0) != SQLITE_OK)
		return -1;
	loaded->pages_written = written;
	snprintf(loaded->path, sizeof(loaded->path), "%s", sqlite3_db_filename(db, "main"));
	if (ask_number(db, "PRAGMA page_size", &loaded->page_size) < 0 ||
	    ask_number(db, "PRAGMA page_count", &loaded->pages) < 0 ||
	    ask_number(db, "PRAGMA freelist_count", &loaded->free_pages) < 0)
		return -1;
	return 0;
}

/* Loads into a database that is new; leaves an open connection in *db. */
static int load(sqlite3 **db, const char *path, const struct path_list *list, struct loaded *loaded)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;

	if (sqlite3_open_v2(path, db, flags, "unix") != SQLITE_OK)
		return -1;
	/* SQLite syncs past its list of system calls, and a replay's descriptors are no files. */
	if (under.below && run(*db, "PRAGMA synchronous = OFF") < 0)
		return -1;
	if (run(*db, schema) < 0 || load_all(*db, list, loaded) < 0)
		return -1;
	return describe(*db, loaded);
}

/* Checks on a connection of its own, which has nothing of the database in memory. */
static int check(sqlite3 **db, const char *path, struct loaded *loaded)
{
	if (sqlite3_open_v2(path, db, SQLITE_OPEN_READONLY, "unix") != SQLITE_OK)
		return -1;
	return ask(*db, "PRAGMA integrity_check", loaded->check, sizeof(loaded->check));
}

/* Ends a connection after a step that returned result. */
static int end(sqlite3 *db, const char *path, int result)
{
	if (result < 0)
		complain(db, path);
	if (sqlite3_close(db) == SQLITE_OK)
		return result;
	return complain(db, path);
}

int database_load(const char *path, const struct path_list *list, struct loaded *loaded)
{
	sqlite3 *db;
	int result;

	memset(loaded, 0, sizeof(*loaded));
	result = load(&db, path, list, loaded);
	if (end(db, path, result) < 0)
		return -1;
	result = check(&db, path, loaded);
	return end(db, path, result);
}
