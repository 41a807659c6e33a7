#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Of the corpora that fuzzers of a build have made, and of what is kept already, keeps in
# tests/fuzz/seeds/ what reaches all that they reach: few small inputs, named by their bytes.
# What has a name of its own there stays.
#
#   keep.sh BUILD [FUZZER...]
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ $# -eq 0 ]; then
	echo "usage: keep.sh BUILD [FUZZER...]" >&2
	exit 2
fi
build=$1
shift
[ $# -gt 0 ] || set -- $(cd "$build/corpus" && ls)
export ASAN_OPTIONS=detect_odr_violation=0
for name in "$@"; do
	seeds=tests/fuzz/seeds/$name
	few=$(mktemp -d)
	"$build/tests/fuzz/fuzz-$name" -set_cover_merge=1 -use_counters=0 -max_len=160 \
		"$few" "$seeds" "$build/corpus/$name" >"$few.log" 2>&1 || {
		tail -n 20 "$few.log" >&2
		exit 1
	}
	find "$seeds" -type f -regextype posix-extended -regex '.*/[0-9a-f]{12}' -delete
	for input in "$few"/*; do
		hash=$(basename "$input")
		cp "$input" "$seeds/${hash:0:12}"
	done
	echo "$name: $(ls "$seeds" | wc -l) inputs, $(cat "$seeds"/* | wc -c) bytes"
	rm -rf "$few" "$few.log"
done
