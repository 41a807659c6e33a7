/* SPDX-License-Identifier: MIT */
/*
 * What is under the cages of this program: the kernel; the kernel, with a tape
 * that records all calls; or a tape alone, which replays them.
 */
#ifndef UNDER_H
#define UNDER_H

#include "encase.h"

/* What a cage is made from. */
extern struct encase_setup under;

/* With a tape from here on.  0, or -1 after a line on stderr. */
int under_record(const char *tape);
int under_replay(const char *tape);
/*
 * When the cages have gone; tells on stdout how many calls are on the tape.  0, or -1
 * after a line on stderr: not all could be recorded, or the run was not the recorded one.
 */
int under_close(void);

#endif
