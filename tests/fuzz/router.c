/* SPDX-License-Identifier: MIT */
/*
 * Fuzzer of the router: on tables, policies, stacks, memories and handlers that bytes
 * decide, the library does what the reference router does.
 *
 * The property test's scenarios: they are made from the input's front, and what handlers and
 * lower layers do from its back.
 */
#include <string.h>

#include "fuzz.h"
#include "script.h"

static struct log expected, got;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct scenario scenario;

	scenario_draw(&scenario, fuzz_front(data, size), fuzz_back(data, size));
	script_run(&engine_reference, &scenario, &expected);
	script_run(&engine_library, &scenario, &got);
	if (expected.used != got.used || memcmp(expected.text, got.text, got.used) != 0) {
		scenario_print(&scenario);
		log_compare(&expected, &got);
		fuzz_found("the library does not what the reference router does");
	}
	FUZZ_CHECK(!plot_misuses, "a memory was used against its contract");
	scenario_free(&scenario);
	return 0;
}
