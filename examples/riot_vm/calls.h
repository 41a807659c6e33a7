/* SPDX-License-Identifier: MIT */
/*
 * The calls of riot.def, host's side: what receives them, and the functions at the bottom of the
 * machines' cages, whose prototypes are the table's.
 */
#ifndef RIOT_CALLS_H
#define RIOT_CALLS_H

#include "riot.h"

/* on_puts(), ...: they say -1 and errno when they fail. */
#define GENERAL(c, ...) riot_##c##_fn on_##c;
#define FAST            GENERAL
#include <encase/record_entries.h>

extern const struct encase_function *const calls_functions;
/*
 * A call of the cage's: registers r0 to r3 are replaced by the answer.  0, or the negative number of an
 * error that the machine cannot be told: it must not go on.
 */
int calls_enter(struct encase_cage *cage, uint16_t number, uint16_t *registers);

#endif
