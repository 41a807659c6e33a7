/* SPDX-License-Identifier: MIT */
/*
 * One run.  The order at the end matters: SQLite closes its files in the cage,
 * then gets its own system calls back, and only then the cage may go, and with
 * it the layer's state.
 */
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "files.h"
#include "run.h"
#include "under.h"

static int complain(const char *what, int error)
{
	fprintf(stderr, "write_counter: %s: %s\n", what, strerror(error));
	return -1;
}

static int make_cage(struct encase_cage **cage, const struct encase_layer *layer)
{
	int error = encase_cage_new(&under, cage);

	if (error < 0)
		return complain("no cage", -error);
	error = encase_push(*cage, layer, NULL);
	if (error == 0)
		return 0;
	encase_cage_free(*cage);
	return complain(layer->name, -error);
}

const char *run_database(const struct run *run)
{
	return strrchr(run->loaded.path, '/') + 1;
}

/* What a file that SQLite opened is shown as. */
static const char *shown(const struct run *run, const char *path)
{
	size_t folder = run_database(run) - run->loaded.path;
	const char *slash = strrchr(path, '/');

	if (slash && strncmp(slash + 1, "etilqs_", 7) == 0)
		return "(SQLite's temporary files)";
	return strncmp(path, run->loaded.path, folder) == 0 ? path + folder : path;
}

const struct count *run_count(const struct run *run, const char *name)
{
	for (unsigned i = 0; i < run->ncounts; i++)
		if (strcmp(run->count[i].name, name) == 0)
			return &run->count[i];
	return NULL;
}

static void add(struct run *run, const char *name, const struct tally_row *row)
{
	struct count *count = (struct count *) run_count(run, name);

	if (!count) {
		count = &run->count[run->ncounts++];
		snprintf(count->name, sizeof(count->name), "%s", name);
	}
	count->writes += row->writes;
	count->bytes += row->bytes;
}

static void collect(struct run *run, struct encase_cage *cage, const struct encase_layer *layer)
{
	const struct tally *tally = encase_state(cage, layer);

	run->copied = encase_traffic(cage).from_cage;
	for (unsigned i = 0; i < tally->nrows; i++)
		if (tally->row[i].writes)
			add(run, shown(run, tally->row[i].name), &tally->row[i]);
}

/* SQLite reads its seed from a file: in none of the runs, so that they are alike. */
static int seed_sqlite(void)
{
	struct sqlite_handover handover;
	char seed;

	if (sqlite_enter_cage(files.cage, &handover) < 0)
		return -1;
	sqlite3_randomness(0, NULL);
	sqlite3_randomness(sizeof(seed), &seed);
	sqlite_leave_cage();
	return 0;
}

int run_make(struct run *run, const struct encase_layer *layer, const char *database,
	     const struct path_list *list)
{
	struct encase_cage *cage;
	struct stat status;
	int result;

	memset(run, 0, sizeof(*run));
	if (seed_sqlite() < 0 || make_cage(&cage, layer) < 0)
		return -1;
	result = sqlite_enter_cage(cage, &run->handover);
	if (result == 0) {
		result = database_load(database, list, &run->loaded);
		sqlite_leave_cage();
	}
	if (result == 0)
		collect(run, cage, layer);
	encase_cage_free(cage);
	if (result < 0)
		return -1;
	if (files.lstat(database, &status) < 0)
		return complain(database, errno);
	run->size = status.st_size;
	return 0;
}
