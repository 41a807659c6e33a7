/* SPDX-License-Identifier: MIT */
/* Rounds, medians, lines; see measure.h. */
#define _GNU_SOURCE
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define ROUND_NS 4e6

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double) t.tv_sec * 1e9 + (double) t.tv_nsec;
}

static double time_of(measure_fn *fn, void *arg, long n)
{
	double start = now();

	fn(arg, n);
	return (now() - start) / (double) n;
}

/* So many turns that a round takes about ROUND_NS; warms up by the way. */
static long turns(measure_fn *fn, void *arg)
{
	long n = 1;

	if (!fn)
		return 0;
	while (time_of(fn, arg, n) * (double) n < ROUND_NS)
		n *= 2;
	return n;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *) a, y = *(const double *) b;

	return (x > y) - (x < y);
}

double measure_median(double *values, int n)
{
	qsort(values, (size_t) n, sizeof(*values), compare);
	return values[n / 2];
}

/* What rounds have given, and their yardstick's; both are used up. */
static struct measured sum_up(double *ns, const double *yard, int n)
{
	double ratio[MEASURE_ROUNDS], more[MEASURE_ROUNDS];

	for (int i = 0; i < n; i++) {
		ratio[i] = ns[i] / yard[i];
		more[i] = ns[i] - yard[i];
	}
	return (struct measured){ measure_median(ns, n), measure_median(ratio, n),
				  measure_median(more, n) };
}

struct measured measure(measure_fn *fn, void *arg, measure_fn *less, void *less_arg,
			measure_fn *yardstick, void *yardstick_arg)
{
	long n = turns(fn, arg), nless = turns(less, less_arg);
	long nyard = turns(yardstick, yardstick_arg);
	double ns[MEASURE_ROUNDS], yard[MEASURE_ROUNDS];

	for (int i = 0; i < MEASURE_ROUNDS; i++) {
		yard[i] = time_of(yardstick, yardstick_arg, nyard);
		ns[i] = time_of(fn, arg, n);
		if (less)
			ns[i] -= time_of(less, less_arg, nless);
	}
	return sum_up(ns, yard, MEASURE_ROUNDS);
}

struct measured measure_own(measure_own_fn *fn, void *arg, void *yardstick_arg, int rounds)
{
	double ns[MEASURE_ROUNDS], yard[MEASURE_ROUNDS];

	for (int i = 0; i < rounds; i++) {
		yard[i] = fn(yardstick_arg);
		ns[i] = fn(arg);
	}
	return sum_up(ns, yard, rounds);
}

void measure_getppid(void *arg, long n)
{
	(void) arg;
	while (n--)
		syscall(SYS_getppid);
}

static void print_goal(double goal)
{
	if (goal > 0)
		printf("%.2f\n", goal);
	else
		printf("-\n");
	fflush(stdout);
}

void measure_print(const char *name, struct measured m, double goal)
{
	printf("%s\t%.2f\tns\t%.3f\t", name, m.ns, m.ratio);
	print_goal(goal);
}

void measure_print_ms(const char *name, struct measured m, double goal)
{
	printf("%s\t%.2f\tms\t%.3f\t", name, m.ns / 1e6, m.ratio);
	print_goal(goal);
}

void measure_print_value(const char *name, double value, const char *unit, double goal)
{
	printf("%s\t%.2f\t%s\t-\t", name, value, unit);
	print_goal(goal);
}

void measure_print_least(const char *name, double value, const char *unit, double goal)
{
	printf("%s\t%.2f\t%s\t-\t>= %.2f\n", name, value, unit, goal);
	fflush(stdout);
}
