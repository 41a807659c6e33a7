/* SPDX-License-Identifier: MIT */
/*
 * write_counter FOLDER [DATABASE]
 * write_counter --record TAPE FOLDER DATABASE
 * write_counter --replay TAPE FOLDER DATABASE
 *
 * Loads a folder's text files into an SQLite database, twice, with SQLite's
 * system calls made in a cage: under the layer write_counter, and again under
 * write_counter_copying.  Shows what both counted and what the second one cost.
 * The database stays if it was given a name; everything else is removed.  With --record all
 * that was read and written on the way is put on a tape, from which --replay makes the same
 * two runs again, with neither folder nor database; here both databases are removed.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "report.h"
#include "under.h"
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
	files.unlink(path);
	files.unlink(journal);
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
	if (files.lstat(path, &status) == 0)
		return complain(given, strerror(EEXIST));
	*name = '\0'; /* its folder */
	if (files.access(path, W_OK | X_OK) < 0)
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

static int compare_untaped(const char *database, const struct path_list *list)
{
	char folder[PATH_MAX];
	int result;

	if (make_folder(folder) < 0)
		return -1;
	result = compare_in(folder, database, list);
	rmdir(folder);
	return result;
}

/* All between the making of the program's own cage and its end. */
static int work(const char *folder, const char *given, int taped)
{
	char database[PATH_MAX];
	struct path_list list;
	int result;

	if (given && name_database(database, given) < 0)
		return -1;
	if (path_list_make(&list, folder) < 0)
		return -1;
	introduce(folder);
	if (taped) /* in one place: a temporary folder would have another name each time */
		result = compare(database, 0, database, &list);
	else
		result = compare_untaped(given ? database : NULL, &list);
	path_list_free(&list);
	return result;
}

static int usage(void)
{
	fprintf(stderr, "usage: write_counter FOLDER [DATABASE]\n"
			"       write_counter --record TAPE FOLDER DATABASE\n"
			"       write_counter --replay TAPE FOLDER DATABASE\n");
	return 2;
}

int main(int argc, char **argv)
{
	int taped = argc == 5, result;

	if (argc < 2 || argc == 4 || argc > 5 || (!taped && argv[1][0] == '-'))
		return usage();
	signal(SIGXFSZ, SIG_IGN); /* a file that must not grow is an error like others */
	if (!taped)
		result = 0;
	else if (strcmp(argv[1], "--record") == 0)
		result = under_record(argv[2]);
	else if (strcmp(argv[1], "--replay") == 0)
		result = under_replay(argv[2]);
	else
		return usage();
	if (result < 0 || files_enter_cage() < 0)
		return 1;
	argv += taped ? 2 : 0;
	result = work(argv[1], argv[2], taped);
	files_leave_cage();
	if (under_close() < 0)
		result = -1;
	if (fflush(stdout) != 0 || ferror(stdout))
		result = complain("standard output", strerror(errno));
	return result < 0;
}
