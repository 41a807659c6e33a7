#!/bin/sh
# SPDX-License-Identifier: MIT
# needs: tr sed
# with: dash | bash | busybox sh
# What POSIX shells do, for each of them: processes, pipes, traps, jobs.
echo a | cat | tr a b | wc -c
(exit 3); echo "subshell $?"
trap 'echo usr1' USR1
kill -USR1 $$
trap 'echo child' CHLD
sleep 0.05 & wait $!; echo "wait $?"
trap - CHLD
x=$(echo inner; exit 7); echo "$x $?"
cat <<END | sed s/o/0/g
here: $(echo document)
END
for sig in TERM KILL SEGV HUP; do
	sh -c "kill -$sig \$\$"; echo "$sig $?"
done 2>/dev/null
{ echo out; echo err >&2; } 2>&1 >/dev/null | cat
i=0; while [ $i -lt 40 ]; do i=$((i + 1)); /bin/true | /bin/false | cat; done; echo "loop $i"
mkfifo fifo; (exec 3>fifo; echo one >&3; echo two >&3) & while read -r line; do echo "got $line"; done <fifo; wait
echo a >file; exec 9<file; read -r line <&9; exec 9<&-; echo "$line"
(sleep 5 & echo "$!" >pid; wait) & until [ -s pid ]; do sleep 0.01; done; kill "$(cat pid)"; wait; echo over
ulimit -n 64; ulimit -n
umask 027; umask
trap 'echo at the end' EXIT
trap '' TERM; kill -TERM $$; echo ignored
trap - TERM
(trap - EXIT; kill -TERM $$)
echo not reached
