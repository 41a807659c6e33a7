/* SPDX-License-Identifier: MIT */
/* Random calls for the tests of tapes, with arguments that make sense, or nearly so. */
#ifndef DICE_H
#define DICE_H

#include "deck.h"

/*
 * Words for a call, from a generator of numbers, and in unit_room what they point to, where
 * base is the cage's address of that.  Argument i has a zone of its own there.  False, with nothing
 * to be made: of such a call a tape knows nothing.
 */
bool dice_call(const struct encase_desc *desc, encase_word base, uint64_t *seed,
	       encase_word *words);
/* Takes the addresses out of unit_room again, which are others in other memories. */
void dice_forget(const struct encase_desc *desc);

#endif
