/* SPDX-License-Identifier: MIT */
/* What the files of stats share; see encase/stats.h. */
#ifndef ENC_STATS_H
#define ENC_STATS_H

#include <stddef.h>

/*
 * Memory of so many bytes, all 0, that can neither shrink nor grow: its descriptor, close-on-exec and
 * of a high number; or a negative errno.
 */
int enc_stats_memory(size_t size);

#endif
