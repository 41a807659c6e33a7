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
/* A cage on the constant lower layer with so many of a layer. */
struct encase_cage *make_cage(const struct encase_layer *layer, int layers);

/* route/ffi: handlers of calls that were described at run time. */
void bench_made(void);
/* Cages by the thousand, threads, pushes. */
void bench_cages(void);

#endif
