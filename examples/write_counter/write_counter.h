/* SPDX-License-Identifier: MIT */
/*
 * The layers of this example.  Both count, for each file, the calls and bytes
 * of write and pwrite64, and let every call through as it came.
 *
 * The state of each, encase_state(cage, &write_counter), is a struct tally.
 */
#ifndef WRITE_COUNTER_H
#define WRITE_COUNTER_H

#include "encase.h"
#include "tally.h"

/* Sees names alone: of what is written, not a byte is copied for it. */
extern const struct encase_layer write_counter;
/* The same handlers, with a copy of every buffer made for them: what that costs. */
extern const struct encase_layer write_counter_copying;

#endif
