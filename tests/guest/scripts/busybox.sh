#!/bin/sh
# SPDX-License-Identifier: MIT
# needs: busybox
# with: busybox sh
set -e
seq 1000 >numbers
busybox tar cf - numbers | busybox gzip -c | busybox gunzip -c | busybox tar tf -
busybox ls /usr/include/linux | busybox wc -l
busybox sort -rn numbers | busybox head -n 3 | busybox sed 's/^/n/'
busybox find . -type f -exec busybox md5sum {} \;
busybox awk '{ s += $1 } END { print s }' numbers
busybox xargs -n 400 busybox echo <numbers | busybox wc -l
busybox sleep 9 & kill $!; wait $! || echo "killed $?"
busybox sh -c 'kill -USR1 $$' || echo "killed $?"
busybox nohup busybox true && busybox env -i A=b busybox env
exec busybox false
