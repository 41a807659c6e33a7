#!/bin/sh
# SPDX-License-Identifier: MIT
# README's first program prints what README shows.
echo 1..1
out=$("$1")
if [ "$out" = "hello
6 bytes to standard output, 0 of them copied" ]; then
	echo "ok 1 - the first program"
else
	echo "not ok 1 - the first program"
	echo "$out" | sed 's/^/# /'
	exit 1
fi
