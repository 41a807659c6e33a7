/* SPDX-License-Identifier: MIT */
/*
 * Random calls by the million, each looked at by who knows the format alone (docs/encoding.md):
 * what stands in registers and spill, what arrives, what comes back.  Prints TAP.
 *
 * trips [CALLS [SEED]]
 */
#include <stdio.h>
#include <stdlib.h>

#include "tap.h"
#include "trip.h"

unsigned tap_tests, tap_failures;

#define CALLS 2000000 /* two of three have records */

static void trap(void *arg, all_word number, all_word registers[ENCASE_REGISTERS])
{
	trip_check(arg == &trip, "the trap's argument arrives");
	trip_receive(number, registers);
}

/* One of the calls; the spill lies somewhere in the caller's memory, aligned to nothing. */
static const char *make_call(unsigned which, uint64_t seed)
{
	struct all_caller caller = { .trap = trap, .arg = &trip, .base = arena };

	trip.random = (struct random){ .state = seed };
	trip.args.n = trip.given.n = trip.size = 0;
	trip.fast = false;
	trip.handled = 0;
	trip.answer = 0;
	trip.wrong = NULL;
	caller.spill = arena + 40000 + random_below(&trip.random, 1000);
	caller.spill_size = sizeof(union all_any_spill);
	trips[which](&caller);
	return trip.wrong;
}

static bool make_calls(unsigned which, long n, uint64_t seed)
{
	for (long i = 0; i < n; i++) {
		const char *wrong = make_call(which, seed + (uint64_t) i * ntrips + which);

		if (wrong) {
			printf("# call %u of the table, seed %llu: it does not hold that %s\n",
			       which, (unsigned long long) (seed + (uint64_t) i * ntrips + which),
			       wrong);
			return false;
		}
	}
	return true;
}

int main(int argc, char **argv)
{
	long calls = argc > 1 ? atol(argv[1]) : CALLS;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	char name[80];

	for (unsigned which = 0; which < ntrips; which++) {
		(void) snprintf(name, sizeof(name), "words of %d bits, %d registers: call %u",
				ENCASE_WORD, ENCASE_REGISTERS, which);
		tap_ok(make_calls(which, calls / ntrips + 1, seed), name);
	}
	return tap_end();
}
