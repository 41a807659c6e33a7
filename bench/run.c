/* SPDX-License-Identifier: MIT */
/*
 * What programs take more under encase run, with a bare layer that counts every call; and under strace,
 * which counts nothing.  Each is run natively and so by turns.
 *
 * Files are in memory where there is a file system for that, and in the page cache in any case: what a disk
 * takes would hide what calls take.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "measure.h"

#define WORDS 24
extern char **environ;

static const char *const often[] = { BENCH_ENCASE, "run", "-l", BENCH_LAYER, "--", NULL };
static const char *const at_once[] = { BENCH_ENCASE, "run",       "-s", "all-at-once",
				       "-l",         BENCH_LAYER, "--", NULL };
static const char *const straced[] = { "strace", "-f", "-o", "/dev/null", NULL };

/* -- Programs -------------------------------------------------------------- */

/* A program as it is run. */
struct command {
	const char *words[WORDS];
	int times;   /* one after the other */
	double told; /* its output, a number */
};

/* under: null, or what a program's words stand behind */
static struct command make_command(const char *const *under, const char *const *words, int times)
{
	struct command c = { .times = times };
	size_t n = 0;

	while (under && *under)
		c.words[n++] = *under++;
	while (*words)
		c.words[n++] = *words++;
	return c;
}

