/* SPDX-License-Identifier: MIT */
/*
 * write_counter FOLDER [DATABASE]
 *
 * Loads a folder's text files into an SQLite database, twice, with SQLite's
 * system calls made in a cage: under the layer write_counter, and again under
 * write_counter_copying.  Shows what both counted and what the second one cost.
 * The database stays if it was given a name; everything else is removed.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report.h"
#include "write_counter.h"

static int complain(const char *path, const char *why)
{
	fprintf(stderr, "write_counter: %s: %s\n", path, why);
	return -1;
}

/* For who waits; not for a file. */
static void progress(const char *what)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "(%s ...)\n", what);
}

static void remove_database(const char *path)
{
	char journal[PATH_MAX + 16];

	snprintf(journal, sizeof(journal), "%s-journal", path);
	unlink(path);
	unlink(journal);
}

/*
 * The path by which SQLite opens what the user named: none of the names that mean
 * something else to it, such as ":memory:" and "file:...", and of no file that is
 * there.  What keeps it from being made is found here, for SQLite does not tell.
 */
static int name_database(char path[PATH_MAX], const char *given)
{
	int len = snprintf(path, PATH_MAX, "%s%s", given[0] == '/' ? "" : "./", given);
	char *name = strrchr(path, '/') + 1, first = *name;
	struct stat status;

	if (len >= PATH_MAX)
		return complain(given, strerror(ENAMETOOLONG));
	if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return complain(given, strerror(EISDIR));
	if (lstat(path, &status) == 0)
		return complain(given, strerror(EEXIST));
	*name = '\0'; /* its folder */
	if (access(path, W_OK | X_OK) < 0)
		return complain(given, strerror(errno));
	*name = first;
	return 0;
}

static int make_folder(char path[PATH_MAX])
{
	const char *temporary = getenv("TMPDIR");

	if (!temporary || temporary[0] != '/')
		temporary = "/tmp";
	if (snprintf(path, PATH_MAX, "%s/write_counter.XXXXXX", temporary) >= PATH_MAX)
		return complain(temporary, strerror(ENAMETOOLONG));
	return mkdtemp(path) ? 0 : complain(path, strerror(errno));
}

/* What is removed also when the program is interrupted: the temporary folder and what is in it. */
static char left_behind[3][2 * PATH_MAX + 16];

static void interrupted(int number)
{
	unlink(left_behind[0]);
	unlink(left_behind[1]);
	rmdir(left_behind[2]);
	signal(number, SIG_DFL);
	raise(number);
}

static void remove_when_interrupted(const char *folder, const char *database)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGPIPE, SIGTERM };

	snprintf(left_behind[0], sizeof(left_behind[0]), "%s", database);
	snprintf(left_behind[1], sizeof(left_behind[1]), "%s-journal", database);
	snprintf(left_behind[2], sizeof(left_behind[2]), "%s", folder);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], interrupted);
}

/* Runs and reports.  "first" stays if it is to be kept and nothing failed. */
static int compare(const char *first, int keep, const char *second, const struct path_list *list)
{
	static struct run passing, copying;
	int result;

	progress("run 1 of 2, buffers passed");
	result = run_make(&passing, &write_counter, first, list);
	if (result == 0 && passing.loaded.files == 0)
		result = complain(list->folder, "no text files");
	if (result < 0 || !keep)
		remove_database(first);
	if (result < 0)
		return -1;
	report_handover(&passing);
	report_files(&passing, list);
	fflush(stdout);
	progress("run 2 of 2, buffers copied");
	result = run_make(&copying, &write_counter_copying, second, list);
	remove_database(second);
	if (result < 0)
		return -1;
	report_counts(&passing, &copying);
	return report_checks(&passing, &copying);
}

static int compare_in(const char *folder, const char *database, const struct path_list *list)
{
	const char *name = database ? strrchr(database, '/') + 1 : "files.db";
	char own[2 * PATH_MAX];

	snprintf(own, sizeof(own), "%s/%s", folder, name);
	remove_when_interrupted(folder, own);
	return compare(database ? database : own, database != NULL, own, list);
}

static void introduce(const char *folder)
{
	printf("Loads the text files of %s into SQLite twice, SQLite's\n", folder);
	printf("system calls made in a cage, under a layer that counts what goes to each file.\n");
	printf("First it is passed no buffer (PASS), then it gets copies of all (COPY_ALL).\n");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	char database[PATH_MAX], folder[PATH_MAX];
	struct path_list list;
	int result = -1;

	if (argc < 2 || argc > 3 || argv[1][0] == '-') {
		fprintf(stderr, "usage: write_counter FOLDER [DATABASE]\n");
		return 2;
	}
	signal(SIGXFSZ, SIG_IGN); /* a file that must not grow is an error like others */
	if (argc == 3 && name_database(database, argv[2]) < 0)
		return 1;
	if (path_list_make(&list, argv[1]) < 0)
		return 1;
	if (make_folder(folder) == 0) {
		introduce(argv[1]);
		result = compare_in(folder, argc == 3 ? database : NULL, &list);
		rmdir(folder);
	}
	path_list_free(&list);
	if (fflush(stdout) != 0 || ferror(stdout))
		result = complain("standard output", strerror(errno));
	return result < 0;
}
