/* SPDX-License-Identifier: MIT */
/* Layers that a machine's cage gets by flags of riot_vm; encase_trace is one as well. */
#ifndef RIOT_LAYERS_H
#define RIOT_LAYERS_H

#include <encase.h>

/*
 * Counts calls, and logs a line for each call that was made when the machine ends.  Its
 * options are what these lines begin with.
 */
extern const struct encase_layer riot_count;
/* The policy "deny" for the machines' calls: policies/deny.c, built for their table. */
extern const struct encase_layer riot_deny;

#endif