/* Its status as wait(2) has it; -1: it could not be run, see errno. */
static int run(struct command *c)
{
	posix_spawn_file_actions_t actions;
	int ends[2], status, err;
	char text[64];
	ssize_t n;
	pid_t pid;

	check(pipe2(ends, O_CLOEXEC) ? -errno : 0, "pipe");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	err = posix_spawnp(&pid, c->words[0], &actions, NULL, (char **) (uintptr_t) c->words,
			   environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	n = err ? 0 : read(ends[0], text, sizeof(text) - 1);
	close(ends[0]);
	errno = err;
	if (err || waitpid(pid, &status, 0) != pid)
		return -1;
	text[n > 0 ? n : 0] = '\0';
	c->told = atof(text);
	return status;
}

/* Whether it runs; a row that is about one that does not is left out. */
static int runs(const char *row, struct command *c)
{
	int status = run(c);

	if (status < 0)
		fprintf(stderr, "bench: %s is left out: %s: %s\n", row, c->words[0],
			strerror(errno));
	else if (status)
		fprintf(stderr, "bench: %s is left out: %s fails with %s %d\n", row, c->words[0],
			WIFEXITED(status) ? "status" : "signal",
			WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
	return !status;
}

static void must_run(struct command *c)
{
	if (run(c))
		check(-ECANCELED, c->words[0]);
}

/* What the program itself has measured. */
static double told(void *arg)
{
	struct command *c = arg;

	must_run(c);
	return c->told;
}

/* From its start to its end. */
static double whole(void *arg)
{
	struct command *c = arg;
	struct timespec start, end;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (int i = 0; i < c->times; i++)
		must_run(c);
	clock_gettime(CLOCK_MONOTONIC, &end);
	return ((double) (end.tv_sec - start.tv_sec) * 1e9 +
		(double) (end.tv_nsec - start.tv_nsec)) /
	       c->times;
}

/* -- Rows ------------------------------------------------------------------ */

/* Whether there is such a row: fills *m. */
static int compare(const char *row, const char *const *under, const char *const *words, int times,
		   struct measured *m)
{
	struct command native = make_command(NULL, words, times ? times : 1);
	struct command gated = make_command(under, words, times ? times : 1);
	int rounds = under == straced ? 3 : MEASURE_ROUNDS;

	if (!runs(row, &native) || !runs(row, &gated))
		return 0;
	*m = measure_own(times ? whole : told, &gated, &native, rounds);
	return 1;
}

/* A guest's call. */
static void call(const char *row, const char *const *under, const char *what, const char *file,
		 double goal)
{
	const char *const words[] = { BENCH_GUEST, what, file, NULL };
	struct measured m;

	if (compare(row, under, words, 0, &m))
		measure_print(row, m, goal);
}

static void program(const char *row, const char *const *under, const char *const *words,
		    double goal)
{
	struct measured m;

	if (compare(row, under, words, 1, &m))
		measure_print_ms(row, m, goal);
}

static void start(const char *row, const char *const *under, double goal)
{
	static const char *const words[] = { "/bin/true", NULL };
	struct measured m;

	if (compare(row, under, words, 20, &m))
		measure_print_value(row, m.more / 1e6, "ms", goal);
}

static void memory(const char *row, const char *const *under, double goal)
{
	static const char *const words[] = { BENCH_GUEST, "memory", NULL };
	struct measured m;

	if (compare(row, under, words, 0, &m))
		measure_print_value(row, m.more * 1024 / 1e6, "MB", goal);
}

/* -- Files ----------------------------------------------------------------- */

#define FILES     3000
#define FILE_SIZE 50000

static char folder[200];

static const char *in_folder(char *path, const char *name)
{
	snprintf(path, 300, "%s/%s", folder, name);
	return path;
}

static void make_folder(void)
{
	const char *in = getenv("TMPDIR");
	struct statvfs shm;

	if (!in)
		in = !statvfs("/dev/shm", &shm) && shm.f_bavail * shm.f_frsize > 1000000000
			     ? "/dev/shm"
			     : "/tmp";
	snprintf(folder, sizeof(folder), "%s/encase-bench-XXXXXX", in);
	check(mkdtemp(folder) ? 0 : -errno, folder);
}

static void make_file(const char *name, const char *bytes, size_t size)
{
	char path[300];
	int fd = open(in_folder(path, name), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	check(fd < 0 || write(fd, bytes, size) != (ssize_t) size ? -errno : 0, path);
	close(fd);
}

static void make_files(void)
{
	static const char pragma[] = "pragma synchronous=off; drop table if exists t;"
				     "create table t(a integer, b text);\n";
	static const char insert[] = "insert into t values(1, 'a row of its own');\n";
	static char bytes[2000 * sizeof(insert) + FILE_SIZE];
	char path[300], name[32];
	size_t n = 0;

	make_file("one", "", 0);
	memcpy(bytes, pragma, n = strlen(pragma));
	for (int i = 0; i < 2000; i++, n += strlen(insert))
		memcpy(bytes + n, insert, strlen(insert));
	make_file("2000.sql", bytes, n);
	check(mkdir(in_folder(path, "tree"), 0700) ? -errno : 0, path);
	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "tree/%d", i);
		make_file(name, bytes, FILE_SIZE);
	}
}

static void remove_folder(void)
{
	const char *const words[] = { "rm", "-rf", folder, NULL };
	struct command c = make_command(NULL, words, 1);

	(void) runs("a temporary folder's end", &c);
}

/* -- All of it ------------------------------------------------------------- */

static void calls(void)
{
	char one[300];

	in_folder(one, "one");
	call("run/getppid", at_once, "getppid", NULL, 1.20);
	call("run/getppid/armed", often, "getppid", NULL, 1.60);
	call("strace/getppid", straced, "getppid", NULL, 0);
	call("run/write1", often, "write", "/dev/null", 1.20);
	call("run/write1/all", at_once, "write", "/dev/null", 1.20);
	call("run/write1/file", often, "write", one, 1.20);
	call("run/write1/file/all", at_once, "write", one, 1.20);
	call("run/openclose", often, "openclose", one, 1.05);
	call("run/openclose/all", at_once, "openclose", one, 1.05);
}

static void programs(void)
{
	char archive[300], database[300], sql[310] = ".read ";
	const char *const tar[] = { "tar",  "cf", in_folder(archive, "a.tar"), "-C", folder,
				    "tree", NULL };
	const char *const sqlite[] = { "sqlite3", in_folder(database, "a.db"), sql, NULL };
	const char *dd[] = { "dd",          "if=/dev/zero", "of=/dev/null",
			     "status=none", "bs=1",         "count=200000",
			     NULL };

	in_folder(sql + strlen(sql), "2000.sql");
	program("run/tar", often, tar, 1.05);
	program("run/tar/all", at_once, tar, 1.05);
	program("run/sqlite", often, sqlite, 1.05);
	program("run/sqlite/all", at_once, sqlite, 1.05);
	program("run/dd", often, dd, 1.30);
	program("run/dd/all", at_once, dd, 1.30);
	dd[5] = "count=10000"; /* for what takes seconds */
	program("strace/dd", straced, dd, 0);
}

void bench_run(void)
{
	make_folder();
	make_files();
	calls();
	start("run/start", often, 0.80);
	start("run/start/all", at_once, 0.80);
	start("strace/start", straced, 0);
	programs();
	memory("run/memory", often, 4);
	memory("run/memory/all", at_once, 4);
	remove_folder();
}
