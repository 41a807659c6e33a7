#!/bin/sh
# SPDX-License-Identifier: MIT
# unmodified.sh ENCASE LAYER FOLDER
# Packs a folder with tar and with sqlite3, neither of which knows of encase, under the layer write_counter.
# What the layer counted for each archive is what lies on disk, or this fails.
set -eu
encase=$1 layer=$2 folder=$(cd "$3" && pwd)
place=$(mktemp -d "${TMPDIR:-/tmp}/write_counter.XXXXXX")
trap 'rm -rf "$place"' EXIT
trap 'exit 1' HUP INT TERM
cd "$place"

# show WORD...: as one would type it
show() {
	line=
	for word; do
		case $word in *' '*) word="'$word'" ;; esac
		line="$line${line:+ }$word"
	done
	echo "$line"
}

# pack ARCHIVE LIST PROGRAM...: runs a program that makes the archive, whose names LIST tells
pack() {
	archive=$1 list=$2
	shift 2
	echo
	show "$@"
	"$encase" run -o counts -l "$layer" -- "$@"
	printf '%10s %13s   file\n' writes bytes
	sed "s:$place/::" counts
	counted=$(sed "s:$place/::" counts | awk -v file="$archive" '$3 == file { print $2 }')
	size=$(stat -c %s "$archive")
	names=$($list "$archive" | wc -l)
	rm "$archive"
	if [ "$counted" != "$size" ] || [ "$names" -eq 0 ]; then
		echo "unmodified.sh: does not hold: $counted bytes written to $archive, $names names," \
			"are its $size bytes on disk" >&2
		exit 1
	fi
	echo "holds: $counted bytes written to $archive, $names names, are its size on disk"
}

list_rows() {
	sqlite3 -readonly "$1" "SELECT name FROM sqlar"
}

echo "The same layer, as a plugin, in programs that know nothing of it: encase run -l $(basename "$layer") -- ..."
pack files.tar 'tar tf' tar cf files.tar --ignore-failed-read -C "$folder" .
# Each page is written once: none leaves the cache before the end.
pack files.sqlar list_rows sqlite3 -cmd 'PRAGMA cache_spill=OFF' files.sqlar -Ac "$folder"
