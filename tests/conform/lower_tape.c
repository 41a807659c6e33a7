/* SPDX-License-Identifier: MIT */
/*
 * Row of lower layer "tape", which records the row "functions" to a file and must
 * not be noticed.  What only a tape does is tested in tests/tape/.
 */
#include <encase/tape.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lowers.h"

static char path[4096];

static const void *tape_open(void)
{
	const char *where = getenv("TMPDIR");
	struct encase_tape *tape;
	int fd;

	snprintf(path, sizeof(path), "%s/encase-XXXXXX", where ? where : P_tmpdir);
	fd = mkstemp(path);
	cr_assert(fd >= 0);
	close(fd);
	same("tape",
	     encase_tape_record(path, lower_row_functions.lower, lower_row_functions.below, &tape),
	     0);
	return tape;
}

/* What was recorded can be read to its end, by somebody who makes none of the calls. */
static void tape_close(const void *below)
{
	struct encase_tape *tape = (struct encase_tape *) below;
	struct encase_tape_state state = encase_tape_state(tape);

	same("tape", state.how, ENCASE_TAPE_RUNS);
	same("tape", encase_tape_close(tape), 0);
	same("tape", encase_tape_replay(path, &tape), 0);
	holds("tape",
	      encase_tape_state(tape).how == (state.calls ? ENCASE_TAPE_RUNS : ENCASE_TAPE_ENDED));
	same("tape", encase_tape_close(tape), state.calls ? -ENOTRECOVERABLE : 0);
	unlink(path);
}

static const struct seen *tape_seen(void)
{
	return lower_row_functions.seen();
}

const struct lower_row lower_row_tape = {
	.lower = &encase_lower_tape,
	.open = tape_open,
	.close = tape_close,
	.answers = true,
	.seen = tape_seen,
};
