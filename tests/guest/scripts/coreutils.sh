#!/bin/sh
# SPDX-License-Identifier: MIT
# needs: sort split find xargs
set -e
mkdir -p one/two
seq 20000 >one/numbers
cp -a one three && ln -s two one/link && ln one/numbers one/two/hard && mv three one/two/
find one -printf '%p %y %n %s\n' | sort
ls -lR /usr/include/linux | cksum
du -a --apparent-size one | wc -l
sort -R --random-source=one/numbers one/numbers | sort -n --parallel=4 -S 64K -T . | cmp - one/numbers && echo sorted
split -l 3000 one/numbers part. && cat part.* | md5sum && rm part.*
seq 40 | xargs -n 3 -P 4 expr 2>/dev/null || echo "xargs $?"
find one -type f -print0 | xargs -0 sha256sum | sort
dd if=/dev/zero bs=1 count=300 2>/dev/null | od -An -tx1 | tail -n 1
yes | head -n 100000 | uniq -c
mkfifo pipe && { cat pipe & echo through >pipe; wait; }
touch -d @86400 one/numbers && stat -c '%n %a %Y %h' one/numbers
(umask 077 && : >secret && stat -c %a secret)
printf 'a b\nc d\n' | tee copy | cut -d' ' -f2 | paste -s -
date -d @0 +%F; env -i A=b env; nice -n 5 nice; nohup echo hup; stdbuf -o0 echo unbuffered
basename "$PWD"; readlink -f one/link | sed "s,$PWD,,"; truncate -s 1M sparse; stat -c %s sparse
timeout 0.2 sleep 5 || echo "timeout $?"
timeout -s KILL 0.1 sleep 5 || echo "timeout $?"
tail -n 2 -f one/numbers --pid=$$ & sleep 0.1; kill $!; wait $! || echo "tail $?"
rm -r one copy; ls
cat nothing || echo "cat $?"
