/* SPDX-License-Identifier: MIT */
/*
 * Measuring: figures and their yardsticks take turns, round by round, so that
 * what disturbs the machine disturbs both.  A figure is the median of its rounds,
 * a ratio the median of the rounds' ratios.
 */
#ifndef MEASURE_H
#define MEASURE_H

#define MEASURE_ROUNDS 15

/* Does the thing that is measured n times. */
typedef void measure_fn(void *arg, long n);

/* Nanoseconds per turn, the ratio to the yardstick's, and what they are more than those. */
struct measured {
	double ns, ratio, more;
};

/*
 * Measures fn, less what the same without it takes if less is not null, against a
 * yardstick.  Each round takes some milliseconds for each of them.
 */
struct measured measure(measure_fn *fn, void *arg, measure_fn *less, void *less_arg,
			measure_fn *yardstick, void *yardstick_arg);
/* The yardstick of all yardsticks: the system call getppid, made by syscall(2). */
measure_fn measure_getppid;

/* Gives nanoseconds that it has measured itself. */
typedef double measure_own_fn(void *arg);
/* The same of it with one argument against it with another one, in at most MEASURE_ROUNDS rounds. */
struct measured measure_own(measure_own_fn *fn, void *arg, void *yardstick_arg, int rounds);

/* The median of n values, which are sorted. */
double measure_median(double *values, int n);

/* One line: name, value, unit, ratio, goal, with tabs between; a goal of 0 is none. */
void measure_print(const char *name, struct measured m, double goal);
void measure_print_ms(const char *name, struct measured m, double goal);
/* The same of what has no yardstick: at most the goal, and at least. */
void measure_print_value(const char *name, double value, const char *unit, double goal);
void measure_print_least(const char *name, double value, const char *unit, double goal);

#endif
