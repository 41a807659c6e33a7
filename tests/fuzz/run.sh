#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs all fuzzers of a build, each for so many seconds and as many at a time as there are
# processors, and prints a line for each.  Corpora and findings stay in the build.  Fails if
# there is a finding.
#
#   run.sh BUILD SECONDS [FUZZER...]
set -euo pipefail
cd "$(dirname "$0")/../.."
if [[ $# -lt 2 || ! $2 =~ ^[1-9][0-9]*$ ]]; then
	echo "usage: run.sh BUILD SECONDS [FUZZER...], SECONDS being a number above 0" >&2
	exit 2
fi
build=$1 seconds=$2
shift 2
programs=("${@/#/$build/tests/fuzz/fuzz-}")
if [ $# -eq 0 ]; then
	mapfile -t programs < <(find "$build/tests/fuzz" -maxdepth 1 -name 'fuzz-*' -type f | sort)
fi
export ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=0:detect_odr_violation=0
export UBSAN_OPTIONS=print_stacktrace=1

# The last number behind a word in a log.
number() {
	sed -n "s/.*$1 *\([0-9][0-9]*\).*/\1/p" "$2" | tail -n 1
}

fuzz() {
	local program=$1 name=${1##*/fuzz-} corpus findings log status=0 finding
	corpus=$build/corpus/$name findings=$build/findings/ log=$build/fuzz-$name.log
	mkdir -p "$corpus" "$findings"
	"$program" -max_total_time="$seconds" -max_len=4096 -timeout=20 -rss_limit_mb=4096 \
		-artifact_prefix="$findings$name-" -print_final_stats=1 \
		"$corpus" "tests/fuzz/seeds/$name" >"$log" 2>&1 || status=$?
	printf '%-8s %8s runs, coverage %5s, %s\n' "$name" "$(number stat::number_of_executed_units: "$log")" \
		"$(number cov: "$log")" "$([ $status -eq 0 ] && echo 'no finding' || echo A FINDING)"
	[ $status -ne 0 ] || return 0
	finding=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
	grep -m 1 -E '# finding:|ERROR:|runtime error:' "$log" || tail -n 20 "$log"
	echo "  input:  ${finding:-none was written}"
	echo "  log:    $log"
	echo "  repeat: ASAN_OPTIONS=$ASAN_OPTIONS $program $finding"
	return 1
}

# What it says stays together.
report() {
	local text status=0
	text=$(fuzz "$1") || status=1
	printf '%s\n' "$text"
	return $status
}

status=0 running=0
for program in "${programs[@]}"; do
	if [ $running -ge "$(nproc)" ]; then
		wait -n || status=1
		running=$((running - 1))
	fi
	report "$program" &
	running=$((running + 1))
done
for ((; running > 0; running--)); do
	wait -n || status=1
done
exit $status
