/* SPDX-License-Identifier: MIT */
/*
 * The report.  Three things are held against what the layer counted: what it
 * counted in the other run; the pages that SQLite itself says it wrote; and what
 * the database file is now, as each page in use was written once or more.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "report.h"

enum { NAME_WIDTH = 42 }; /* keeps lines below 100 columns */

/* Byte 1 GiB of a database is locked, and its page never written. */
static const uint64_t lock_byte = 1 << 30;

void report_handover(const struct run *run)
{
	const struct sqlite_handover *handover = &run->handover;

	printf("\nSQLite %s lists %u functions: %u are system calls and enter the cage.\n",
	       sqlite3_libversion(), handover->in_cage + handover->no_calls, handover->in_cage);
	if (handover->unknown[0])
		fprintf(stderr, "write_counter: not known here, and left outside of the cage:%s\n",
			handover->unknown);
}

void report_files(const struct run *run, const struct path_list *list)
{
	const struct loaded *loaded = &run->loaded;

	printf("%zu text files loaded, %llu bytes; skipped: %zu binary, %zu unreadable, %zu too "
	       "large.\n",
	       loaded->files, (unsigned long long) loaded->bytes, loaded->binary,
	       loaded->unreadable + list->unreadable, loaded->too_large);
}

static void print_counts(const struct count *pass, const struct count *copy, const char *name)
{
	static const struct count none;
	size_t len = strlen(name);

	pass = pass ? pass : &none;
	copy = copy ? copy : &none;
	printf("%9llu %13llu   %9llu %13llu   ", (unsigned long long) pass->writes,
	       (unsigned long long) pass->bytes, (unsigned long long) copy->writes,
	       (unsigned long long) copy->bytes);
	if (len > NAME_WIDTH)
		printf("...%s\n", name + len - (NAME_WIDTH - 3));
	else
		printf("%s\n", name);
}

static struct count total(const struct run *run)
{
	struct count sum = { .name = "all" };

	for (unsigned i = 0; i < run->ncounts; i++) {
		sum.writes += run->count[i].writes;
		sum.bytes += run->count[i].bytes;
	}
	return sum;
}

void report_counts(const struct run *passing, const struct run *copying)
{
	struct count pass = total(passing), copy = total(copying);
	const char *name;

	printf("\n%23s   %23s\n", "buffers: PASS", "buffers: COPY_ALL");
	printf("%9s %13s   %9s %13s   file\n", "writes", "bytes", "writes", "bytes");
	for (unsigned i = 0; i < passing->ncounts; i++) {
		name = passing->count[i].name;
		print_counts(&passing->count[i], run_count(copying, name), name);
	}
	for (unsigned i = 0; i < copying->ncounts; i++) {
		name = copying->count[i].name;
		if (!run_count(passing, name))
			print_counts(NULL, &copying->count[i], name);
	}
	print_counts(&pass, &copy, "all");
	printf("%23llu   %23llu   copied out of the cage\n\n", (unsigned long long) passing->copied,
	       (unsigned long long) copying->copied);
}

static int check(int holds, const char *claim)
{
	if (holds) {
		printf("holds: %s\n", claim);
		return 0;
	}
	fprintf(stderr, "write_counter: does not hold: %s\n", claim);
	return -1;
}

static int same_bytes(const struct run *a, const struct run *b)
{
	const struct count *other;

	if (a->ncounts != b->ncounts)
		return 0;
	for (unsigned i = 0; i < a->ncounts; i++) {
		other = run_count(b, a->count[i].name);
		if (!other || other->bytes != a->count[i].bytes)
			return 0;
	}
	return 1;
}

/* Names are copied in both runs, and other ones if the databases have other names. */
static int check_copied(const struct run *passing, const struct run *copying)
{
	uint64_t written = total(copying).bytes;
	char claim[256];

	snprintf(claim, sizeof(claim),
		 "COPY_ALL copied all %llu bytes written, PASS but %llu, of names",
		 (unsigned long long) written, (unsigned long long) passing->copied);
	return check(copying->copied >= written && passing->copied < written, claim);
}

static int check_database(const struct run *run, const char *buffers)
{
	const struct loaded *loaded = &run->loaded;
	const struct count *count = run_count(run, run_database(run));
	uint64_t size = run->size, bytes = count ? count->bytes : 0;
	uint64_t in_use = loaded->pages - loaded->free_pages - (size > lock_byte);
	char claim[512];
	int result;

	snprintf(claim, sizeof(claim),
		 "%s: %llu bytes to the database are the %llu pages that SQLite says it wrote",
		 buffers, (unsigned long long) bytes, (unsigned long long) loaded->pages_written);
	result = check(bytes == loaded->pages_written * loaded->page_size, claim);
	snprintf(claim, sizeof(claim),
		 "%s: that is enough for the %llu pages in use (%llu bytes on disk)", buffers,
		 (unsigned long long) in_use, (unsigned long long) size);
	if (check(bytes >= in_use * loaded->page_size && size == loaded->pages * loaded->page_size,
		  claim) < 0)
		result = -1;
	snprintf(claim, sizeof(claim), "%s: PRAGMA integrity_check says: %s", buffers,
		 loaded->check);
	return check(strcmp(loaded->check, "ok") == 0, claim) < 0 ? -1 : result;
}

int report_checks(const struct run *passing, const struct run *copying)
{
	int result = 0;

	if (passing->loaded.files != copying->loaded.files ||
	    passing->loaded.bytes != copying->loaded.bytes) {
		fprintf(stderr, "write_counter: the folder changed between the two runs\n");
		result = -1;
	}
	if (check(same_bytes(passing, copying), "both runs counted the same bytes per file") < 0)
		result = -1;
	if (check_copied(passing, copying) < 0)
		result = -1;
	if (check_database(passing, "PASS") < 0)
		result = -1;
	if (check_database(copying, "COPY_ALL") < 0)
		result = -1;
	return result;
}
