/* SPDX-License-Identifier: MIT */
/* The lower layer of all cages; see under.h. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "encase/tape.h"
#include "under.h"

struct encase_setup under = { .lower = &encase_lower_kernel };

static struct encase_tape *tape;
static const char *path, *done;

static int use(int error, const char *given, const char *what)
{
	if (error < 0) {
		fprintf(stderr, "write_counter: %s: %s\n", given, strerror(-error));
		return -1;
	}
	path = given;
	done = what;
	under.lower = &encase_lower_tape;
	under.below = tape;
	return 0;
}

int under_record(const char *given)
{
	return use(encase_tape_record(given, &encase_lower_kernel, NULL, &tape), given, "recorded");
}

int under_replay(const char *given)
{
	return use(encase_tape_replay(given, &tape), given, "replayed");
}

int under_close(void)
{
	struct encase_tape_state state;
	int error;

	if (!tape)
		return 0;
	state = encase_tape_state(tape);
	error = encase_tape_close(tape);
	if (error < 0) { /* a recording that was well until now says it by the error alone */
		bool is_told = error == -ENOTRECOVERABLE || state.how == ENCASE_TAPE_FAILED;

		fprintf(stderr, "write_counter: %s: %s\n", path,
			is_told ? state.text : strerror(-error));
		return -1;
	}
	printf("%s: %llu calls %s\n", path, (unsigned long long) state.calls, done);
	return 0;
}
