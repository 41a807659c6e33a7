/* SPDX-License-Identifier: MIT */
/*
 * A program that measures calls of its own, natively and in a gate: `guest WHAT FILE` prints how many
 * nanoseconds each takes, at its best of many short rounds; `guest memory`, which of its memory is
 * resident, in KiB.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define WARM     3000 /* calls; by then sites are what they will be */
#define ROUNDS   100
#define ROUND_NS 1e5

static const char *file;
static int fd;

static void call_getppid(long n)
{
	while (n--)
		syscall(SYS_getppid);
}

static void call_write(long n)
{
	while (n--)
		if (write(fd, "x", 1) != 1)
			_exit(1);
}

static void open_and_close(long n)
{
	while (n--)
		if (close(open(file, O_RDONLY)))
			_exit(1);
}

static double time_of(void (*calls)(long n), long n)
{
	struct timespec start, end;

	clock_gettime(CLOCK_MONOTONIC, &start);
	calls(n);
	clock_gettime(CLOCK_MONOTONIC, &end);
	return (double) (end.tv_sec - start.tv_sec) * 1e9 + (double) (end.tv_nsec - start.tv_nsec);
}

static double best(void (*calls)(long n))
{
	double least;
	long n = 1;

	calls(WARM);
	while (time_of(calls, n) < ROUND_NS)
		n *= 2;
	least = time_of(calls, n);
	for (int i = 1; i < ROUNDS; i++) {
		double ns = time_of(calls, n);

		if (ns < least)
			least = ns;
	}
	return least / (double) n;
}

/* Exact, where statm may not have all threads' pages. */
static double resident(void)
{
	FILE *rollup = fopen("/proc/self/smaps_rollup", "r");
	double kib = -1;
	char line[200];

	while (rollup && kib < 0 && fgets(line, sizeof(line), rollup))
		(void) sscanf(line, "Rss: %lf kB", &kib);
	return kib;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	file = argc > 2 ? argv[2] : "/dev/null";
	fd = open(file, O_WRONLY | O_CLOEXEC);
	if (!strcmp(what, "getppid"))
		printf("%.3f\n", best(call_getppid));
	else if (!strcmp(what, "write"))
		printf("%.3f\n", best(call_write));
	else if (!strcmp(what, "openclose"))
		printf("%.3f\n", best(open_and_close));
	else if (!strcmp(what, "memory"))
		printf("%.3f\n", (call_getppid(WARM), resident()));
	else
		return 2;
	return 0;
}
