/* SPDX-License-Identifier: MIT */
/*
 * The main of all Criterion suites.  Criterion by itself is content with a run
 * that executed no test; this one is not.
 */
#include <criterion/criterion.h>
#include <stdio.h>

int main(int argc, char *argv[])
{
	struct criterion_test_set *tests = criterion_initialize();
	bool passed;

	if (!criterion_handle_args(argc, argv, true))
		return 0;
	if (!tests->tests) {
		fprintf(stderr, "%s: no tests\n", argv[0]);
		return 1;
	}
	passed = criterion_run_all_tests(tests);
	criterion_finalize(tests);
	return !passed;
}
