/* SPDX-License-Identifier: MIT */
/*
 * What the files of layer "count" share: its state, names of what is counted, the maps from
 * descriptors to rows, and the summary.
 *
 * Rows lie in an encase_stats, which all threads and processes of a run share; maps are a
 * process's own.  Nothing here takes a lock, and nothing that handlers use allocates but pages of maps.
 */
#ifndef COUNT_H
#define COUNT_H

#include <limits.h>
#include <stdbool.h>

#include "encase.h"
#include "encase/stats.h"

/* A row's columns. */
enum {
	COUNT_CALLS,
	COUNT_ERRORS,
	COUNT_IN,
	COUNT_OUT,
	COUNT_COLUMNS,
};

struct enc_count_map;

struct enc_count {
	struct encase_stats *stats;
	struct enc_count_map *maps; /* atomic */
	char *output;               /* absolute; null: fd */
	int fd;
	bool by_bytes;
};

/* -- Names: inside handlers alone ---------------------------------------------- */

/* The row of what path argument i of the running call names below dirfd; null: it is null or empty. */
uint64_t *enc_count_path(const struct enc_count *count, struct encase_call *call, unsigned i,
			 int dirfd);
uint64_t *enc_count_cwd(const struct enc_count *count);
/* The row of a descriptor, as the system names it; *known says whether it does. */
uint64_t *enc_count_name(const struct enc_count *count, int fd, bool *known);

/* -- Maps: count_map.c ----------------------------------------------------------- */

/*
 * A cage is taken for a process: it has descriptors of its own, and a child of it begins with the same.
 * A descriptor's row is noted when it is opened by a name, or first used; who closes it says so
 * before and after.  In between nobody notes anything that he has found out for himself.
 */
/* The cage's map, made if need be; null: no memory, and then nothing is noted. */
struct enc_count_map *enc_count_map(struct enc_count *count, const struct encase_cage *cage);
/* The layer's child() and end(). */
void enc_count_child(void *state, struct encase_cage *child);
void enc_count_end(void *state, struct encase_cage *cage, int status);
void enc_count_drop_maps(struct enc_count *count);

/* The row of a descriptor, noted or found out. */
uint64_t *enc_count_fd(const struct enc_count *count, struct enc_count_map *map, int fd);
/* It has just been opened. */
void enc_count_opened(struct enc_count_map *map, int fd, const uint64_t *row);

/* A descriptor on its way to another file, or to none. */
struct enc_count_closing {
	int fd;
	uint64_t *entry, was, marked;
	bool blind; /* the map has no place for it yet */
};
void enc_count_close(struct enc_count_map *map, int fd, struct enc_count_closing *closing);
/* It is gone, or with a row another one now; failed: it is as it was. */
void enc_count_closed(struct enc_count_map *map, const struct enc_count_closing *closing,
		      bool failed, const uint64_t *row);
/* The same for many. */
void enc_count_close_range(struct enc_count_map *map, unsigned first, unsigned last);
void enc_count_closed_range(struct enc_count_map *map);
/* What is noted of a descriptor now: it changes whenever that does. */
uint64_t enc_count_noted(struct enc_count_map *map, int fd);

/* -- The layer's start() and stop(): count_start.c ------------------------------------ */

int enc_count_start(void **state, const char *options);
void enc_count_stop(void *state);

/* -- The summary: count_print.c ---------------------------------------------------- */

/* 0, or a negative errno. */
int enc_count_print(const struct enc_count *count, int fd);

#endif
