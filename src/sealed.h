/* SPDX-License-Identifier: MIT */
/* Memory that processes share, which keeps its size. */
#ifndef ENC_SEALED_H
#define ENC_SEALED_H

#include <stddef.h>

/*
 * Memory of so many bytes, all 0, that can neither shrink nor grow: its descriptor, close-on-exec and
 * of a high number; or a negative errno.
 */
int enc_sealed_new(size_t size);

#endif
