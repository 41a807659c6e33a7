/* SPDX-License-Identifier: MIT */
/*
 * A lower layer that notes what it is called with, and answers what it is told to.
 * It follows no pointer.  Written with the public header alone.
 */
#ifndef RECORDER_H
#define RECORDER_H

#include <encase.h>

extern const struct encase_lower lower_recorder;

/* Its below: how calls end. */
struct answer {
	int error; /* 0: the call succeeds */
	long word;
};

/* What the last call on this thread was. */
struct record {
	const struct encase_desc *desc;
	encase_word word[ENCASE_MAX_ARGS];
	unsigned calls; /* how many there were before it, and it */
};
extern _Thread_local struct record record;

#endif
