/* SPDX-License-Identifier: MIT */
/* What the benchmark's parts share. */
#ifndef BENCH_H
#define BENCH_H

#include <encase.h>

/* A lower layer that answers 0 to all. */
extern const struct encase_lower constant;
/* A layer with a natural handler for write and one for readlink, which see no pointer. */
extern const struct encase_layer natural_layer;

/* Ends the program if err is not 0. */
void check(int err, const char *what);
/* A cage that is called again and again with the same words. */
struct subject {
	struct encase_cage *cage;
	const struct encase_desc *desc;
	encase_word words[6];
};
/* Makes n calls; a measure_fn. */
void bench_enter(void *subject, long n);
void bench_push(struct encase_cage *cage, const struct encase_layer *layer, int layers);
/* A cage on the constant lower layer with so many of a layer. */
struct encase_cage *make_cage(const struct encase_layer *layer, int layers);

/* copy/: what it takes to copy arguments, in an arena and from another process. */
void bench_copies(void);
/* static/: calls of a layer that is resolved before run time. */
void bench_static(void);
/* route/ffi: handlers of calls that were described at run time. */
void bench_made(void);
/* encode/: records, encoded and decoded. */
void bench_records(void);
/* handle/get: a use of an object, by its handle. */
void bench_handles(void);
/* Cages by the thousand, threads, pushes. */
void bench_cages(void);
/* run/: programs under encase run, and under strace. */
void bench_run(void);

#endif
