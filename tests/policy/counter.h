/* SPDX-License-Identifier: MIT */
/*
 * For the tests of the example's layers, write_counter and write_counter_copying:
 * files that are not there, and what the layers have counted.
 *
 * The files are C functions under the cage.  What they answer, and what they were
 * called with, is of one thread.
 */
#ifndef COUNTER_H
#define COUNTER_H

#include "scene.h"
#include "write_counter.h"

/* The layers; most of what is true of one is true of the other. */
extern const struct encase_layer *const counters[2];
#define FOREACH_COUNTER(layer)                                         \
	for (const struct encase_layer *const *at_ = counters, *layer; \
	     at_ < counters + 2 && (layer = *at_, true); at_++)

/* open() and openat() give files.fd, others files.result; -1 and files.error if that is not 0. */
extern _Thread_local struct files {
	int fd, error;
	long result;
	unsigned calls;
	const void *buf;
	size_t count;
	long offset;
	char name[8192];
} files;

/* A cage of the host's memory with these files and a layer; files starts anew. */
struct encase_cage *counter_cage(const struct encase_layer *layer);
/* The same with a memory of its own. */
struct encase_cage *counter_cage_in(const struct encase_layer *layer,
				    const struct encase_arena *arena);

/* Makes a call, which must be answered as the files are told to here. */
void counter_open(struct encase_cage *cage, const char *name, int fd);
void counter_close(struct encase_cage *cage, int fd);
void counter_write(struct encase_cage *cage, int fd, size_t count, long result);

/* What was counted for a name. */
struct counted {
	uint64_t writes, bytes;
};
struct counted counted(const struct encase_cage *cage, const struct encase_layer *layer,
		       const char *name);
/* How many names are listed, besides OTHER. */
unsigned counted_names(const struct encase_cage *cage, const struct encase_layer *layer);

/* What cannot be told apart. */
#define OTHER "(other)"

#define EXPECT_COUNTED(cage, layer, path, w, b)                             \
	do {                                                                \
		struct counted counted_ = counted((cage), (layer), (path)); \
		cr_assert_eq(counted_.writes, (uint64_t) (w));              \
		cr_assert_eq(counted_.bytes, (uint64_t) (b));               \
	} while (0)

#endif
