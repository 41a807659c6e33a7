/* SPDX-License-Identifier: MIT */
/*
 * Layer "count" over the kernel, by threads and processes that are killed.  Prints TAP.
 *
 *   count_run threads     descriptors that are opened, closed and looked at by many at once
 *   count_run processes   forks, SIGKILL, and a program that is executed
 *   count_run again FD FILE   what is executed: writes to FILE, and is killed
 */
#define _GNU_SOURCE
#include <encase.h>
#include <encase/stats.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "policies.h"

static struct encase_cage *cage;
static encase_open_fn *in_open;
static encase_write_fn *in_write;
static encase_read_fn *in_read;
static encase_close_fn *in_close;
static encase_close_range_fn *in_close_range;
static encase_dup2_fn *in_dup2;
static encase_fstat_fn *in_fstat;
static encase_eventfd2_fn *in_eventfd;
static encase_pipe2_fn *in_pipe;

static char folder[64], output[96];
static unsigned failures;

static bool holds(bool what, const char *text, int line)
{
	if (!what && __atomic_fetch_add(&failures, 1, __ATOMIC_RELAXED) < 8)
		printf("# line %d: %s\n", line, text);
	return what;
}
#define HOLDS(what) holds((what), #what, __LINE__)

static void make_cage(void)
{
	const struct encase_setup setup = { .lower = &encase_lower_kernel };
	char options[128];

	snprintf(options, sizeof(options), "output=%s", output);
	if (encase_cage_new(&setup, &cage) || encase_push(cage, &encase_count, options))
		abort();
	in_open = ENCASE_ENTRY(cage, open);
	in_write = ENCASE_ENTRY(cage, write);
	in_read = ENCASE_ENTRY(cage, read);
	in_close = ENCASE_ENTRY(cage, close);
	in_close_range = ENCASE_ENTRY(cage, close_range);
	in_dup2 = ENCASE_ENTRY(cage, dup2);
	in_fstat = ENCASE_ENTRY(cage, fstat);
	in_eventfd = ENCASE_ENTRY(cage, eventfd2);
	in_pipe = ENCASE_ENTRY(cage, pipe2);
}

static void path_of(char path[96], const char *name)
{
	snprintf(path, 96, "%s/%s", folder, name);
}

/* -- What was counted ------------------------------------------------------------ */

/* Of a line of the summary; all 0: there is none. */
struct counted {
	unsigned long long calls, errors, in, out;
};

static struct counted counted(const char *path)
{
	FILE *file = fopen(output, "r");
	struct counted c = { 0 };
	size_t len = strlen(path);
	char line[512];

	while (file && fgets(line, sizeof(line), file)) {
		char *at = line + len;

		if (strncmp(line, path, len) != 0 || *at != '\t')
			continue;
		c.calls = strtoull(at, &at, 10);
		c.errors = strtoull(at, &at, 10);
		c.in = strtoull(at, &at, 10);
		c.out = strtoull(at, &at, 10);
	}
	if (file)
		fclose(file);
	return c;
}

static unsigned long long size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : (unsigned long long) st.st_size;
}

static void clean(const char *const *names)
{
	char path[96];

	for (; *names; names++) {
		path_of(path, *names);
		unlink(path);
	}
	unlink(output);
	HOLDS(!rmdir(folder));
}

/* -- Threads --------------------------------------------------------------------- */

#define ROUNDS 2000

static bool over; /* atomic */

static void *write_files(void *arg)
{
	static unsigned long long written[4];
	unsigned long long *sum = &written[(uintptr_t) arg % 4];
	const int high = 100 + (int) (uintptr_t) arg;
	char path[96], name[8];

	snprintf(name, sizeof(name), "f%u", (unsigned) (uintptr_t) arg);
	path_of(path, name);
	for (unsigned i = 0; i < ROUNDS; i++) {
		int fd = in_open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);

		*sum += (unsigned long long) in_write(fd, "1234567", 1 + i % 7);
		if (i % 3 == 0) {
			HOLDS(in_dup2(fd, high) == high);
			*sum += (unsigned long long) in_write(high, "12", 2);
		}
		if (i % 2)
			HOLDS(!in_close(fd));
		else
			HOLDS(!in_close_range((unsigned) fd, (unsigned) fd, 0));
	}
	in_close(high);
	return sum;
}

static void *write_events(void *arg)
{
	uint64_t one = 1;

	for (unsigned i = 0; i < ROUNDS; i++) {
		int fd = in_eventfd(0, 0);

		HOLDS(in_write(fd, &one, 8) == 8);
		HOLDS(!in_close(fd));
	}
	return arg;
}

static void *write_pipes(void *arg)
{
	char buf[5];
	int ends[2];

	for (unsigned i = 0; i < ROUNDS; i++) {
		HOLDS(!in_pipe(ends, 0));
		HOLDS(in_write(ends[1], "12345", 5) == 5);
		HOLDS(in_read(ends[0], buf, 5) == 5);
		HOLDS(!in_close(ends[0]) && !in_close(ends[1]));
	}
	return arg;
}

/* Looks at descriptors that others open and close, and so finds out what they are. */
static void *look(void *arg)
{
	struct stat st;

	while (!__atomic_load_n(&over, __ATOMIC_RELAXED))
		for (int fd = 3; fd < 12; fd++)
			(void) in_fstat(fd, &st);
	return arg;
}

