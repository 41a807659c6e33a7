#!/bin/sh
# SPDX-License-Identifier: MIT
# needs: git
set -e
git init -q -b main one && cd one
cat >.git/hooks/pre-commit <<'END'
#!/bin/sh
git diff --cached --name-only | sed 's/^/hook: /'
END
cat >.git/hooks/post-commit <<'END'
#!/bin/sh
echo "made $(git log -1 --format=%s)"
END
chmod +x .git/hooks/*-commit
for i in 1 2 3 4; do
	seq "$((i * 400))" >"file$i" && git add . && git commit -q -m "commit $i"
done
echo 'exit 3' >>.git/hooks/pre-commit
echo x >file1 && git commit -qam refused || echo "commit $?"
git checkout -q file1 2>/dev/null || git reset -q --hard
git checkout -q -b side HEAD~2 && rm .git/hooks/pre-commit && seq 7 >side && git add side && git commit -qm side
git checkout -q main && git merge -q -m merged side && git rebase -q HEAD~1 && git stash -q || :
git tag -a -m tag v1
cd .. && git clone -q "file://$PWD/one" two && cd two && git log --format='%H %s' --stat
echo more >more && git add . && git commit -qm more && git push -q origin HEAD:refs/heads/pushed
cd ../one && git fetch -q ../two && git gc -q --aggressive && git fsck --full && git count-objects -v | grep -v size
git log --all --oneline --graph && git bundle create -q ../bundle --all && git bundle list-heads ../bundle
git archive HEAD | tar -tf - | cksum
git grep -c 7 | cksum; git blame -s file2 | tail -n 1
