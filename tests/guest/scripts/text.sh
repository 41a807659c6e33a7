#!/bin/sh
# SPDX-License-Identifier: MIT
# needs: tar gzip sed grep awk
set -e
mkdir src
for i in $(seq 60); do seq "$i" "$((i * 50))" >src/$i; done
tar --sort=name --mtime=@0 --owner=0 --group=0 -cf a.tar src && cksum a.tar
tar -czf a.tar.gz src && tar -tzf a.tar.gz | sort | cksum
mkdir out && tar -C out -xzf a.tar.gz && diff -r src out/src && echo same
tar -xf a.tar -O src/3 | tail -n 1
tar -cf - src | (cd out && tar -xf - --transform 's,^src,again,') && ls out
tar -tf nothing.tar 2>/dev/null || echo "tar $?"
sed -n 's/1/one/gp' src/* | cksum
sed -i -e '1d' -e '$s/$/ end/' src/* && tail -q -n 1 src/? | paste -s
grep -rc 7 src | sort | cksum
grep -q nothing src/1 || echo "grep $?"
grep -r -l 2999 src | sort
awk '{ s += $1 } END { print s; system("echo from awk") }' src/*
