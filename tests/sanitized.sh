#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs a test so that no sanitizer's report is lost: Criterion swallows what its
# workers print.  ASan's reports go to files; if there are any, they are shown and the
# test fails.  UBSan, beside ASan, cannot write to files: it ends the program instead, which
# fails the test; run the program by hand, without --tap, to read its report.
#
#   sanitized.sh PROGRAM ARGS...   what meson calls
#   sanitized.sh prove BUILD       that faults which are planted are found
set -u
reports=$(mktemp -d)
trap 'rm -rf "$reports"' EXIT
common="log_path=$reports/report:handle_segv=0:allow_user_segv_handler=1"
export ASAN_OPTIONS="$common:detect_leaks=1:abort_on_error=0:detect_stack_use_after_return=0:detect_odr_violation=0"
export UBSAN_OPTIONS="print_stacktrace=1"

run() {
	"$@"
	status=$?
	if [ -n "$(ls -A "$reports")" ]; then
		cat "$reports"/* >&2
		return 1
	fi
	return $status
}

if [ "$1" != prove ]; then
	run "$@"
	exit $?
fi
for fault in none leak overflow undefined criterion; do
	rm -rf "$reports" && mkdir "$reports"
	if [ $fault = criterion ]; then
		run "$2/tests/house/planted_criterion" --tap=- >/dev/null 2>&1
	else
		run "$2/tests/house/planted" $fault >/dev/null 2>&1
	fi
	status=$?
	if [ $fault = none ] && [ $status -ne 0 ] || [ $fault != none ] && [ $status -eq 0 ]; then
		echo "the sanitizer run does not tell a planted fault: $fault" >&2
		exit 1
	fi
done
echo "planted faults are found: leak, overflow, undefined, criterion's workers"
