/* SPDX-License-Identifier: MIT */
/*
 * Counters that all threads and processes of a run share: rows of numbers, found by name.
 *
 *     encase_stats_open("bytes", 2, &stats);
 *     row = encase_stats_row(stats, path, strlen(path));
 *     encase_stats_add(row, 0, n);
 *
 * They lie in shared memory: children of fork() have the same rows, and whoever gets the
 * descriptor has them, too, after an exec as well.  What was added is there however a process ends.
 * Under encase run, stats that a layer opens in its start() are those of the whole run, and the layer stops
 * last in the process that has made them.  Rows are never taken away.  None of it waits for anybody, so a layer's handlers
 * may use rows at any time.
 */
#ifndef ENCASE_STATS_H
#define ENCASE_STATS_H

#include <stddef.h>
#include <stdint.h>

#include "desc.h"

#ifdef __cplusplus
extern "C" {
#endif

struct encase_stats;

#define ENCASE_STATS_COLUMNS 16    /* the most that a row can have */
#define ENCASE_STATS_NAME    63    /* bytes of a name at most */
#define ENCASE_STATS_ROWS    65536 /* at most; of keys, some 60 MB at most */

/*
 * Opens the stats of this name (1..ENCASE_STATS_NAME bytes), with so many columns (1..16): those that this process
 * has already, or inherited; else new ones, all 0.  They stay open until each open has been closed.
 *
 * 0; or -EINVAL: a null, the name, the number of columns; -EEXIST: they have another
 * number of columns; -EFBIG: files of 64 MiB may not be made (RLIMIT_FSIZE); -ENOMEM; or what
 * memfd_create(2), ftruncate(2) and mmap(2) say.
 */
ENCASE_API int encase_stats_open(const char *name, unsigned columns, struct encase_stats **stats);
/* Null is allowed.  Rows are not to be used any more; those of other processes go on. */
ENCASE_API void encase_stats_close(struct encase_stats *stats);

/*
 * The row of a key of any bytes, made where there is none: its columns, in memory that stays as
 * long as stats is open.  Never null: where there is no room for more, and for keys of more than 65535 bytes,
 * all get the same row, whose key is "".  Allocates nothing, takes no lock.
 */
ENCASE_API uint64_t *encase_stats_row(struct encase_stats *stats, const void *key, size_t length);

/* Adds n, which may be negative as a number modulo 2^64, to a column; by anybody at any time. */
static inline void encase_stats_add(uint64_t *row, unsigned column, uint64_t n)
{
	__atomic_fetch_add(&row[column], n, __ATOMIC_RELAXED);
}

/*
 * Tells visit() of each row, in no order; key is as long as length says, and a NUL stands behind
 * it.  The row of what found no room comes if anything is in it.
 */
typedef void encase_stats_fn(void *arg, const char *key, size_t length, const uint64_t *columns);
ENCASE_API void encase_stats_each(const struct encase_stats *stats, encase_stats_fn *visit,
				  void *arg);

/*
 * The descriptor of its memory, close-on-exec, which belongs to stats: to be handed to another program.  It has a high
 * number, below 1024, so that others have those that they would have without it.
 */
ENCASE_API int encase_stats_fd(const struct encase_stats *stats);
/*
 * Stores the descriptors of all stats of this process, n of them at most, in fds: for who executes
 * another program that is to have them.  Returns how many there are.
 */
ENCASE_API size_t encase_stats_fds(int *fds, size_t n);
/*
 * 1: this very process has made them; it is the one to tell at the end what is in them.  0: they
 * were inherited, or made by a process of which this is a fork.
 */
ENCASE_API int encase_stats_made_here(const struct encase_stats *stats);
/*
 * The stats behind a descriptor that was handed over are found by encase_stats_open() from now on; fd
 * belongs to the library then, and becomes close-on-exec.  0; or -EINVAL: it has none, or damaged ones; -EEXIST: this process has some of that
 * name; -ENOMEM; or what fstat(2) and mmap(2) say: fd is as it was.
 */
ENCASE_API int encase_stats_inherit(int fd);

#ifdef __cplusplus
}
#endif

#endif
