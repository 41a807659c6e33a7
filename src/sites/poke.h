/* SPDX-License-Identifier: MIT */
/*
 * Poking: writing to code of this process that stays executable for all threads meanwhile.
 */
#ifndef ENC_POKE_H
#define ENC_POKE_H

#include <stddef.h>
#include <stdint.h>

/* Around many pokes, which are cheaper then. */
void enc_poke_begin(void);
void enc_poke_end(void);

/* 0, or -errno: the code is as it was. */
int enc_poke(uint64_t to, const void *bytes, size_t n);
/*
 * What was poked before is what all threads execute afterwards (membarrier(2), SYNC_CORE).
 * -errno: that cannot be had.
 */
int enc_poke_settle(void);

#endif
