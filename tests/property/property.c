/* SPDX-License-Identifier: MIT */
/*
 * The property test: on random tables, policies, stacks, memories and handlers the
 * library does what the reference router does.
 *
 *     property              named tests, some thousand seeds, what they reached
 *     property --seed N     seed N alone, with all that happens in it
 *     property --first N --count M    M seeds from N on
 *
 * Prints TAP.  A test line stands for a block of seeds; of a seed on which the two
 * differ the scenario and both logs are shown.
 */
#include <stdlib.h>
#include <string.h>

#include "hits.h"
#include "script.h"
#include "tap.h"

#define SEEDS       23000
#define BLOCK       1000
#define ENOUGH      10 /* times that a class has to be reached; the rarest is reached some 20 times */
#define SHOWN_SEEDS 4000 /* failures shown in full */

unsigned tap_tests, tap_failures;

static struct log expected, got;
static unsigned shown;

static bool agree(uint64_t seed, bool verbose)
{
	static struct scenario scenario;
	bool good;

	scenario_make(&scenario, seed);
	if (verbose)
		scenario_print(&scenario);
	script_run(&engine_reference, &scenario, &expected);
	if (verbose) {
		printf("# the reference router's log:\n");
		log_print(&expected);
		(void) fflush(stdout);
	}
	script_run(&engine_library, &scenario, &got);
	good = expected.used == got.used && !memcmp(expected.text, got.text, got.used);
	if (!good && (verbose || shown++ < SHOWN_SEEDS)) {
		if (!verbose)
			scenario_print(&scenario);
		log_compare(&expected, &got);
	}
	scenario_free(&scenario);
	return good;
}

static void run_block(uint64_t first, uint64_t count)
{
	unsigned failures = 0;
	char name[80];

	for (uint64_t seed = first; seed < first + count; seed++) {
		if (agree(seed, false))
			continue;
		if (failures++ < 10)
			printf("# seed %llu differs\n", (unsigned long long) seed);
	}
	if (failures)
		printf("# %u of %llu seeds differ\n", failures, (unsigned long long) count);
	(void) snprintf(name, sizeof(name), "seeds %llu to %llu", (unsigned long long) first,
			(unsigned long long) (first + count - 1));
	tap_ok(!failures, name);
}

static void run_blocks(uint64_t first, uint64_t count)
{
	while (count) {
		uint64_t n = count < BLOCK ? count : BLOCK;

		run_block(first, n);
		first += n;
		count -= n;
	}
}

static void check_hits(void)
{
	static const char *const texts[] = {
#define HIT(name, text) text,
#include "hits.def"
#undef HIT
	};
	bool good = true;

	for (unsigned i = 0; i < NHITS; i++) {
		printf("# %8lu  %s\n", hits[i], texts[i]);
		good &= hits[i] >= ENOUGH;
	}
	tap_ok(good, "the scenarios reach every class of rules often enough");
}

/* Kinds with all modes, on stacks of one to three layers. */
static void check_modes(void)
{
	static const char *const kinds[HIT_KINDS] = {
		"STR",    "PATH", "BUF",   "OBJ",     "VEC",  "BITS", "NODES",   "PAGES",
		"LETTER", "MSGS", "SIZED", "TRAILED", "PAIR", "MSG",  "STRINGS", "OPAQUE",
	};
	bool good = true;

	printf("# %-8s %17s %17s %17s %17s %17s %17s\n", "", "COPY", "PASS", "ONCE", "REPLACE",
	       "ONCE|REPLACE", "NULLIFY");
	for (unsigned k = 0; k < HIT_KINDS; k++) {
		printf("# %-8s", kinds[k]);
		for (unsigned i = 0; i < HIT_MODES * HIT_DEPTHS; i++) {
			unsigned long n = hits_of_modes[k][i / HIT_DEPTHS][i % HIT_DEPTHS];

			printf("%s%5lu", i % HIT_DEPTHS ? " " : "  ", n);
			good &= n >= ENOUGH;
		}
		printf("\n");
	}
	tap_ok(good, "the scenarios show each kind in each mode often enough");
}

static uint64_t number(int argc, char **argv, const char *option, uint64_t missing)
{
	for (int i = 1; i + 1 < argc; i++)
		if (!strcmp(argv[i], option))
			return strtoull(argv[i + 1], NULL, 0);
	return missing;
}

int main(int argc, char **argv)
{
	uint64_t seed = number(argc, argv, "--seed", UINT64_MAX);
	uint64_t first = number(argc, argv, "--first", UINT64_MAX);
	int status;

	if (seed != UINT64_MAX) {
		tap_ok(agree(seed, true), "the seed");
	} else if (first != UINT64_MAX) {
		run_blocks(first, number(argc, argv, "--count", SEEDS));
	} else {
		named_tests();
		run_blocks(1, SEEDS);
		check_hits();
		check_modes();
		tap_ok(!plot_misuses, "memories are used as their contract says");
	}
	status = tap_end();
	log_free(&expected);
	log_free(&got);
	return status;
}
