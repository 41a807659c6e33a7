#!/bin/bash
# SPDX-License-Identifier: MIT
# needs: bash
diff <(seq 5) <(seq 2 6); echo "${PIPESTATUS[*]}"
true | false | (exit 4); echo "${PIPESTATUS[*]}"
coproc CAT { cat; }
echo through >&"${CAT[1]}"; read -r line <&"${CAT[0]}"; echo "$line"; eval "exec ${CAT[1]}>&-"; wait
for i in 1 2 3; do (sleep 0.0$i; exit $i) & done
s=0; while wait -n; [ $? -ne 127 ] && [ $((s += 1)) -lt 3 ]; do :; done; echo "waited $s"
trap 'echo err $?' ERR; false; trap - ERR
trap 'echo usr1 $((n += 1))' USR1
for i in 1 2 3 4 5; do kill -USR1 $$; done
set -m
sleep 0.1 | cat & fg >/dev/null; echo "fg $?"
sh -c 'kill -STOP $$; exit 6' & while ! jobs %% 2>/dev/null | grep -q Stopped; do sleep 0.01; done; bg >/dev/null 2>&1; wait $!; echo "bg $?"
sleep 9 & kill %%; wait %% 2>/dev/null; echo "killed $?"
exec -a other /bin/bash -c 'echo $0 $BASH; type -t exec; exit 9'