static void run_threads(void)
{
	pthread_t files[3], others[2], looker;
	unsigned long long written[3];
	char path[96], name[8];
	struct counted c;

	make_cage();
	pthread_create(&looker, NULL, look, NULL);
	for (uintptr_t i = 0; i < 3; i++)
		pthread_create(&files[i], NULL, write_files, (void *) i);
	pthread_create(&others[0], NULL, write_events, NULL);
	pthread_create(&others[1], NULL, write_pipes, NULL);
	for (unsigned i = 0; i < 3; i++) {
		void *sum;

		pthread_join(files[i], &sum);
		written[i] = *(unsigned long long *) sum;
	}
	pthread_join(others[0], NULL);
	pthread_join(others[1], NULL);
	__atomic_store_n(&over, true, __ATOMIC_RELAXED);
	pthread_join(looker, NULL);
	HOLDS(!encase_cage_free(cage));
	for (unsigned i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "f%u", i);
		path_of(path, name);
		HOLDS(counted(path).out == written[i]);
		HOLDS(size_of(path) == written[i]);
	}
	c = counted("anon_inode:[eventfd]");
	HOLDS(c.out == 8 * ROUNDS && c.in == 0);
	c = counted("pipe:[...]");
	HOLDS(c.out == 5 * ROUNDS && c.in == 5 * ROUNDS);
	clean((const char *const[]){ "f0", "f1", "f2", NULL });
}

/* -- Processes ------------------------------------------------------------------- */

#define CHILDREN 12
#define WRITERS  3
#define WRITES   200

static int shared; /* open before children are made */

/* Calm: ends by itself; else goes on until it is killed. */
static void *write_on(void *arg)
{
	const bool calm = *(const bool *) arg;
	const char *name = calm ? "calm" : "killed";
	char path[96];
	int fd;

	path_of(path, name);
	fd = in_open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	for (unsigned i = 0; i < WRITES || !calm; i++) {
		if (in_write(fd, "12345678", 8) != 8)
			_exit(1);
		if (calm && in_write(shared, "x", 1) != 1)
			_exit(2);
	}
	return NULL;
}

static _Noreturn void be_child(bool calm)
{
	pthread_t threads[WRITERS];

	for (unsigned i = 0; i < WRITERS; i++)
		pthread_create(&threads[i], NULL, write_on, &calm);
	if (calm)
		for (unsigned i = 0; i < WRITERS; i++)
			pthread_join(threads[i], NULL);
	else
		usleep(20000);
	kill(getpid(), SIGKILL);
	for (;;)
		pause();
}

static void run_children(void)
{
	pid_t children[CHILDREN];
	int status;

	for (unsigned i = 0; i < CHILDREN; i++) {
		children[i] = fork();
		if (!children[i])
			be_child(i % 2);
	}
	for (unsigned i = 0; i < CHILDREN; i++) {
		HOLDS(waitpid(children[i], &status, 0) == children[i]);
		HOLDS(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	}
}

/* What is executed: counts where its parent does. */
static int be_executed(const char *fd, const char *to)
{
	snprintf(output, sizeof(output), "/no/such/folder"); /* it does not write a summary */
	if (encase_stats_inherit(atoi(fd)))
		return 1;
	make_cage();
	in_write(in_open(to, O_WRONLY | O_CREAT | O_APPEND, 0600), "1234", 4);
	in_write(1, "", 0);
	return raise(SIGKILL);
}

static void execute(const char *to)
{
	pid_t child = fork();
	int status, fd;
	char number[16];

	if (!child) {
		if (encase_stats_fds(&fd, 1) != 1 || fcntl(fd, F_SETFD, 0))
			_exit(3);
		snprintf(number, sizeof(number), "%d", fd);
		execl("/proc/self/exe", "count_run", "again", number, to, (char *) NULL);
		_exit(4);
	}
	HOLDS(waitpid(child, &status, 0) == child);
	HOLDS(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void run_processes(void)
{
	const unsigned long long calm = CHILDREN / 2 * WRITERS;
	char path[96];
	struct counted c;

	make_cage();
	path_of(path, "shared");
	shared = in_open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	run_children();
	path_of(path, "executed");
	execute(path);
	execute(path);
	HOLDS(size_of(output) == 0); /* nobody but this process writes there */
	HOLDS(!encase_cage_free(cage));
	c = counted(path);
	HOLDS(c.calls == 4 && c.errors == 0 && c.out == 8 && size_of(path) == 8);
	path_of(path, "calm");
	c = counted(path);
	HOLDS(c.calls == calm * (WRITES + 1) && c.errors == 0);
	HOLDS(c.out == calm * WRITES * 8 && c.out == size_of(path));
	path_of(path, "shared");
	c = counted(path);
	HOLDS(c.calls == calm * WRITES + 1 && c.out == calm * WRITES && c.out == size_of(path));
	/* Of each thread that was killed the last write may not be in it. */
	path_of(path, "killed");
	c = counted(path);
	HOLDS(c.out <= size_of(path) && c.out + calm * 8 >= size_of(path) && c.out > 0);
	clean((const char *const[]){ "executed", "calm", "shared", "killed", NULL });
}

int main(int argc, char **argv)
{
	const char *top = getenv("TMPDIR"), *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "again") && argc == 4)
		return be_executed(argv[2], argv[3]);
	snprintf(folder, sizeof(folder), "%s/encase-XXXXXX",
		 top && strlen(top) < 40 ? top : "/tmp");
	if (!mkdtemp(folder))
		return 1;
	snprintf(output, sizeof(output), "%s/out", folder);
	printf("1..1\n");
	if (!strcmp(what, "threads"))
		run_threads();
	else
		run_processes();
	printf("%s 1 - count: %s\n", failures ? "not ok" : "ok", what);
	return failures != 0;
}
