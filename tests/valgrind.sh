#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs a test under valgrind, workers of Criterion's included; fails on any error or
# leak.  Scripts run as they are.
set -u
case $1 in
*.py | *.sh | */python3 | */sh) exec "$@" ;;
esac
reports=$(mktemp -d)
trap 'rm -rf "$reports"' EXIT
valgrind --quiet --suppressions="$(dirname "$0")/valgrind.supp" --leak-check=full --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite \
	--error-exitcode=99 --trace-children=yes --log-file="$reports/%p" "$@"
status=$?
# What it finds stands between ==; what it remarks (a call that it does not know) between --.
if cat "$reports"/* | grep -q '^=='; then
	cat "$reports"/* >&2
	exit 1
fi
exit $status
